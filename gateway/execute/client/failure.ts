/** What it means that a request to a subgraph failed: for the caller, for the breaker, and for sending it again. */
import { errors } from 'undici';
import type { SubgraphReply } from './call.ts';

export interface Failure {
  /** For the caller, if it is not sent again. */
  readonly reply: SubgraphReply;
  /** Whether it can be sent again: the subgraph has not begun to answer, or says that it is not at work. */
  readonly again: 'never' | 'at once' | 'later';
  /** Its `Retry-After`. */
  readonly retryAfter: string | undefined;
  /** Whether it speaks against the subgraph; a reply that is only too large does not. */
  readonly counts: boolean;
}

/** How far an exchange had come. */
export interface Progress {
  /** The first byte of the reply was there. */
  readonly started: boolean;
  readonly status: number | undefined;
  /** Whether its connection had served another request. */
  readonly afterUse: boolean;
}

/** Errors of undici about what is no HTTP, or not the message that its head announced. */
const brokenHttp: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

export function failureOf(error: Error, { started, status, afterUse }: Progress): Failure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (started || (code !== undefined && brokenHttp.has(code)) || error instanceof errors.HTTPParserError) {
    return { reply: { outcome: 'malformed', status }, again: 'never', retryAfter: undefined, counts: true };
  }
  const isLate = code === 'UND_ERR_CONNECT_TIMEOUT';
  return {
    reply: isLate
      ? { outcome: 'timeout', status: undefined }
      : { outcome: 'unavailable', status: undefined, code },
    again: afterUse ? 'at once' : 'later',
    retryAfter: undefined,
    counts: true,
  };
}

/** RFC 9110 §15.6.3 to §15.6.5: somebody before the subgraph, or the subgraph itself, says that it is not at work. */
export function isAway(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}
