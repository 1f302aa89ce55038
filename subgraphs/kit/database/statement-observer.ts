/** What is told of each statement: enough to count and to log, no parameter and no row. */
import type { FailureCode } from './failure.ts';

export interface StatementRecord {
  readonly sql: string;
  readonly rows: number;
  readonly milliseconds: number;
  readonly outcome: 'ok' | FailureCode;
  /** PostgreSQL's error code or the system's, where there is one. */
  readonly state: string | undefined;
}

export type OnStatement = (record: StatementRecord) => void;
