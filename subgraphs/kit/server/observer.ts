/** Listens to what the subgraph does; for tests that count. */
import type { StatementRecord } from '../database/statement-observer.ts';

export interface Observer {
  statement?(record: StatementRecord & { readonly requestId: string }): void;
}
