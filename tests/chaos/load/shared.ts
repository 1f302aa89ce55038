/** What all clients share. */
import type { Pool } from 'undici';
import type { Truth } from '../oracle/truth.ts';
import type { Asked, Verdict } from '../oracle/verdict.ts';
import type { Random } from '../random.ts';
import type { Ledger } from '../subgraphs/ledger.ts';
import { type Operation, questionOf } from './operations.ts';

export interface Shared {
  readonly pool: Pool;
  readonly truth: Truth;
  readonly verdict: Verdict;
  readonly ledger: Ledger;
  readonly random: Random;
}

/** To be called before it is sent. */
export function begin(ledger: Ledger, operation: Operation, id: string): Asked {
  const question = questionOf(operation);
  if (question !== undefined) ledger.ask(id, question);
  return { what: operation.name, id, question, from: Date.now() };
}
