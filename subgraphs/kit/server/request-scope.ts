/** What one execution may use: a session that knows who asks, what it may see, loaders of its own, and a log. */
import { createAccess, type OnUnenforceable } from '../access/access.ts';
import { usesGuarded } from '../access/guarded.ts';
import { type RowClaims, rowClaims } from '../access/row-claims.ts';
import type { Session } from '../database/session.ts';
import type { StatementRecord } from '../database/statement-observer.ts';
import type { Identity } from '../identity/identity.ts';
import type { Domain } from '../model/domain.ts';
import type { RequestScope } from './engine.ts';
import type { Log } from './log.ts';
import type { RequestIds } from './request-ids.ts';

/** What a session is bound to beside an identity. */
export interface SessionScope {
  readonly ids: RequestIds;
  /** What of each table is hidden from whoever asks. */
  readonly rows: RowClaims;
  /** Whether statements may name guarded columns. */
  readonly guarded: boolean;
  readonly signal: AbortSignal;
  readonly onStatement: (record: StatementRecord) => void;
}

export type OpenSession = (identity: Identity, scope: SessionScope) => Session;

/** What all executions of a subgraph have in common. */
export interface Serving {
  readonly domain: Domain;
  readonly openSession: OpenSession;
}

interface Execution {
  readonly identity: Identity;
  readonly ids: RequestIds;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each statement how many rows it read. */
  readonly onStatement: (rows: number) => void;
}

export function createRequestScope(
  { domain, openSession }: Serving,
  { identity, ids, log, signal, onStatement }: Execution,
): RequestScope {
  const access = createAccess(domain, identity.obligations, tellingOnce(log));
  const session = openSession(identity, {
    ids,
    rows: rowClaims(domain, access),
    guarded: usesGuarded(domain, access),
    signal,
    onStatement(record) {
      onStatement(record.rows);
      log[record.outcome === 'INTERNAL' ? 'error' : 'debug'](record, 'statement');
    },
  });
  return { session, identity, access, loaders: new Map(), log };
}

/** Rows that nobody sees are to be explained, once an execution and not once a row. */
function tellingOnce(log: Log): OnUnenforceable {
  const told = new Set<string>();
  return (type, reason) => {
    if (told.has(reason)) return;
    told.add(reason);
    log.warn({ type, reason }, 'an obligation cannot be carried out: the rows of the type are hidden');
  };
}
