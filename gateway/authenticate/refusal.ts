/** Why a token does not count. Caught in this folder: the reason is for the operator, the client gets a constant text. */

/**
 * By which refusals are counted. `keys`: it may be good, and the issuer does not say. `unknownKey`: so may this one, but
 * whoever sends a token names its key.
 */
export type RefusalKind =
  | 'malformed'
  | 'issuer'
  | 'keys'
  | 'unknownKey'
  | 'signature'
  | 'claims'
  | 'expired'
  | 'revoked';

export interface TokenRefusalOptions {
  readonly kind?: RefusalKind;
  /** Whose token it says to be, where that is no claim of a JWT. */
  readonly claimed?: string;
  readonly cause?: unknown;
}

export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly kind: RefusalKind;
  readonly claimed: string | undefined;

  constructor(reason: string, { kind = 'claims', claimed, cause }: TokenRefusalOptions) {
    super(reason, { cause });
    this.kind = kind;
    this.claimed = claimed;
  }
}

/** What the client gets, whatever is wrong with its token. */
export const notValid = 'The access token is not valid.';

/** @param reason quotes nothing of the token */
export function refuseToken(reason: string, options: TokenRefusalOptions = {}): never {
  throw new TokenRefusal(reason, options);
}
