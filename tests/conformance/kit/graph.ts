/** What a conformance graph is: SDL by subgraph, the data that all of them serve parts of, and what is asked. */
import type { Fault } from './faults.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows are of every shape, and a graph is read more often than it is typed
export type Row = Readonly<Record<string, any>>;

/** The data of a graph. Each engine starts with its own, so that mutations of one are not seen by another. */
export interface Store {
  /** Rows of a type, or of all types that an abstract one can be. */
  all(type: string): readonly Row[];
  find(type: string, key: Row): Row | null;
}

export type Resolver = (source: Row, args: Row, store: Store) => unknown;

export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/** By own names alone: a field can be called `valueOf`. */
export function resolverFor(resolvers: Resolvers, type: string, field: string): Resolver | undefined {
  const fields = Object.hasOwn(resolvers, type) ? resolvers[type] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

export interface ConformanceGraph {
  readonly topic: string;
  /** SDL by name: {@link fed2}, or text without a link for Federation 1. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** Made anew for each engine. Every row says its `__typename`. */
  readonly rows: () => readonly Row[];
  /**
   * How fields are computed: in the monolith, and in each subgraph that defines the field itself. A field without one is
   * what the row holds under its name. A subgraph's resolver sees of a row what is its own and what it was given as
   * required, nothing else.
   */
  readonly resolvers?: Resolvers;
  /** Where one subgraph does otherwise, its own. */
  readonly resolversOf?: Readonly<Record<string, Resolvers>>;
  /** Why the monolith cannot answer whatever is asked, if it cannot: then every case says what is expected. */
  readonly unanswerable?: string;
  readonly cases: readonly ConformanceCase[];
}

export interface ConformanceCase {
  readonly name: string;
  readonly query: string;
  readonly variables?: Row;
  /** How subgraphs misbehave, by name. What only they serve fails in the monolith too. */
  readonly faults?: Readonly<Record<string, Fault>>;
  /** Why the stock engine's data is wrong here. It must then differ. */
  readonly stock?: string;
  /** Why the stock engine is not asked at all. */
  readonly stockHangs?: string;
  /** What is right where the monolith cannot say; `errors` are paths without list indices, joined by dots. */
  readonly expected?: Outcome;
  /** How often our engine asks a subgraph. */
  readonly requests?: Readonly<Record<string, number>>;
  /** How many representations our engine sends to a subgraph in all. */
  readonly representations?: Readonly<Record<string, number>>;
}

/** An answer as it is compared. */
export interface Outcome {
  readonly data: unknown;
  readonly errors: readonly string[];
}

const federation = [
  'key shareable external requires provides override inaccessible interfaceObject',
  'extends tag',
].flatMap((names) => names.split(' ').map((name) => `"@${name}"`));

/** SDL of Federation 2, with every directive at hand. */
export function fed2(strings: TemplateStringsArray): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${federation.join(', ')}])
    ${strings.join('')}`;
}
