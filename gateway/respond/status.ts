/** The HTTP status of a refused request, for either media type (GraphQL over HTTP §6.4). */
import { type ClientError, type ErrorCode, errorCodes } from '../errors.ts';
import type { ResponseMediaType } from '../request.ts';

/** These say something about the exchange itself, which proxies and clients act on: a 200 would hide it from them. */
const ofTheExchange: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_ERROR',
  'REQUEST_TIMEOUT',
  'INTERNAL',
]);

/**
 * §6.4.1: as `application/json`, an answer to a well-formed request is a 200, whatever the document in it is worth. So it is
 * as an event stream (GraphQL over SSE): a browser would throw away the events of another status.
 */
export function statusOf({ code, httpStatus }: ClientError, accept: ResponseMediaType): number {
  if (httpStatus !== undefined) return httpStatus;
  if (accept !== 'application/graphql-response+json' && !ofTheExchange.has(code)) return 200;
  return errorCodes[code];
}
