/** To whom a token was given, if it says that: the claim `cnf` (RFC 7800), of which a client certificate is what can be proven (RFC 8705 §3.1). */
import type { JWTPayload } from 'jose';
import type { AuthenticatedPrincipal } from '../request.ts';
import { refuseToken } from './refusal.ts';

const thumbprint = 'x5t#S256';

/** @returns undefined for a token that is good for whoever has it */
export function certificateNamedIn({ cnf }: JWTPayload): string | undefined {
  // Also `null`: whoever writes the claim means to bind the token.
  if (cnf === undefined) return undefined;
  const members: readonly (readonly [string, unknown])[] =
    typeof cnf === 'object' && cnf !== null && !Array.isArray(cnf) ? Object.entries(cnf) : [];
  const [[name, value] = [], ...others] = members;
  // Another proof, alone or besides, would have to be looked at too.
  if (others.length > 0 || name !== thumbprint)
    refuseToken('the token is bound in a way that cannot be proven here');
  if (typeof value !== 'string' || !/^[\w-]{43}$/.test(value)) refuseToken('cnf x5t#S256 is malformed');
  return value;
}

/** Looked at with each request: the same token may come over any connection. */
export function assertHeld(
  principal: Pick<AuthenticatedPrincipal, 'certificate'>,
  proven: string | undefined,
): void {
  if (isHeld(principal, proven)) return;
  refuseToken(
    proven === undefined
      ? 'the token is bound to a client certificate, and there is none'
      : 'the token is bound to another client certificate',
  );
}

/** By whoever has the certificate that it is bound to, if it is bound to one. */
export function isHeld(
  { certificate }: Pick<AuthenticatedPrincipal, 'certificate'>,
  proven: string | undefined,
): boolean {
  return certificate === undefined || certificate === proven;
}
