/** An error as an answer holds it: a message that may be shown and a code of the closed list, nothing else. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { answeredText } from './answered-text.ts';

/** Codes whose messages are written for the one who asked. */
const SHOWN: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'FORBIDDEN',
  'COST_LIMIT',
  'REQUEST_TIMEOUT',
  'SUBGRAPH_UNAVAILABLE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Apollo Server's own codes that have another name in the closed list. */
const RENAMED: ReadonlyMap<unknown, string> = new Map([
  ['BAD_REQUEST', 'BAD_USER_INPUT'],
  ['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED'],
]);

/** Whether an error is a fault of ours: its text stays inside. */
export function isFault(code: unknown): boolean {
  return !SHOWN.has(code) && !RENAMED.has(code);
}

/**
 * Keeps message, place and code; everything else (stack, exception, cause) is left behind.
 * @param thrown what `error` was formatted from
 */
export function answeredError(error: GraphQLFormattedError, thrown?: unknown): GraphQLFormattedError {
  const code = codeOfValue(thrown) ?? error.extensions?.['code'];
  const { locations, path } = error;
  return {
    message: isFault(code) ? 'an internal error occurred' : answeredText(error.message, thrown),
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code: isFault(code) ? 'INTERNAL' : (RENAMED.get(code) ?? code) },
  };
}

/** Apollo Server calls every fault of a document one of validation; a scalar that refuses a literal has said more. */
function codeOfValue(thrown: unknown): unknown {
  const cause = thrown instanceof GraphQLError ? thrown.originalError : undefined;
  return cause instanceof GraphQLError ? cause.extensions['code'] : undefined;
}
