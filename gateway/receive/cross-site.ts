/**
 * Refuses a GET that a foreign web page may have caused; docs/decisions/0008-cross-site-requests.md has the reasons.
 * POST needs none of this: its content type already makes a browser ask first.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ClientError } from '../errors.ts';

/** A page can set none of these on another site's request without a CORS preflight, which is never granted here. */
const forcesPreflight = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'graphql-require-preflight',
] as const;

/** @throws ClientError 400 */
export function refuseCrossSite(headers: IncomingHttpHeaders): void {
  if (forcesPreflight.some((name) => headers[name] !== undefined) || isSetByPage(headers.authorization))
    return;
  // The caller has checked that it is application/json, which forces a preflight too.
  if (headers['content-type'] !== undefined) return;
  if (headers['sec-fetch-site'] === 'same-origin') return;
  if (!mayBeBrowser(headers)) return;
  throw new ClientError(
    'BAD_USER_INPUT',
    'A browser may have been made to send this by another site. Use POST, or send the header graphql-require-preflight: 1.',
    { status: 400 },
  );
}

/** So is this, but for `Basic`: those credentials a browser remembers, and adds to whatever a page makes it send. */
function isSetByPage(authorization: string | undefined): boolean {
  return authorization !== undefined && !/^basic\b/i.test(authorization);
}

/**
 * The last two are for browsers that leave out the others, which all do towards plain http: on another machine:
 * every browser's name begins with Mozilla/, and a page cannot change that without a preflight.
 */
function mayBeBrowser(headers: IncomingHttpHeaders): boolean {
  return (
    headers['sec-fetch-site'] !== undefined ||
    headers['sec-fetch-dest'] !== undefined ||
    headers.origin !== undefined ||
    headers.referer !== undefined ||
    headers.cookie !== undefined ||
    /^\s*Mozilla\//i.test(headers['user-agent'] ?? '')
  );
}
