/** Writes an answer that is there as a whole: one write, head and body together. */
import type { ServerResponse } from 'node:http';
import type { WholeResponse } from '../request.ts';
import { securityHeaders } from './headers.ts';

export function writeAnswer(response: ServerResponse, { status, headers, body }: WholeResponse): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...securityHeaders, ...headers, 'content-length': length });
  response.end(body);
}
