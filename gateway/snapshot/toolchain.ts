/** The costly tools by which a snapshot is made, and where they run: in this thread, or where they hold up nobody. */
import type { PolicyFile } from '@portcullis/policies/engine/folder';
import type { Problem } from '@portcullis/schema/compose/problem';
import type { Enforceable, EventsAddress, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { Planner } from '../program.ts';
import type { Access } from '../request.ts';

export interface Composed {
  /** Every file that the outcome depends on. */
  readonly files: readonly string[];
  /** Undefined if it does not compose. */
  readonly supergraphSdl?: string | undefined;
  /** Where events come from, by the name of the subgraph that says so in the source. */
  readonly events?: readonly (readonly [string, EventsAddress])[] | undefined;
  /** What subgraphs carry out of a decision, by the name of the subgraph of which the source says so. */
  readonly enforces?: readonly (readonly [string, readonly Enforceable[]])[] | undefined;
  readonly errors?: readonly Problem[] | undefined;
}

export interface Toolchain {
  /** Of a `supergraph.yaml`. */
  compose(file: string): Promise<Composed>;
  /** Resolves when it can plan. */
  createPlanner(supergraphSdl: string): Promise<Planner>;
  /** Resolves when it can be asked; rejects with all that is wrong with the rules. */
  createAccess(files: readonly PolicyFile[], supergraph: Supergraph): Promise<Access>;
}
