/** What a client is told about a document that cannot be run: the place, and never a name that it did not write. */
import type { GraphQLError } from 'graphql';
import { ClientError, type ErrorCode, type ResponseError } from '../errors.ts';

export function parseFailure(error: GraphQLError): ClientError {
  return failure('GRAPHQL_PARSE_FAILED', [error]);
}

export function validationFailure(errors: readonly GraphQLError[]): ClientError {
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
