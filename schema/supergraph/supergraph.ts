/** The supergraph as everything reads it: one frozen model of what there is, who serves it and what its owners declared. */
import type { GraphQLSchema } from 'graphql';

/**
 * A schema coordinate (GraphQL spec, "Schema Coordinates"): `Type`, `Type.field`, `Type.field(argument:)`,
 * `Input.field` or `Enum.VALUE`.
 */
export type Coordinate = string;

/** How an input or output makes use of a column that it does not name itself. */
export const useKinds = Object.freeze(['FILTER', 'ORDER', 'GROUP', 'AGGREGATE', 'READ', 'WRITE'] as const);

export type UseKind = (typeof useKinds)[number];

/** `@uses(field:, as:)` of https://portcullis.dev/spec. */
export interface Use {
  /** The coordinate of an output field: the column. */
  readonly field: Coordinate;
  readonly as: UseKind;
}

export interface Element {
  readonly coordinate: Coordinate;
  readonly kind: 'type' | 'field' | 'argument' | 'inputField' | 'enumValue';
  /** The named type of its value, wrappers removed; undefined for types and enum values. */
  readonly type: string | undefined;
  /** The same in subgraphs that state another one, by their name: `Book` where others say `Media`. */
  readonly typeIn: ReadonlyMap<string, string>;
  readonly tags: ReadonlySet<string>;
  /** `@authenticated`. */
  readonly authenticated: boolean;
  /** `@requiresScopes`: at least one of these lists, all scopes of it; undefined if not stated. */
  readonly scopes: readonly (readonly string[])[] | undefined;
  /** `@policy`: at least one of these lists, all named conditions of it; undefined if not stated. */
  readonly policies: readonly (readonly string[])[] | undefined;
  readonly uses: readonly Use[];
  /** `@usesNothing` of an argument or input field: it makes use of no column. Where it has `uses` as well, those count. */
  readonly usesNothing: boolean;
  /** `@declassify` of a field: what is computed from it is not as sensitive as it is itself. */
  readonly declassified: boolean;
  /** `@carrier` of a type: it holds no data of its own, it carries rows. */
  readonly carrier: boolean;
  /**
   * `@product`, as `<subgraph>.<name>`: of a type, all data products that it belongs to; of a field of such a type, those
   * of the subgraphs that resolve the field.
   */
  readonly products: readonly string[];
  /** What its subgraphs need before they can answer it (`@requires`), one step deep; empty for all but fields. */
  readonly requires: readonly Coordinate[];
  /** Names of the subgraphs that define it. */
  readonly subgraphs: readonly string[];
  /** Names of the subgraphs whose rules hold for it: those that resolve it, also where they do so by an `@interfaceObject`. */
  readonly owners: readonly string[];
}

/** What a subgraph can carry out of a decision: filters of rows, minimum sizes of groups, columns that must not be read. */
export const enforceable = Object.freeze(['rows', 'groups', 'columns'] as const);

export type Enforceable = (typeof enforceable)[number];

export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
  /** Where subscriptions go; undefined: to `url`, over SSE. No supergraph SDL says it, only the file it is composed of. */
  readonly events?: EventsAddress | undefined;
  /** What it is trusted to carry out; empty if nothing is said. No supergraph SDL says it either. */
  readonly enforces: ReadonlySet<Enforceable>;
}

/** The protocol in which a subgraph publishes events: GraphQL over SSE, or graphql-transport-ws. */
export interface EventsAddress {
  readonly protocol: 'sse' | 'ws';
  readonly url: string;
}

export interface Supergraph {
  readonly sdl: string;
  /** What clients see and what their documents are validated against: no join machinery, nothing `@inaccessible`. */
  readonly api: GraphQLSchema;
  /** As composed, with what is `@inaccessible`: what fetches to subgraphs are typed with. */
  readonly composed: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, SubgraphAddress>;
  /** Every element by coordinate, also what is `@inaccessible`. */
  readonly elements: ReadonlyMap<Coordinate, Element>;
  /** Output fields by type name, in order of definition. */
  readonly fields: ReadonlyMap<string, readonly Element[]>;
  /** Object types by the name of a composite type: its implementations or members; for an object type, itself. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Interfaces by the name of the object type or interface that implements them. */
  readonly interfaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** Fields that join rows of different subgraphs (`@key`), nested ones included. */
  readonly keys: ReadonlySet<Coordinate>;
}

/** The supergraph cannot be served; the text says what is wrong and where. */
export class SupergraphError extends Error {
  override readonly name = 'SupergraphError';
}
