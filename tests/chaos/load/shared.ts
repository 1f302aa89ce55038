/** What all clients share. */
import type { Pool } from 'undici';
import type { Truth } from '../oracle/truth.ts';
import type { Verdict } from '../oracle/verdict.ts';
import type { Random } from '../random.ts';
import type { Ledger } from '../subgraphs/ledger.ts';

export interface Shared {
  readonly pool: Pool;
  readonly truth: Truth;
  readonly verdict: Verdict;
  readonly ledger: Ledger;
  readonly random: Random;
}
