/** Why a token does not count. Caught in this folder: the reason is for the operator, the client gets a constant text. */

export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
}

/** What the client gets, whatever is wrong with its token. */
export const notValid = 'The access token is not valid.';

/** @param reason quotes nothing of the token */
export function refuseToken(reason: string, cause?: unknown): never {
  throw new TokenRefusal(reason, { cause });
}
