/** From a document's text to its one operation, valid against a schema. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { ClientError } from '../errors.ts';
import type { Operation } from '../program.ts';
import type { KnownRequest } from '../request.ts';
import { assertWithinBudget } from './budget.ts';
import { parseFailure, validationFailure } from './failures.ts';
import { assertIntrospectionWithinBudget } from './introspection-budget.ts';
import { normalize } from './normalize.ts';
import { validateDocument } from './rules.ts';

export interface ParseLimits {
  readonly depth: number;
  readonly tokens: number;
}

/** What is executed, as sent: nothing of it is about the caller. */
export type SentDocument = Pick<KnownRequest, 'query' | 'operationName'>;

/** Fields and fragments of an operation, inlined. The planner takes half a millisecond for one, and nobody else's turn comes meanwhile. */
const mostSelections = 2_500;

/** @throws ClientError if it is none that can be executed */
export function readOperation(
  { query, operationName }: SentDocument,
  schema: GraphQLSchema,
  limits: ParseLimits,
): Operation {
  assertWithinBudget(query, limits.tokens);
  const document = parseDocument(query);
  const errors = validateDocument(schema, document);
  if (errors.length > 0) throw validationFailure(errors);
  const definition = chooseOperation(document, operationName);
  assertRootType(schema, definition);
  const operation = normalize(document, definition, {
    depth: limits.depth,
    selections: Math.min(limits.tokens, mostSelections),
  });
  assertIntrospectionWithinBudget(operation, schema);
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
function assertRootType(schema: GraphQLSchema, { operation }: OperationDefinitionNode): void {
  if (schema.getRootType(operation)) return;
  throw new ClientError('GRAPHQL_VALIDATION_FAILED', `This graph has no ${operation}s.`);
}
