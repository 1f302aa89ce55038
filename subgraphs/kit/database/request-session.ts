/** The session of one request: every statement in a read-only transaction that knows who asks. */
import type { Pool, PoolClient } from 'pg';
import { codeOf, type FailureCode, failure } from './failure.ts';
import { interrupt } from './interrupt.ts';
import type { Row, Session, Statement } from './session.ts';
import type { DatabaseSettings } from './settings.ts';
import type { NameOf } from './statement-names.ts';
import type { OnStatement } from './statement-observer.ts';
import { sendTransaction } from './transaction.ts';

export interface SessionOptions {
  readonly pool: Pool;
  readonly settings: DatabaseSettings;
  readonly nameOf: NameOf;
  readonly onStatement: OnStatement;
  /** Who asks, as JSON, for row security (`app.claims`). */
  readonly claims: string;
  /** Whose rights the statements have; those of the connection's own role where there is none. */
  readonly role?: string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Beyond the server's own limit: for a server or a network that answers nothing at all. */
const GRACE_MS = 1_000;

/** Opens the session of a request; it holds a connection only while a statement runs. */
export function openSession(options: SessionOptions): Session {
  let rowsLeft = options.settings.rowCeiling;

  /** Takes a row from the request's ceiling; false when it is used up. */
  const takeRow = (): boolean => {
    rowsLeft -= 1;
    return rowsLeft >= 0;
  };

  return {
    async run(statement) {
      if (rowsLeft < 0) throw failure('COST_LIMIT');
      const started = performance.now();
      const outcome = await attempt(options, statement, takeRow);
      const milliseconds = performance.now() - started;
      const told = { sql: statement.sql, milliseconds };
      if ('rows' in outcome) {
        options.onStatement({ ...told, rows: outcome.rows.length, outcome: 'ok', state: undefined });
        return outcome.rows;
      }
      options.onStatement({ ...told, rows: 0, outcome: outcome.code, state: outcome.state });
      throw failure(outcome.code);
    },
  };
}

type Outcome = { readonly rows: readonly Row[] } | Failed;
interface Failed {
  readonly code: FailureCode;
  readonly state: string | undefined;
}

async function attempt(
  options: SessionOptions,
  statement: Statement,
  takeRow: () => boolean,
): Promise<Outcome> {
  if (options.signal.aborted) return failed('REQUEST_TIMEOUT');
  let client: PoolClient;
  try {
    client = await options.pool.connect();
  } catch (error) {
    return failed('SUBGRAPH_UNAVAILABLE', error);
  }
  if (options.signal.aborted) {
    client.release();
    return failed('REQUEST_TIMEOUT');
  }
  const outcome = await runOn(client, options, { statement, takeRow });
  // After an error the state of the connection is uncertain, and a late cancel request may still come.
  client.release('code' in outcome);
  return outcome;
}

async function runOn(
  client: PoolClient,
  options: SessionOptions,
  { statement, takeRow }: { statement: Statement; takeRow: () => boolean },
): Promise<Outcome> {
  const { signal, settings, claims, role, nameOf } = options;
  let reason: FailureCode | undefined;
  let letGo = () => {};
  const stop = (why: FailureCode) => {
    if (reason !== undefined) return;
    reason = why;
    letGo = interrupt(client);
  };
  const onAbort = () => stop('REQUEST_TIMEOUT');
  signal.addEventListener('abort', onAbort, { once: true });
  const limit = setTimeout(onAbort, settings.statementTimeoutMs + GRACE_MS);
  try {
    const rows: Row[] = [];
    // Rows are counted as they come, so the ceiling bounds memory and not only the answer.
    await sendTransaction(
      client,
      { statement, claims, role, nameOf, timeoutMs: settings.statementTimeoutMs },
      (row) => {
        if (takeRow()) rows.push(row);
        else stop('COST_LIMIT');
      },
    );
    return reason === undefined ? { rows } : failed(reason);
  } catch (error) {
    return failed(reason ?? codeOf(error), error);
  } finally {
    clearTimeout(limit);
    letGo();
    signal.removeEventListener('abort', onAbort);
  }
}

function failed(code: FailureCode, error?: unknown): Failed {
  const state =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
  return { code, state };
}
