/** Fields that subgraphs are joined by, as the planner is given them: what no selection of a client may be taken for. */
import type { FieldNode, SelectionSetNode } from 'graphql';

export interface JoinNames {
  /** Names of fields that a representation can be made of: those of keys, `@requires` and `@fromContext`. */
  readonly inputs: ReadonlySet<string>;
  /** Fields without arguments, each by its name, that stand for one with given arguments (see argument-free.ts). */
  readonly standIns: ReadonlyMap<string, Pick<FieldNode, 'name' | 'arguments'>>;
  /** What a subgraph computes a field from (`@requires`), by `subgraph:Type.field`. */
  readonly needs: ReadonlyMap<string, SelectionSetNode>;
  /** By `subgraph:Type`. */
  readonly keys: ReadonlyMap<string, readonly SelectionSetNode[]>;
}
