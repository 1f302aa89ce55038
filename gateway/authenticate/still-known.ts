/** A stream outlives the moment in which its caller was identified. */
import { tokenExpired } from '../errors.ts';
import type { KnownRequest } from '../request.ts';

/** @throws ClientError UNAUTHENTICATED once the token has expired */
export function assertStillKnown({ principal }: KnownRequest, now = Date.now()): void {
  if (principal.kind === 'authenticated' && now >= principal.expiresAt * 1000) throw tokenExpired();
}
