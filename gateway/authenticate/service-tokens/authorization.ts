/** The two ways in which a service token comes in the `Authorization` header, by exact grammar. */
import { longest } from '../bearer.ts';
import { refuseToken } from '../refusal.ts';

const bearer = 'Bearer ';
const basic = 'Basic ';

/** Neither is one of a JWT, which begins with the text of a JSON object: `eyJ`. */
export function isForServiceTokens(authorization: string): boolean {
  return authorization.startsWith(`${bearer}pc_`) || authorization.startsWith(basic);
}

/** What stands where a service token has to: after `Bearer`, or as the password of `Basic` (RFC 7617), whatever the user's name is. */
export function credentialIn(authorization: string): string {
  if (authorization.length > longest)
    return refuseToken('the authorization header is too long', { kind: 'malformed' });
  if (authorization.startsWith(bearer)) return authorization.slice(bearer.length);
  const encoded = authorization.slice(basic.length);
  const decoded = Buffer.from(encoded, 'base64');
  // Node skips what is no base64; what is encoded again shows whether there was any.
  if (decoded.toString('base64') !== encoded)
    return refuseToken('the credentials of `Basic` are no base64', { kind: 'malformed' });
  const credentials = decoded.toString('latin1');
  const colon = credentials.indexOf(':');
  return colon === -1
    ? refuseToken('the credentials of `Basic` have no colon', { kind: 'malformed' })
    : credentials.slice(colon + 1);
}
