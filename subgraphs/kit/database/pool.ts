/** The connections of a subgraph to its database. */
import { type ClientBase, Pool } from 'pg';
import type { DatabaseSettings } from './settings.ts';

interface PoolOptions {
  readonly url: string;
  /** Shown in the server's list of sessions. */
  readonly name: string;
  readonly settings: DatabaseSettings;
  /** Told when a connection is lost; without a listener such an error would end the process. */
  readonly onLost: (error: Error) => void;
}

/** Opens no connection yet: a database that is down is found out by the first statement. */
export function openPool({ url, name, settings, onLost }: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: name,
    max: settings.connections,
    connectionTimeoutMillis: settings.connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // All statements of a transaction go out at once: one round trip instead of four.
    pipeline: true,
  });
  // An idle connection reports to the pool, one in use to itself.
  pool.on('error', onLost);
  pool.on('connect', (client: ClientBase) => {
    client.on('error', onLost);
  });
  return pool;
}
