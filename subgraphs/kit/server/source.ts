/** The database of the subgraph, as its parts use it: sessions that know who asks, and notifications. */
import type { Pool } from 'pg';
import { guardedRole } from '../database/guarded-role.ts';
import { openPool } from '../database/pool.ts';
import { openSession } from '../database/request-session.ts';
import { statementNames } from '../database/statement-names.ts';
import { databaseClaims } from '../identity/claims.ts';
import { Notifications } from '../listen/notifications.ts';
import { type Log, loggedFault } from './log.ts';
import type { Observer } from './observer.ts';
import type { OpenSession } from './request-scope.ts';
import type { Settings } from './settings.ts';

export interface Source {
  readonly pool: Pool;
  readonly openSession: OpenSession;
  readonly notifications: Notifications;
  close(): Promise<void>;
}

/** Connects to nothing yet. */
export function openSource(settings: Settings, log: Log, observe: Observer | undefined): Source {
  const { domain, databaseUrl, listenUrl, database } = settings;
  const pool = openPool({
    url: databaseUrl,
    name: `portcullis-${domain}`,
    settings: database,
    onLost: (error) => log.warn({ fault: loggedFault(error) }, 'a database connection was lost'),
  });
  const notifications = new Notifications(
    { url: listenUrl, name: `portcullis-${domain}-listen`, connectTimeoutMs: database.connectTimeoutMs },
    (error) => log.warn({ fault: loggedFault(error) }, 'the connection that listens was lost'),
  );
  const nameOf = statementNames(database.preparedStatements);
  return {
    pool,
    notifications,
    openSession: (identity, { ids, rows, guarded, signal, onStatement }) =>
      openSession({
        pool,
        settings: database,
        nameOf,
        claims: databaseClaims(identity, rows),
        role: guarded ? guardedRole(databaseUrl) : undefined,
        signal,
        onStatement(record) {
          onStatement(record);
          observe?.statement?.({ ...record, requestId: ids.requestId });
        },
      }),
    async close() {
      await notifications.close();
      await pool.end();
    },
  };
}
