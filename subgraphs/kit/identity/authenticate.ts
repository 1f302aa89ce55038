/** From the headers of a request to the identity behind it, or to a reason that only the log gets. */
import type { IncomingMessage } from 'node:http';
import { errors } from 'jose';
import { Refusal, type TokenProfile, type Verified, verifyToken } from './verify.ts';

/** Whether the request has the body that the token is bound to is still to be seen. */
export type Authenticated = Verified | { readonly refused: string };

/** Reads the one Txn-Token of a request. */
export async function authenticate(
  headers: IncomingMessage['headersDistinct'],
  profile: TokenProfile,
): Promise<Authenticated> {
  // Node joins repeated headers with a comma; two tokens are nobody's identity.
  const [token, ...others] = headers['txn-token'] ?? [];
  if (others.length > 0) return { refused: 'several tokens' };
  return identify(token, profile);
}

/** Reads a token, wherever it was sent. */
export async function identify(token: string | undefined, profile: TokenProfile): Promise<Authenticated> {
  if (token === undefined) return { refused: 'no token' };
  try {
    return await verifyToken(token, profile);
  } catch (error) {
    return { refused: reasonOf(error) };
  }
}

/** A word of ours or jose's code: messages of the parser can hold parts of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof errors.JWTClaimValidationFailed) return `${error.claim}: ${error.reason}`;
  if (error instanceof errors.JOSEError) return error.code;
  return 'the keys of the gateway cannot be read';
}
