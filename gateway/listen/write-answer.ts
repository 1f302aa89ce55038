/** Writes an answer that is there as a whole: one write, head and body together. */
import type { ServerResponse } from 'node:http';
import type { WholeResponse } from '../request.ts';
import { securityHeaders } from './headers.ts';

export function writeAnswer(response: ServerResponse, { status, headers, body }: WholeResponse): void {
  const [text, encoding] =
    typeof body === 'string' ? ([body, 'utf8'] as const) : ([body.text, 'latin1'] as const);
  const length = encoding === 'utf8' ? Buffer.byteLength(text) : text.length;
  response.writeHead(status, { ...securityHeaders, ...headers, 'content-length': length });
  response.end(text, encoding);
}
