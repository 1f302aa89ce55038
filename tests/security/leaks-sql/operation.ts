/** What can be asked of a random domain: lists, groups, entities by key, what a resolver found, and links in all directions. */
import type { Where } from './where.ts';

export type Direction = 'ASC' | 'DESC';

export interface Selection {
  readonly scalars: readonly string[];
  readonly links: readonly { readonly field: string; readonly selection: Selection }[];
  readonly backs: readonly { readonly field: string; readonly list: ListAsk }[];
}

export interface ListAsk {
  readonly type: string;
  readonly where: Where | undefined;
  readonly orderBy: readonly { readonly field: string; readonly direction: Direction }[];
  readonly first: number | undefined;
  /** Undefined: only counted. */
  readonly selection: Selection | undefined;
  readonly isCounted: boolean;
  /** Nodes stand in edges, with cursors. */
  readonly hasEdges: boolean;
}

export interface GroupKeyAsk {
  readonly field: string;
  /** Undefined: the value itself. */
  readonly unit: 'DAY' | 'MONTH' | 'YEAR' | undefined;
}

export interface ResultAsk {
  readonly aggregate: 'countDistinct' | 'sum' | 'avg' | 'min' | 'max';
  readonly field: string;
}

export interface GroupAsk {
  readonly type: string;
  readonly by: readonly GroupKeyAsk[];
  readonly where: Where | undefined;
  /** As GraphQL has it, and the fields that it compares. */
  readonly having: { readonly text: string; readonly results: readonly ResultAsk[] } | undefined;
  readonly orderBy: readonly {
    readonly name: string;
    readonly result: ResultAsk | undefined;
    readonly direction: Direction;
  }[];
  readonly first: number | undefined;
  readonly results: readonly ResultAsk[];
}

export type RootAsk =
  | { readonly kind: 'list'; readonly list: ListAsk }
  | { readonly kind: 'groups'; readonly groups: GroupAsk }
  | {
      readonly kind: 'entities';
      readonly type: string;
      readonly keys: readonly Representation[];
      readonly selection: Selection;
    }
  | {
      readonly kind: 'found';
      readonly type: string;
      readonly keys: readonly string[];
      readonly selection: Selection;
    };

/** What the gateway sends for an entity. */
export type Representation = Readonly<Record<string, string>>;

/** The roots in order; their response names are `f0`, `f1` … */
export type Operation = readonly RootAsk[];

/** All results that groups need, whether shown, compared or ordered by. */
export function resultsOf({ results, having, orderBy }: GroupAsk): readonly ResultAsk[] {
  return [...results, ...(having?.results ?? []), ...orderBy.flatMap(({ result }) => result ?? [])];
}
