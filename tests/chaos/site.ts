/** What a run is made of. */
import type { Gateway } from './gateway/process.ts';
import type { Verdict } from './oracle/verdict.ts';
import type { Ledger } from './subgraphs/ledger.ts';
import type { Subgraph } from './subgraphs/subgraph.ts';

export interface ChaosOptions {
  readonly seconds: number;
  readonly connections: number;
  readonly seed: number;
  /** Between two restarts of a subgraph. */
  readonly restartSeconds: number;
}

export interface Site {
  readonly gateway: Gateway;
  readonly subgraphs: readonly Subgraph[];
  readonly ledger: Ledger;
  readonly verdict: Verdict;
  readonly say: (line: string) => void;
}
