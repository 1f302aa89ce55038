/**
 * Who asks: a person who follows a link, or the explorer's page. Browsers say so in headers that no page can set (Fetch
 * Metadata); what says nothing is no browser, and has nothing to do here.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Forces a preflight, which is not granted (docs/decisions/0008-cross-site-requests.md). */
const preflighted = 'portcullis-explorer';

/** A page is opened in a tab of its own, not in a frame, and not by a script that wants to read it. */
export function isNavigation(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** By a link on a page of ours: another site must not sign anybody in. */
export function isOwnLink(headers: IncomingHttpHeaders): boolean {
  return isNavigation(headers) && headers['sec-fetch-site'] === 'same-origin';
}

/** For the log. */
export function whyNot(headers: IncomingHttpHeaders): string {
  return headers['sec-fetch-mode'] === undefined
    ? 'there are no Sec-Fetch headers: it is no browser, or a proxy takes them out'
    : 'another site asked for it, or a script';
}

/** By a script of the page at `origin`. */
export function isOwnScript(headers: IncomingHttpHeaders, origin: string): boolean {
  return (
    headers['sec-fetch-site'] === 'same-origin' &&
    headers['sec-fetch-dest'] === 'empty' &&
    headers.origin === origin &&
    headers[preflighted] === '1'
  );
}
