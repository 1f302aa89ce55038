/** From verified claims to a principal. Each claim is checked for its type; none is coerced, none is guessed. */
import type { JWTPayload } from 'jose';
import type { AuthenticatedPrincipal } from '../request.ts';
import { attributesOf, grantedPurposes, kindOf, mayBreakGlass, namesOf, purposeOf } from './attributes.ts';
import { certificateNamedIn } from './confirmation.ts';
import type { TrustedIssuer } from './issuer.ts';
import { plainText } from './plain-text.ts';
import { refuseToken } from './refusal.ts';

/** @param now seconds since the epoch */
export function principalOf(
  claims: JWTPayload,
  issuer: TrustedIssuer,
  now: number,
  isVouchedFor: AuthenticatedPrincipal['isVouchedFor'],
): AuthenticatedPrincipal {
  const { issuedAt, expiresAt } = checkTimes(claims, issuer, now);
  checkAudience(claims, issuer);
  const clientId = clientOf(claims);
  if (issuer.clients !== undefined && (clientId === undefined || !issuer.clients.includes(clientId))) {
    return refuseToken('the client is not one of those that may call');
  }
  const { claims: names } = issuer;
  const purpose = purposeOf(claims, names.purpose);
  return Object.freeze({
    kind: kindOf(claims, names.kind) ?? issuer.kind,
    issuer: issuer.issuer,
    subject: plainText(claims.sub, 'sub'),
    clientId,
    scopes: scopesOf(claims[issuer.scopeClaim]),
    roles: namesOf(claims, names.roles, 'the roles'),
    teams: namesOf(claims, names.teams, 'the teams'),
    attributes: attributesOf(claims, names.attributes),
    purposes: grantedPurposes(claims, names.purposes, purpose),
    purpose,
    mayBreakGlass: mayBreakGlass(claims, names.breakGlass),
    products: undefined,
    certificate: certificateOf(claims, issuer),
    tokenId: claims.jti === undefined ? undefined : plainText(claims.jti, 'jti'),
    issuedAt,
    expiresAt,
    isVouchedFor,
  });
}

/** `exp: 1e400`, `"9999999999"` and `null` are what this is for: a missing limit must not read as no limit. */
function checkTimes(
  { exp, iat, nbf }: JWTPayload,
  issuer: TrustedIssuer,
  now: number,
): Pick<AuthenticatedPrincipal, 'issuedAt' | 'expiresAt'> {
  const { clockSkewSeconds: skew, maxLifetimeSeconds } = issuer;
  if (!isTime(exp)) return refuseToken('exp is missing or no whole number');
  if (!isTime(iat)) return refuseToken('iat is missing or no whole number');
  if (nbf !== undefined && !isTime(nbf)) return refuseToken('nbf is no whole number');
  // No leeway here: what is minted for this caller ends with the token, and would otherwise be born expired.
  if (exp <= now) return refuseToken('the token has expired', { kind: 'expired' });
  if (iat > now + skew || (nbf ?? 0) > now + skew) return refuseToken('the token is not valid yet');
  if (exp - iat > maxLifetimeSeconds) return refuseToken('the token lives longer than its issuer may allow');
  return { issuedAt: iat, expiresAt: exp };
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function certificateOf(claims: JWTPayload, { requireBoundTokens }: TrustedIssuer): string | undefined {
  const certificate = certificateNamedIn(claims);
  if (requireBoundTokens === true && certificate === undefined)
    return refuseToken('the token is bound to no client certificate, as those of its issuer have to be');
  return certificate;
}

/** Equality with a whole member, so that `not-for-portcullis` is not for portcullis. */
function checkAudience({ aud }: JWTPayload, { audience }: TrustedIssuer): void {
  const members: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!members.every((member) => typeof member === 'string') || !members.includes(audience)) {
    refuseToken('the token is for another audience');
  }
}

/** RFC 9068 §2.2 has `client_id`; OpenID Connect has `azp`. A token with both has to mean one client. */
function clientOf({ client_id: clientId, azp }: JWTPayload): string | undefined {
  if (clientId !== undefined && azp !== undefined && clientId !== azp) {
    return refuseToken('client_id and azp differ');
  }
  // Not `??`: null is no absence, but a claim of the wrong type.
  const client = clientId === undefined ? azp : clientId;
  return client === undefined ? undefined : plainText(client, 'the client id');
}

/** RFC 6749 §3.3: tokens separated by one U+0020. Scopes are exact strings: no wildcard, no case folding. */
function scopesOf(claim: unknown): ReadonlySet<string> {
  if (claim === undefined || claim === '') return new Set();
  const scopes: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [null];
  const isScope = (scope: unknown): scope is string =>
    typeof scope === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope);
  return scopes.every(isScope) ? new Set(scopes) : refuseToken('the scopes are malformed');
}
