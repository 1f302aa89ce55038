/** The operations on each graph, read once. */
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Operation } from '../program.ts';
import type { Snapshot } from '../request.ts';
import { type ParseLimits, readOperation, type SentDocument } from './read.ts';

/** Characters of documents that are kept for each graph. */
const cacheSize = 8 * 1024 * 1024;

/** Characters of documents that are known to be fit for what a view shows. */
const shownCacheSize = cacheSize / 16;

export interface KnownOperation {
  readonly sent: SentDocument;
  readonly operation: Operation;
}

/**
 * By the document's text and the chosen operation, nothing of the caller: what is kept is the same for everybody, since
 * no decision about access has been made yet. Only valid documents are kept, and only as long as their schema: that of a graph
 * outlives the rules, that of a view is kept as long as it is in use.
 */
export class Operations {
  readonly #limits: ParseLimits;
  readonly #bySchema = new WeakMap<GraphQLSchema, LRUCache<string, Operation>>();

  constructor(limits: ParseLimits) {
    this.#limits = limits;
  }

  /** @throws ClientError if it is none that can be executed */
  of(sent: SentDocument, { supergraph }: Snapshot): Operation {
    return this.#of(sent, supergraph.api, cacheSize);
  }

  /**
   * The same against what a view shows of a graph.
   * @throws ClientError as if there were nothing else
   */
  shownIn(schema: GraphQLSchema, sent: SentDocument): Operation {
    return this.#of(sent, schema, shownCacheSize);
  }

  /** Those that are kept; the last used comes first. */
  knownIn({ supergraph }: Snapshot): readonly KnownOperation[] {
    const kept = this.#bySchema.get(supergraph.api);
    return [...(kept?.entries() ?? [])].map(([key, operation]) => ({ sent: sentOf(key), operation }));
  }

  #of(sent: SentDocument, schema: GraphQLSchema, maxSize: number): Operation {
    const key = keyOf(sent);
    const known = this.#bySchema.get(schema)?.get(key);
    if (known !== undefined) return known;
    const operation = readOperation(sent, schema, this.#limits);
    this.#keptFor(schema, maxSize).set(key, operation);
    return operation;
  }

  #keptFor(schema: GraphQLSchema, maxSize: number): LRUCache<string, Operation> {
    const known = this.#bySchema.get(schema);
    if (known !== undefined) return known;
    const operations = new LRUCache<string, Operation>({
      maxSize,
      sizeCalculation: ({ key }, text) => key.length + text.length,
    });
    this.#bySchema.set(schema, operations);
    return operations;
  }
}

/** The length tells where the name ends, whatever it holds. */
function keyOf({ query, operationName }: SentDocument): string {
  return operationName === undefined ? `-${query}` : `${operationName.length} ${operationName}${query}`;
}

function sentOf(key: string): SentDocument {
  if (key.startsWith('-')) return { query: key.slice(1), operationName: undefined };
  const name = key.indexOf(' ') + 1;
  const query = name + Number(key.slice(0, name));
  return { query: key.slice(query), operationName: key.slice(name, query) };
}
