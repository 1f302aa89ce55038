/** An operation, and the program that is made of it: what `plan` makes, `execute` runs and `shape` writes. */
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, print } from 'graphql';

/** One executable operation: fragments inlined, frozen, shared by all requests with the same document. */
export interface Operation {
  /** Equal for equal normalised operations; with the snapshot it keys every cache. */
  readonly key: string;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/** The only maker of operations: what is decided, planned and sent cannot change on the way. */
export function createOperation(definition: OperationDefinitionNode): Operation {
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition] };
  return Object.freeze({ key: print(definition), document: deepFreeze(document), definition });
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}

/** A planned operation, shared by every request with the same authorised operation on the same snapshot. */
export interface Program {
  readonly operation: Operation;
  readonly plan: QueryPlan;
  /** Every coordinate that its fetches name, keys excepted: verified against the caller's rights at each request. */
  readonly coordinates: ReadonlySet<string>;
}

/**
 * Plans operations for one supergraph, here or elsewhere: whoever asks waits only if it gets a promise. A plan is plain data.
 * What cannot be planned within the limits is refused with `COST_LIMIT`.
 */
export interface Planner {
  plan(operation: Operation): QueryPlan | Promise<QueryPlan>;
  /** Resolves when it holds nothing any more. A request that started before may still ask, and is answered. */
  close(): Promise<void>;
}

/** Makes programs, once for equal operations; built once per snapshot. */
export interface Programs {
  of(operation: Operation): Program | Promise<Program>;
}
