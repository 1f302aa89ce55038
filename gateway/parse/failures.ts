/** What a client is told about a document that cannot be run: the place, and never a name that it did not write nor a value that it did. */
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
    message: withoutValues(message),
    ...(locations !== undefined && { locations: locations.map(({ line, column }) => ({ line, column })) }),
    extensions: { code },
  };
}

/** Where graphql-js quotes a value of the document: all from there on, since a value may hold any text. */
const quoting: readonly (readonly [RegExp, string])[] = [
  [/( cannot represent [\w -]*value): [\s\S]*$/, '$1.'],
  [/^(Expected value of type "[^"]*"), found [\s\S]*$/, '$1.'],
  [/^Value "[\s\S]*" does not exist in /, 'The value does not exist in '],
  [/^(Syntax Error: .*?\b(?:String|BlockString|Int|Float)) "[\s\S]*$/, '$1.'],
  [/^(Syntax Error: Invalid [^:]*): [\s\S]*$/, '$1.'],
];

/** Messages end in logs of clients and of what stands between, which others read. */
function withoutValues(message: string): string {
  return quoting.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}
