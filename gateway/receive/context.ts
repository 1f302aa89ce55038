/** The ids of a request: known before anything can fail, and in every answer and log line. */
import { randomFillSync, randomUUID } from 'node:crypto';
import type { HttpRequest, RequestContext } from '../request.ts';

/** The caller's `x-request-id` if it is short and plain, so that it cannot forge a log line; else a new one. */
export function createContext({ headers, signal }: Pick<HttpRequest, 'headers' | 'signal'>): RequestContext {
  const sent = headers['x-request-id'];
  const id = typeof sent === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(sent) ? sent : randomUUID();
  const traceparent = continueTrace(headers['traceparent']);
  return { id, traceparent, signal, counts: { subgraphRequests: 0, rows: 0 } };
}

/**
 * W3C Trace Context §3.2: the caller's trace with a span of ours. A header of a later version is read by its first
 * four fields; one that breaks the grammar starts a new trace, which is not sampled until somebody decides so.
 */
function continueTrace(sent: string | string[] | undefined): string {
  const span = randomHex(8);
  const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
  const [, version, trace, flags, rest] = typeof sent === 'string' ? (pattern.exec(sent) ?? []) : [];
  const wellFormed = trace !== undefined && flags !== undefined && (version !== '00' || rest === undefined);
  if (!wellFormed) return `00-${randomHex(16)}-${span}-00`;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return `00-${trace}-${span}-${sampled ? '01' : '00'}`;
}

/** Drawn for many requests at once: a draw costs more than what it draws. */
const pool = Buffer.alloc(8192);
let drawn = pool.length;

function randomHex(bytes: number): string {
  if (drawn + bytes > pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += bytes;
  return pool.toString('hex', drawn - bytes, drawn);
}
