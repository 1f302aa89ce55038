/** The `Authorization` header (RFC 6750 §2.1), read by exact grammar: what is nearly right is wrong. */
import { refuseToken } from './refusal.ts';

/** Characters: longer than any token in use; what follows costs time in proportion. */
export const longest = 8192;

/** The compact form of a signed token (RFC 7515 §7.1): three parts; an encrypted one (JWE) has five and is not for us. */
export function bearerToken(authorization: string): string {
  if (authorization.length > longest)
    return refuseToken('the authorization header is too long', { kind: 'malformed' });
  const token = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(authorization)?.[1];
  return (
    token ??
    refuseToken('the authorization header is not `Bearer` and one signed token', { kind: 'malformed' })
  );
}
