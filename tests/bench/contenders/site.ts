/** What every gateway of the benchmark is given, and what the benchmark then has. */
import type { ChildProcess } from 'node:child_process';
import type { Principals } from '../principals.ts';
import type { Mode } from '../workloads.ts';

export interface Site {
  /** A folder of the benchmark's own; nothing is written anywhere else. */
  readonly folder: string;
  /** The composed graph. */
  readonly supergraph: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string; readonly schema: string }[];
  readonly principals: Principals;
  /** Of Cedar, for ours; undefined: everything is permitted to everybody. */
  readonly rules?: string;
}

export interface Contender {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startedAfter: number;
  /** The modes that it can serve, if not all. */
  readonly modes?: readonly Mode[];
}
