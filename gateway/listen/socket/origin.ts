/**
 * Whether a page of another site opens a WebSocket. Browsers ask nobody before they do, and the page could read what it
 * says (docs/decisions/0008-cross-site-requests.md); what is no browser names no origin.
 */
import type { IncomingHttpHeaders } from 'node:http';

export function isCrossSite({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== 'same-origin';
  if (origin === undefined) return false;
  // The scheme may differ: TLS can end before the gateway.
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
