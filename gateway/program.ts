/** An operation, and the program that is made of it: what `plan` makes, `execute` runs and `shape` writes. */
import type { FetchDataRewrite, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
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

/**
 * Plans operations for one supergraph, here or elsewhere: whoever asks waits only if it gets a promise. A plan is plain data.
 * What cannot be planned within the limits is refused with `COST_LIMIT`.
 */
export interface Planner {
  /** `labels`: those of `@override` that are on. */
  plan(operation: Operation, labels: readonly string[], asker: Asker): QueryPlan | Promise<QueryPlan>;
  /** Resolves when it holds nothing any more. A request that started before may still ask, and is answered. */
  close(): Promise<void>;
}

/** For whom an operation is planned. */
export interface Asker {
  /** Equal for all requests of one principal, and for no others. */
  readonly principal: string;
  /** Once it is aborted, nobody waits any more. */
  readonly signal: { readonly aborted: boolean };
}

/** Makes programs of plans, once for equal operations; built once per snapshot. */
export interface FetchPrograms {
  /** The labels of `@override` that are on for one request: drawn once for each. */
  drawLabels(): ReadonlySet<string>;
  /** All that can be drawn. */
  possibleDraws(): readonly ReadonlySet<string>[];
  /** The labels that can make a difference to an operation. */
  labelsFor(operation: Operation): readonly string[];
  of(operation: Operation, labels: readonly string[], asker: Asker): FetchProgram | Promise<FetchProgram>;
}

/** What is fetched for an operation, and what the answer looks like. */
export interface Program {
  readonly fetches: FetchProgram;
  /** The answer to the client's own operation. */
  readonly response: ResponseShape;
  /** Undefined if only the object tree can do it. */
  readonly splice: SpliceProgram | undefined;
  /** What comes after the first part of the answer: outer fragments before those within them. */
  readonly deferred: readonly DeferredPart[];
  /** The same, where these fragments come with what is around them: clients have to bear that `@defer` is not heeded. */
  together(ids: ReadonlySet<string>): Program;
}

/** A fragment that is deferred, at each object on which it stands. */
export interface DeferredPart {
  readonly id: string;
  readonly label: string | undefined;
  readonly path: readonly PartStep[];
  /** The fragment that it is within, if that is deferred too. */
  readonly parent: string | undefined;
  readonly object: ObjectShape;
}

export interface PartStep {
  readonly name: string;
  /** What it is called in the merged answer. */
  readonly from: string;
  /** How many lists stand around each other there. */
  readonly lists: number;
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
  /** `subscription`: sent once, and answered by each event. */
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Indexes of the steps that have to be answered before. */
  readonly after: readonly number[];
  /** Of which parts of the answer it is: ids of deferred fragments, `''` for the part that comes first. */
  readonly parts: ReadonlySet<string>;
  /** The body as far as it is the same for every request: a JSON text that ends where the variables begin. */
  readonly head: string;
  /** Of the client's variables, those that the text uses. */
  readonly variables: readonly StepVariable[];
  readonly batches: readonly Batch[];
  /** Each batch as a request of its own, where there are several: for when one of them spoils the answer for all. */
  readonly alone: readonly Step[];
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
  /** Variables that are taken from the objects around an entity (`@fromContext`). */
  readonly contexts: readonly Extract<FetchDataRewrite, { kind: 'KeyRenamer' }>[];
}

/**
 * What a fetch asked for, by response name, all type conditions together: which of the fields an object has in the answer is
 * for the response's shape to say.
 */
export interface ReplySelection {
  readonly fields: ReadonlyMap<string, ReplyField>;
}

export interface ReplyField {
  /** The object types of which it has to be there; undefined: of whatever stands there. */
  readonly on: ReadonlySet<string> | undefined;
  readonly value: ReplyValue;
}

/** What a value has to be, also where it is no part of the answer: other subgraphs are asked by it. */
export type ReplyValue =
  | { readonly kind: 'leaf'; readonly nonNull: boolean; readonly leaf: Leaf }
  | { readonly kind: 'list'; readonly nonNull: boolean; readonly of: ReplyValue }
  | { readonly kind: 'object'; readonly nonNull: boolean; readonly selection: ReplySelection };

/** The answer as the client's selections and the API schema want it. */
export interface ResponseShape {
  readonly root: ObjectShape;
  /** What the gateway itself answers: the root's selections of `__schema` and `__type`. */
  readonly introspection: readonly FieldNode[];
  /** One error for each denied selection: the same whatever the data. */
  readonly denials: readonly ResponseError[];
  /** Of these, as JSON. */
  readonly denialCharacters: number;
  /** What clashed with other names is called otherwise in replies. */
  nameInAnswer(replyName: string): string;
  /** Whether objects can be left out of lists, as if they were not there: no place in a list may be told then. */
  readonly leavesOut: boolean;
}

/** What an object has in the answer; it depends on the type of the object. */
export interface ObjectShape {
  /** What the schema says it is: an object type, an interface or a union. */
  readonly type: string;
  /**
   * `typename`: what the reply says of itself, if it does.
   * @returns undefined if no object of that type can stand here; `hidden` if the caller may not know of it
   */
  fieldsOf(typename: string | undefined): readonly FieldShape[] | 'hidden' | undefined;
}

/** One response name of an object. */
export interface FieldShape {
  readonly name: string;
  /** What it is called in replies, and in the merged answer. */
  readonly from: string;
  /** As JSON, with the colon: `"name":`. */
  readonly key: string;
  readonly value: ValueShape;
}

/** A mask replaces a leaf's value after all joins, null excepted; what it returns is checked against the type as any other value. */
export type Mask = (value: unknown) => unknown;

/** In its place a list is null as a whole: nulls within it would tell how long it is. */
export const showsNothing: Mask = () => null;

/**
 * What masks of the kind `hash` are made with. Other coordinates and other purposes have other keys: what two of them say
 * cannot be joined. As long for any text.
 */
export type KeyedHash = (coordinate: string, purpose: string) => (text: string) => string;

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

/**
 * Stands in the merged answer where there is no value: a subgraph failed, or gave something else than it was asked for. What
 * depends on that value is not asked for, and has the same error.
 */
export class Misfit {
  readonly errorAt: (path: readonly (string | number)[]) => ResponseError;

  constructor(errorAt: Misfit['errorAt']) {
    this.errorAt = errorAt;
  }
}

/**
 * How the answer is pasted together from the bytes of replies, without an object for each of theirs. Made of the same
 * steps and the same shape as the merged answer is; whoever comes upon anything else than it expects goes back to that.
 */
export interface SpliceProgram {
  readonly root: ObjectPlan;
  /** By step, then by batch: the objects that its entities complete, as far as types have been met. */
  readonly sources: readonly (readonly SourcePlan[][])[];
}

/** Objects of one type at one place of the answer. */
export interface ObjectPlan {
  readonly index: number;
  /** Gaps between what its own reply says, in their order. */
  readonly holes: readonly (readonly HolePart[])[];
  /** How many add to it: if none, all its gaps are constant. */
  readonly sources: number;
}

export type HolePart =
  | { readonly kind: 'constant'; readonly text: string }
  /** `absent`: what stands there if there is no such entity; undefined: then the answer is another one altogether. */
  | {
      readonly kind: 'run';
      readonly source: SourcePlan;
      readonly run: number;
      readonly absent: string | undefined;
    };

/** What one batch adds to the objects of a plan. */
export interface SourcePlan {
  readonly object: ObjectPlan;
  /** Among those that add to the object. */
  readonly index: number;
  /** Which site of its batch it stands at. */
  readonly site: number;
  readonly representation: readonly RepresentationPart[];
  readonly members: readonly MemberPlan[];
  /** How many there are among its members. */
  readonly runs: number;
  /** How many of its members are kept. */
  readonly slots: number;
}

/** Literal JSON, or a value kept of the object's own reply (`source` undefined) or of what another source adds to it. */
export type RepresentationPart = string | { readonly source: SourcePlan | undefined; readonly slot: number };

/** An object of a reply, member by member as it was asked for. */
export interface ScanPlan {
  readonly object: ObjectPlan;
  readonly members: readonly MemberPlan[];
  /** How many of them are kept. */
  readonly slots: number;
  /** Before the closing bracket; undefined: none. */
  readonly lastHole: number | undefined;
}

export interface MemberPlan {
  /** As JSON, with the colon. */
  readonly key: string;
  /** As it stands in the answer instead; undefined: in the same way. */
  readonly as: string | undefined;
  readonly value: ScanValue;
  /** Whether it is part of the answer. */
  readonly isEmitted: boolean;
  /** Where its value is kept, for representations. */
  readonly slot: number | undefined;
  /** The gap before it; undefined: none. */
  readonly hole: number | undefined;
  /** Of an entity: members of one run stand together in the answer. */
  readonly run: number;
}

export type ScanValue =
  | { readonly kind: 'leaf'; readonly nonNull: boolean; readonly leaf: Leaf; readonly mask: Mask | undefined }
  | { readonly kind: 'list'; readonly nonNull: boolean; readonly of: ScanValue }
  /** By the object's type, which comes first where there are several. */
  | { readonly kind: 'object'; readonly nonNull: boolean; readonly planOf: PlanOf }
  | { readonly kind: 'typename'; readonly text: string };

export type PlanOf =
  | { readonly kind: 'one'; readonly plan: ScanPlan }
  /** undefined: none of that type can be spliced. */
  | { readonly kind: 'byType'; plan(typename: string): ScanPlan | undefined };
