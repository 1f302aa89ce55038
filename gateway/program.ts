/** An operation, and the program that is made of it: what `plan` makes, `execute` runs and `shape` writes. */
import type { FetchDataRewrite, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type DocumentNode, type FieldNode, Kind, type OperationDefinitionNode, print, type SelectionSetNode } from 'graphql';
import type { ResponseError } from './errors.ts';

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

/** Makes plans for one supergraph; built once per snapshot. */
export interface Planner {
  plan(operation: Operation): QueryPlan | Promise<QueryPlan>;
}

/** What is fetched for an operation, and what the answer looks like. */
export interface Program {
  readonly fetches: FetchProgram;
  /** The answer to the client's own operation. */
  readonly response: ResponseShape;
}

/** A compiled plan, shared by every request whose authorised operation is the same on the same snapshot. */
export interface FetchProgram {
  /** In an order in which each can be sent once those before it are answered. */
  readonly steps: readonly Step[];
  /** Every coordinate that its fetches name, keys excepted: verified against the caller's rights. */
  readonly coordinates: ReadonlySet<string>;
}

/** One request to one subgraph: fetches of the plan that can be sent together. */
export interface Step {
  readonly index: number;
  readonly subgraph: string;
  readonly url: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Indexes of the steps that have to be answered before. */
  readonly after: readonly number[];
  /** The body as far as it is the same for every request: a JSON text that ends where the variables begin. */
  readonly head: string;
  /** Of the client's variables, those that the text uses. */
  readonly variables: readonly StepVariable[];
  readonly batches: readonly Batch[];
}

/** A variable of the client can have another name on the way to a subgraph, where its own means something else. */
export interface StepVariable {
  readonly name: string;
  readonly from: string;
}

/**
 * Fetches that ask the same of an object: a root field's selection, or one `_entities` field (federation specification) for
 * the entities of all sites together.
 */
export interface Batch {
  /** Response name of its `_entities` field; undefined: it fetches from the root. */
  readonly alias: string | undefined;
  /** The variable that takes its representations. */
  readonly variable: string;
  /** As it is sent: of the root, or of its entities. */
  readonly asked: SelectionSetNode;
  readonly selection: ReplySelection;
  /** What the fetch adds to each object that it is for, `__typename` excepted. */
  readonly names: readonly FetchedName[];
  readonly sites: readonly Site[];
}

export interface FetchedName {
  readonly name: string;
  /** The object type that it is for; undefined: for whatever it is. */
  readonly on: string | undefined;
}

/** Where objects stand to which a fetch adds fields. */
export interface Site {
  /** From the root: response names; `@` for each item of a list. */
  readonly path: readonly string[];
  /** What a representation is made of; undefined: fetched from the root. */
  readonly requires: readonly QueryPlanSelectionNode[] | undefined;
  readonly inputRewrites: readonly FetchDataRewrite[];
  readonly outputRewrites: readonly FetchDataRewrite[];
}

/**
 * What a fetch asked for, by response name; undefined for leaves. All type conditions together: which of the fields an object
 * has in the answer is for the response's shape to say.
 */
export interface ReplySelection {
  readonly fields: ReadonlyMap<string, ReplySelection | undefined>;
}

/** The answer as the client's selections and the API schema want it. */
export interface ResponseShape {
  readonly root: ObjectShape;
  /** What the gateway itself answers: the root's selections of `__schema` and `__type`. */
  readonly introspection: readonly FieldNode[];
  /** One error for each denied selection: the same whatever the data. */
  readonly denials: readonly ResponseError[];
}

/** What an object has in the answer; it depends on the type of the object. */
export interface ObjectShape {
  /**
   * `typename`: what the reply says of itself, if it does.
   * @returns undefined if no object of that type can stand here; `hidden` if the caller may not know of it
   */
  fieldsOf(typename: string | undefined): readonly FieldShape[] | 'hidden' | undefined;
}

/** One response name of an object. */
export interface FieldShape {
  readonly name: string;
  /** As JSON, with the colon: `"name":`. */
  readonly key: string;
  readonly value: ValueShape;
}

/** A mask replaces a leaf's value after all joins; what it returns is checked against the type as any other value. */
export type Mask = (value: unknown) => unknown;

export type ValueShape =
  | { readonly kind: 'leaf'; readonly nonNull: boolean; readonly leaf: Leaf; readonly mask: Mask | undefined }
  | { readonly kind: 'list'; readonly nonNull: boolean; readonly of: ValueShape }
  | { readonly kind: 'object'; readonly nonNull: boolean; readonly object: ObjectShape }
  /** The same for every object of the type: a JSON text such as its `__typename`. */
  | { readonly kind: 'constant'; readonly text: string }
  /** Denied: null, or no object at all where there has to be a value. */
  | { readonly kind: 'denied'; readonly nonNull: boolean }
  /** Answered by the gateway itself: `__schema` and `__type`. */
  | { readonly kind: 'introspection' };

export type Leaf =
  | { readonly kind: 'Int' | 'Float' | 'String' | 'Boolean' | 'ID' | 'custom' }
  | { readonly kind: 'enum'; readonly values: ReadonlySet<string> };

/**
 * An object of the merged answer. It has no prototype: a response name like `__proto__` is a key like any other, and one
 * that is not there is undefined.
 */
export interface MergedObject {
  [responseName: string]: unknown;
}

/** Stands in the merged answer where a subgraph gave something else than it was asked for. */
export const misfit: unique symbol = Symbol('misfit');
