/** Whether the subgraph can answer: its database is there, and is as its migrations make it. */
import type { Pool } from 'pg';
import type { Migration } from '../migrate/folder.ts';
import { MigrationConflict, pendingOf } from '../migrate/history.ts';
import type { Log } from './log.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Why not, and what to do. */
  readonly reason?: string;
}

interface ReadinessOptions {
  readonly domain: string;
  readonly pool: Pool;
  readonly migrations: readonly Migration[];
  readonly log: Log;
}

const LIMIT_MS = 5_000;

/** Makes the check; each change of its outcome is logged once. */
export function createReadiness(options: ReadinessOptions): () => Promise<Readiness> {
  let last: string | undefined = 'not asked yet';
  let underway: Promise<Readiness> | undefined;
  const ask = async (): Promise<Readiness> => {
    const reason = await reasonAgainst(options);
    if (reason !== last) {
      last = reason;
      if (reason === undefined) options.log.info('ready');
      else options.log.warn({ reason }, 'not ready');
    }
    return reason === undefined ? { ready: true } : { ready: false, reason };
  };
  // Those who ask at once share one look: a probe must not become a load.
  return () => {
    underway ??= ask().finally(() => {
      underway = undefined;
    });
    return underway;
  };
}

async function reasonAgainst({ domain, pool, migrations }: ReadinessOptions): Promise<string | undefined> {
  try {
    const missing = await within(LIMIT_MS, pendingOf(pool, migrations));
    if (missing.length === 0) return undefined;
    const names = missing.map((migration) => migration.name).join(', ');
    return `migrations have not run: ${names}. Run "portcullis migrate ${domain}".`;
  } catch (error) {
    if (error instanceof MigrationConflict) return error.message;
    const code = typeof error === 'object' && error !== null && 'code' in error ? ` (${error.code})` : '';
    return `the database cannot be reached${code}. It is tried again until it can.`;
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
