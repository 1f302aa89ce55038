/** What a client is told about a document that cannot be run: the place, and never a name that it did not write. */
import type { GraphQLError } from 'graphql';
import { ClientError, type ErrorCode, type ResponseError } from '../errors.ts';

export function parseFailure(error: GraphQLError): ClientError {
  return failure('GRAPHQL_PARSE_FAILED', [error]);
}

export function validationFailure(errors: readonly GraphQLError[]): ClientError {
  // graphql-js gives up comparing fields that could conflict (GraphQL §5.3.2) when there are too many of one name.
  if (errors.some(({ message }) => message === 'Validation aborted.')) {
    return new ClientError('COST_LIMIT', 'the document repeats fields too often to be validated');
  }
  return failure('GRAPHQL_VALIDATION_FAILED', errors);
}

function failure(code: ErrorCode, errors: readonly GraphQLError[]): ClientError {
  const shown = errors.map((error) => responseError(code, error));
  return new ClientError(code, shown[0]?.message ?? 'the document is not valid', { errors: shown });
}

function responseError(code: ErrorCode, { message, locations }: GraphQLError): ResponseError {
  return {
    message,
    ...(locations !== undefined && { locations: locations.map(({ line, column }) => ({ line, column })) }),
    extensions: { code },
  };
}
