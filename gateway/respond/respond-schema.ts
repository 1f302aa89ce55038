/** The schema as a text, for tools that generate code from it. */
import type { HttpRequest, RequestContext, SchemaText, WholeResponse } from '../request.ts';

/** It depends on who asks, and on the rules of this moment: a client may keep it, and has to ask each time whether it holds. */
export function respondSchema(
  { text, hash }: SchemaText,
  { headers }: HttpRequest,
  { id }: RequestContext,
): WholeResponse {
  const etag = `"${hash}"`;
  const isKnown = headers['if-none-match'] === etag;
  const told = {
    etag,
    'cache-control': 'private, no-cache',
    vary: 'authorization, purpose, break-glass',
    'x-content-type-options': 'nosniff',
    'x-request-id': id,
  };
  if (isKnown) return { status: 304, headers: told, body: '' };
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...told },
    body: `${text}\n`,
  };
}
