/** What the load generator is told, and what it tells. */
import type { Mode } from '../workloads.ts';

export interface Job {
  readonly url: string;
  readonly workload: string;
  readonly mode: Mode;
  readonly seconds: number;
  /** It goes on until so many are answered, however long that takes. */
  readonly atLeast: number;
  readonly connections: number;
  readonly tokensFile: string;
}

export type JobResult = Load | { readonly failure: string };

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Of the replies' bodies, all together. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}
