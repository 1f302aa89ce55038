/** The whole and true answer: one graphql-js schema, the one that clients see, over the values of the subgraphs. */
import { type DocumentNode, execute, type GraphQLSchema, Kind, parse, visit } from 'graphql';
import { makeTrue } from '../graph/graph.ts';
import type { Operation } from '../load/operations.ts';

/** Mutations are never asked twice. */
const mostKept = 5_000;

export class Truth {
  readonly #schema: GraphQLSchema;
  readonly #documents = new Map<string, DocumentNode>();
  readonly #kept = new Map<string, unknown>();

  constructor(api: GraphQLSchema) {
    this.#schema = makeTrue(api);
  }

  of(operation: Operation, event?: { readonly number: number }): unknown {
    const { query, variables } = operation;
    const key = `${query} ${JSON.stringify(variables)} ${event?.number}`;
    if (this.#kept.has(key)) return this.#kept.get(key);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const rootValue = event && { visits: { __typename: 'Visit', ...event } };
    const document = this.#document(query);
    const result = execute({ schema: this.#schema, document, variableValues: variables, rootValue });
    if (result instanceof Promise || result.errors !== undefined || !result.data)
      throw new Error(`${operation.name} has no true answer`);
    // In its plain form, as an answer is read: graphql-js gives objects without a prototype.
    const data: unknown = JSON.parse(JSON.stringify(result.data));
    this.#kept.set(key, data);
    return data;
  }

  /** `@defer` says when, not what. */
  #document(query: string): DocumentNode {
    const known = this.#documents.get(query);
    if (known !== undefined) return known;
    const document = visit(parse(query), {
      [Kind.DIRECTIVE]: ({ name }) => (name.value === 'defer' ? null : undefined),
    });
    this.#documents.set(query, document);
    return document;
  }
}
