/** The two costly tools by which a snapshot is made, and where they run: in this thread, or where they hold up nobody. */
import type { Problem } from '@portcullis/schema/compose/problem';
import type { EventsAddress } from '@portcullis/schema/supergraph/supergraph';
import type { Planner } from '../program.ts';

export interface Composed {
  /** Every file that the outcome depends on. */
  readonly files: readonly string[];
  /** Undefined if it does not compose. */
  readonly supergraphSdl?: string | undefined;
  /** Where events come from, by the name of the subgraph that says so in the source. */
  readonly events?: readonly (readonly [string, EventsAddress])[] | undefined;
  readonly errors?: readonly Problem[] | undefined;
}

export interface Toolchain {
  /** Of a `supergraph.yaml`. */
  compose(file: string): Promise<Composed>;
  /** Resolves when it can plan. */
  createPlanner(supergraphSdl: string): Promise<Planner>;
}
