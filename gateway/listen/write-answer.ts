/** Writes an answer that is there as a whole: one write, head and body together. */
import type { ServerResponse } from 'node:http';
import type { WholeResponse } from '../request.ts';
import { securityHeaders } from './headers.ts';

export function writeAnswer(response: ServerResponse, { status, headers, body }: WholeResponse): void {
  // RFC 9110 §8.6: with a 304 it would be the length of what is not sent.
  const length = status === 304 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...securityHeaders, ...headers, ...length });
  response.end(body);
}
