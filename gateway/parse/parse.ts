/** Stage 3: from a document's text to one executable operation with coerced variables. */
import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { ClientError, mutationOverGet, subscriptionNeedsStream } from '../errors.ts';
import type { Operation } from '../program.ts';
import type { KnownRequest, ParsedRequest, Snapshot } from '../request.ts';
import { assertWithinBudget } from './budget.ts';
import { coerceVariables } from './coerce.ts';
import { parseFailure, validationFailure } from './failures.ts';
import { assertIntrospectionWithinBudget } from './introspection-budget.ts';
import { normalize } from './normalize.ts';
import { validateDocument } from './rules.ts';

export interface ParseLimits {
  readonly depth: number;
  readonly tokens: number;
}

/** Fields and fragments of an operation, inlined. The planner takes half a millisecond for one, and nobody else's turn comes meanwhile. */
const mostSelections = 2_500;

/** Characters of documents that are kept for each snapshot. */
const cacheSize = 8 * 1024 * 1024;

export type Parse = (known: KnownRequest, snapshot: Snapshot) => ParsedRequest;

export function createParse(limits: ParseLimits): Parse {
  const operations = new OperationCache();
  return (known, snapshot) => {
    const operation =
      operations.get(snapshot, known) ?? operations.set(snapshot, known, read(known, snapshot, limits));
    const { operation: type } = operation.definition;
    if (known.method === 'GET' && type === 'mutation') throw mutationOverGet();
    if (type === 'subscription' && known.stream === undefined) throw subscriptionNeedsStream();
    const coerced = coerceVariables(snapshot.supergraph.api, operation.definition, known.variables);
    const { context, accept, stream, deferred, principal } = known;
    return { context, accept, stream, deferred, principal, operation, coerced };
  };
}

function read({ query, operationName }: KnownRequest, snapshot: Snapshot, limits: ParseLimits): Operation {
  assertWithinBudget(query, limits.tokens);
  const document = parseDocument(query);
  const errors = validateDocument(snapshot.supergraph.api, document);
  if (errors.length > 0) throw validationFailure(errors);
  const definition = chooseOperation(document, operationName);
  assertRootType(snapshot, definition);
  const operation = normalize(document, definition, {
    depth: limits.depth,
    selections: Math.min(limits.tokens, mostSelections),
  });
  assertIntrospectionWithinBudget(operation, snapshot.supergraph.api);
  return operation;
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof GraphQLError ? parseFailure(error) : error;
  }
}

/** GetOperation, GraphQL §6.1. */
function chooseOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const [first, ...others] =
    name === undefined ? operations : operations.filter((each) => each.name?.value === name);
  if (first === undefined) {
    throw new ClientError(
      'GRAPHQL_VALIDATION_FAILED',
      'The document has no operation of the name in "operationName".',
    );
  }
  if (others.length > 0) {
    throw new ClientError(
      'GRAPHQL_VALIDATION_FAILED',
      'The document has several operations; "operationName" has to name one.',
    );
  }
  return first;
}

/** GraphQL §6.2: graphql-js leaves it to execution that a schema need not have mutations. */
function assertRootType({ supergraph }: Snapshot, { operation }: OperationDefinitionNode): void {
  if (supergraph.api.getRootType(operation)) return;
  throw new ClientError('GRAPHQL_VALIDATION_FAILED', `This graph has no ${operation}s.`);
}

/**
 * By the document's text and the chosen operation, nothing of the caller: what is kept is the same for everybody, since
 * no decision about access has been made yet. Only valid documents are kept, and only as long as their snapshot.
 */
class OperationCache {
  readonly #bySnapshot = new WeakMap<Snapshot, LRUCache<string, Operation>>();

  get(snapshot: Snapshot, known: KnownRequest): Operation | undefined {
    return this.#bySnapshot.get(snapshot)?.get(keyOf(known));
  }

  set(snapshot: Snapshot, known: KnownRequest, operation: Operation): Operation {
    let operations = this.#bySnapshot.get(snapshot);
    if (operations === undefined) {
      operations = new LRUCache({
        maxSize: cacheSize,
        sizeCalculation: ({ key }, text) => key.length + text.length,
      });
      this.#bySnapshot.set(snapshot, operations);
    }
    operations.set(keyOf(known), operation);
    return operation;
  }
}

/** The length tells where the name ends, whatever it holds. */
function keyOf({ query, operationName }: KnownRequest): string {
  return operationName === undefined ? `-${query}` : `${operationName.length} ${operationName}${query}`;
}
