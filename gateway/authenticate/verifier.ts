/** Whose token it is: of a configured issuer, verified by its keys, in the hands that it is for, and not revoked. */
import type { AuthenticatedPrincipal } from '../request.ts';
import type { OnKeyChange } from '../revocations/key-changes.ts';
import { bearerToken } from './bearer.ts';
import { assertHeld } from './confirmation.ts';
import type { TrustedIssuer } from './issuer.ts';
import { loadKeys } from './key-source.ts';
import { createKeys, keyTimes } from './keys.ts';
import { refuseToken } from './refusal.ts';
import { readUnverified } from './unverified.ts';
import { type Asked, VerifiedTokens } from './verified.ts';
import { type Trusted, verify } from './verify.ts';

export interface VerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly revocations: Asked;
  /** Told when the keys of an issuer are others than those in memory, or may be. */
  readonly onKeyChange: OnKeyChange;
  readonly keysFetched: (event: {
    readonly issuer: string;
    readonly from: string;
    readonly count: number;
    readonly isNew: boolean;
  }) => void;
  readonly keysUnavailable: (event: { readonly issuer: string; readonly reason: string }) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What a token says, and nobody has verified. */
export interface Said {
  readonly trusted: Trusted;
  /** Whose it is; undefined: not in the form of somebody. */
  readonly claimed: string | undefined;
  readonly exp: number | undefined;
}

/** Each method throws TokenRefusal, or what jose throws. */
export class Verifier {
  readonly verified: VerifiedTokens;
  readonly #revocations: Asked;
  readonly #trusted: ReadonlyMap<string, Trusted>;
  readonly #now: () => number;

  constructor(options: VerifierOptions) {
    const { issuers, revocations, now = Date.now } = options;
    this.verified = new VerifiedTokens(revocations);
    this.#revocations = revocations;
    this.#now = now;
    const trusted = new Map(issuers.map((issuer) => [issuer.issuer, trust(issuer, options, now)]));
    options.onKeyChange(({ issuer, revoked }) => void trusted.get(issuer)?.keys.renewNow({ revoked }));
    this.#trusted = trusted;
  }

  /** The issuer is chosen among ours by equality before any key is looked at: no token leads to a key of its choice. */
  read(token: string): Said {
    const { iss, sub, exp } = readUnverified(token);
    const trusted =
      this.#trusted.get(iss) ?? refuseToken('the issuer is not one of ours', { kind: 'issuer' });
    return {
      trusted,
      claimed: sub === undefined ? undefined : claimedBy({ issuer: iss, subject: sub }),
      exp,
    };
  }

  /** Whoever comes back with the token of yesterday gets a new one, and must not be shut out for it; no key has been needed. */
  assertUnexpired({ exp }: Said): void {
    if (exp !== undefined && exp * 1000 <= this.#now())
      refuseToken('the token has expired', { kind: 'expired' });
  }

  assertFree(principal: AuthenticatedPrincipal): void {
    const revoked = this.#revocations.reasonAgainst(principal);
    if (revoked !== undefined) refuseToken(revoked, { kind: 'revoked' });
  }

  /** @param certificate the one that whoever has sent the token has proven to have */
  async verify(
    token: string,
    { trusted }: Said,
    certificate: string | undefined,
  ): Promise<AuthenticatedPrincipal> {
    const { principal, keys } = await verify(token, trusted, this.#now());
    assertHeld(principal, certificate);
    // Also if it is revoked: to refuse it again costs no signature, and to take that back needs none.
    const revoked = this.#revocations.reasonAgainst(principal);
    const current = () => trusted.keys.current();
    this.verified.keep(token, { principal, isFree: revoked === undefined, keys, current }, this.#now());
    if (revoked !== undefined) refuseToken(revoked, { kind: 'revoked' });
    return principal;
  }

  /** Of a token that no client has sent: nobody has proven to have a certificate, and it is no failure of anybody's. */
  async identify(accessToken: string): Promise<AuthenticatedPrincipal> {
    const authorization = `Bearer ${accessToken}`;
    const known = this.verified.find(authorization, this.#now());
    if (known !== undefined) {
      assertHeld(known, undefined);
      return known;
    }
    const token = bearerToken(authorization);
    const said = this.read(token);
    this.assertUnexpired(said);
    return this.verify(token, said, undefined);
  }
}

/** No issuer of ours and no text of a token has a line break. */
export function claimedBy({ issuer, subject }: Pick<AuthenticatedPrincipal, 'issuer' | 'subject'>): string {
  return `${issuer}\n${subject}`;
}

function trust(issuer: TrustedIssuer, options: VerifierOptions, now: () => number): Trusted {
  const { keysFetched, keysUnavailable } = options;
  const from = issuer.keys.kind === 'jwksFile' ? issuer.keys.path : issuer.keys.url;
  const keys = createKeys({
    load: () => loadKeys(issuer),
    fetched: ({ count, isNew }) => keysFetched({ issuer: issuer.issuer, from, count, isNew }),
    unavailable: (reason) => keysUnavailable({ issuer: issuer.issuer, reason }),
    now,
    times: keyTimes,
  });
  return { issuer, keys };
}
