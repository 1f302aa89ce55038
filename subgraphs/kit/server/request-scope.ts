/** What one execution may use: a session that knows who asks, loaders of its own, and a log. */
import type { Session } from '../database/session.ts';
import type { StatementRecord } from '../database/statement-observer.ts';
import type { Identity } from '../identity/identity.ts';
import type { RequestScope } from './engine.ts';
import type { Log } from './log.ts';
import type { RequestIds } from './request-ids.ts';

/** What a session is bound to beside an identity. */
export interface SessionScope {
  readonly ids: RequestIds;
  readonly signal: AbortSignal;
  readonly onStatement: (record: StatementRecord) => void;
}

export type OpenSession = (identity: Identity, scope: SessionScope) => Session;

interface Execution {
  readonly identity: Identity;
  readonly ids: RequestIds;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each statement how many rows it read. */
  readonly onStatement: (rows: number) => void;
}

export function createRequestScope(
  openSession: OpenSession,
  { identity, ids, log, signal, onStatement }: Execution,
): RequestScope {
  const session = openSession(identity, {
    ids,
    signal,
    onStatement(record) {
      onStatement(record.rows);
      log[record.outcome === 'INTERNAL' ? 'error' : 'debug'](record, 'statement');
    },
  });
  return { session, identity, loaders: new Map(), log };
}
