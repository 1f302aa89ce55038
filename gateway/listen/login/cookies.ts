/**
 * Cookies that this very host alone can set, that no script reads, and that are sent over TLS alone: the prefix `__Host-`
 * makes browsers see to it (RFC 6265bis §4.1.3.2).
 */

export const attemptCookie = '__Host-portcullis-sign-in';
export const sessionCookie = '__Host-portcullis-session';

export interface CookieTerms {
  /** Lax: it comes along when the provider sends the browser back. Strict: never from another site. */
  readonly sameSite: 'Lax' | 'Strict';
  /** Undefined: until the browser is closed. 0: it is taken away. */
  readonly maxAgeSeconds?: number;
}

export function cookie(name: string, value: string, { sameSite, maxAgeSeconds }: CookieTerms): string {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`;
}

/** Undefined unless it is there once, in the form in which we made it. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const values = pairs.flatMap((pair) => (pair.startsWith(`${name}=`) ? [pair.slice(name.length + 1)] : []));
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}
