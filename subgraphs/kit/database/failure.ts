/** What a failed statement becomes for the caller: a code of the closed list and a text that holds no data. */
import { GraphQLError } from 'graphql';
import { DatabaseError } from 'pg';

export type FailureCode =
  | 'BAD_USER_INPUT'
  | 'COST_LIMIT'
  | 'REQUEST_TIMEOUT'
  | 'SUBGRAPH_UNAVAILABLE'
  | 'INTERNAL';

const MESSAGES: Readonly<Record<FailureCode, string>> = {
  BAD_USER_INPUT: 'a value cannot be read as what it is compared with',
  COST_LIMIT: 'the request reads too many rows: ask for smaller pages or fewer levels',
  REQUEST_TIMEOUT: 'the database took too long: narrow the request down',
  SUBGRAPH_UNAVAILABLE: 'the data is not available at present',
  INTERNAL: 'an internal error occurred',
};

/** Makes the error of a code; it has no cause, because a cause can end up in an answer. */
export function failure(code: FailureCode): GraphQLError {
  return new GraphQLError(MESSAGES[code], { extensions: { code } });
}

const QUERY_CANCELED = '57014';
/**
 * Conditions of the server or the way to it (PostgreSQL, appendix A): connection exceptions, invalid
 * authorisation, insufficient resources, operator intervention, system errors, unknown database.
 */
const UNAVAILABLE = /^(?:08|28|53|57|58|3D)/;
/** Data exceptions: the text of a value does not fit the column's type, an unknown time zone. */
const DATA = /^22/;

/** The code for what the driver threw. */
export function codeOf(error: unknown): FailureCode {
  if (!(error instanceof DatabaseError)) return isDriverFault(error) ? 'INTERNAL' : 'SUBGRAPH_UNAVAILABLE';
  const state = error.code ?? '';
  if (state === QUERY_CANCELED) return 'REQUEST_TIMEOUT';
  if (UNAVAILABLE.test(state)) return 'SUBGRAPH_UNAVAILABLE';
  return DATA.test(state) ? 'BAD_USER_INPUT' : 'INTERNAL';
}

/** A fault of ours, such as a parameter that cannot be sent; everything else without a state is the network's. */
function isDriverFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
