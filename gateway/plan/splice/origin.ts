/** Where the parts of an object come from: its own reply, and the batches that add to it. */
import type { SelectionSetNode } from 'graphql';
import type { FieldShape, SourcePlan } from '../../program.ts';
import type { Members } from './members.ts';

/** An object of the answer: where it stands, what type it is of, and what its own reply says of it. */
export interface Place {
  readonly path: readonly string[];
  readonly type: string;
  readonly fields: readonly FieldShape[];
  /** Undefined for the root, which only fetches add to. */
  readonly own: readonly SelectionSetNode[] | undefined;
}

export interface Origin {
  readonly members: Members;
}

/** One batch as it adds to one object. */
export interface Contribution extends Origin {
  readonly step: number;
  readonly batch: number;
  readonly requires: readonly string[];
  /** Filled as it is compiled. */
  readonly source: Mutable<SourcePlan>;
}

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function isContribution(origin: Origin): origin is Contribution {
  return 'source' in origin;
}
