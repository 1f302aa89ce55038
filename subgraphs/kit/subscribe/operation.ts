/** From a request to a subscription that can be started, or to the errors that it is refused with. */

import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { isRecord } from '../identity/is-record.ts';
import { BadRequest } from '../server/answer.ts';
import { answeredError } from '../server/answered-error.ts';

/** A request of GraphQL over HTTP, or the payload of a message `subscribe`. */
export interface SubscribeRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface SubscriptionOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

export type ReadOperation =
  | { readonly operation: SubscriptionOperation }
  | { readonly errors: readonly GraphQLFormattedError[] };

const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];
const MOST_ERRORS = 50;

/** @throws BadRequest for a body that is no request of GraphQL over HTTP */
export function readRequest(body: unknown): SubscribeRequest {
  if (!isRecord(body)) throw new BadRequest(400, 'the body must be an object');
  const { query, variables, operationName } = body;
  if (typeof query !== 'string') throw new BadRequest(400, 'query must be a string');
  if (!isMissing(variables) && !isRecord(variables)) throw new BadRequest(400, 'variables must be an object');
  if (!isMissing(operationName) && typeof operationName !== 'string') {
    throw new BadRequest(400, 'operationName must be a string');
  }
  return { query, variables, operationName };
}

function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** GraphQL §5 and §6.1.2: all that can be wrong before anything runs. */
export function readOperation(
  schema: GraphQLSchema,
  { query, variables, operationName }: SubscribeRequest,
): ReadOperation {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return refused('GRAPHQL_PARSE_FAILED', [error]);
  }
  const invalid = validate(schema, document, rules, { maxErrors: MOST_ERRORS });
  if (invalid.length > 0) return refused('GRAPHQL_VALIDATION_FAILED', invalid);
  const node = getOperationAST(document, operationName);
  if (node?.kind !== Kind.OPERATION_DEFINITION) {
    return refused('GRAPHQL_VALIDATION_FAILED', [
      new GraphQLError('the document has no operation of that name, or several and no name is given'),
    ]);
  }
  if (node.operation !== 'subscription') {
    return refused('BAD_USER_INPUT', [
      new GraphQLError(`a ${node.operation} is asked for with POST, as JSON`),
    ]);
  }
  const { errors, coerced } = getVariableValues(schema, node.variableDefinitions ?? [], variables ?? {}, {
    maxErrors: MOST_ERRORS,
  });
  if (errors !== undefined) return refused('BAD_USER_INPUT', errors);
  // They are coerced once more where the operation starts, so they stay as they were sent.
  const sent = coerced === undefined ? {} : (variables ?? {});
  return { operation: { schema, document, operationName: operationName ?? undefined, variableValues: sent } };
}

function refused(code: string, errors: readonly GraphQLError[]): ReadOperation {
  return {
    errors: errors.map((error) => {
      const { message, locations } = error.toJSON();
      // Suggestions name what may not be for the one who asks.
      const text = message.replace(/ ?Did you mean .*\?$/, '');
      const place = locations === undefined ? {} : { locations };
      return answeredError({ message: text, ...place, extensions: { code } }, error);
    }),
  };
}
