/** Whose token it is that a header holds: a verified one of a configured issuer, or a service token. */
import { ClientError } from '../errors.ts';
import type { AuthenticatedPrincipal, Principal, ReceivedRequest, RequestContext } from '../request.ts';
import type { OnKeyChange } from '../revocations/key-changes.ts';
import { bearerToken, longest } from './bearer.ts';
import type { Challenges } from './challenges.ts';
import { assertHeld } from './confirmation.ts';
import type { Failures } from './failures.ts';
import type { TrustedIssuer } from './issuer.ts';
import { loadKeys } from './key-source.ts';
import { createKeys, keyTimes } from './keys.ts';
import { notValid, type RefusalKind, refuseToken, TokenRefusal } from './refusal.ts';
import { serviceTokenIssuer } from './service-tokens/issuer.ts';
import type { ServiceTokens } from './service-tokens/service-tokens.ts';
import { readUnverified } from './unverified.ts';
import type { Asked, VerifiedTokens } from './verified.ts';
import { type Trusted, verify } from './verify.ts';
import { whyRefused } from './why-refused.ts';

export interface IdentifyOptions {
  readonly issuers: readonly TrustedIssuer[];
  /** Undefined: none are accepted. */
  readonly serviceTokens?: Pick<ServiceTokens, 'identify'> | undefined;
  readonly revocations: Asked;
  /** Told when the keys of an issuer are others than those in memory, or may be. */
  readonly onKeyChange: OnKeyChange;
  readonly tokenRefused: (event: {
    readonly context: RequestContext;
    readonly reason: string;
    readonly kind: RefusalKind;
    readonly issuer: string | undefined;
  }) => void;
  /** Of tokens that were refused. */
  readonly failures: Pick<Failures, 'assertFew' | 'assertFewOf' | 'count'>;
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

export type Identify = (authorization: string, received: ReceivedRequest) => Promise<Principal>;

/** By a JWT. */
export function createIdentify(
  options: IdentifyOptions,
  verified: VerifiedTokens,
  refusals: Challenges,
): Identify {
  const { failures, now = Date.now } = options;
  const trusted = new Map(options.issuers.map((issuer) => [issuer.issuer, trust(issuer, options, now)]));
  options.onKeyChange(({ issuer, revoked }) => void trusted.get(issuer)?.keys.renewNow({ revoked }));

  return async (authorization, { context, certificate, from }) => {
    // What was verified once cannot have been guessed: no failure of others at its address is in its way.
    const before = verified.whose(authorization);
    if (before === undefined) failures.assertFew(from);
    let source: Trusted | undefined;
    let token: string | undefined;
    let claimed: string | undefined;
    try {
      token = bearerToken(authorization);
      const { iss, sub, exp } = readUnverified(token);
      // The issuer is chosen among ours by equality before any key is looked at: no token leads to a key of its choice.
      const chosen = trusted.get(iss) ?? refuseToken('the issuer is not one of ours', { kind: 'issuer' });
      source = chosen;
      assertUnexpired(exp, now());
      claimed = sub === undefined ? undefined : `${iss}\n${sub}`;
      if (before === undefined) failures.assertFewOf(claimed, from);
      else assertFree(before, options.revocations);
      const { principal, keys } = await verify(token, chosen, now());
      assertHeld(principal, certificate);
      // Also if it is revoked: to refuse it again costs no signature, and to take that back needs none.
      const revoked = options.revocations.reasonAgainst(principal);
      const current = () => chosen.keys.current();
      verified.keep(token, { principal, isFree: revoked === undefined, keys, current }, now());
      if (revoked !== undefined) refuseToken(revoked, { kind: 'revoked' });
      return principal;
    } catch (error) {
      if (error instanceof ClientError) throw error;
      const why = whyRefused(error);
      if (isFailure[why.kind]) failures.count(claimed, from);
      options.tokenRefused({ context, ...why, issuer: source?.issuer.issuer });
      throw refusals.invalid(token === undefined ? misshapen : notValid);
    }
  };
}

/** By the form of the header alone, which whoever sends it knows: nothing is told of tokens. */
const misshapen = `The authorization header is not "Bearer", a space and a signed token (JWT), with ${longest} characters at most. Send it as authorization: Bearer <token>.`;

function trust(issuer: TrustedIssuer, options: IdentifyOptions, now: () => number): Trusted {
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

function assertFree(principal: AuthenticatedPrincipal, revocations: Asked): void {
  const revoked = revocations.reasonAgainst(principal);
  if (revoked !== undefined) refuseToken(revoked, { kind: 'revoked' });
}

/** Whoever comes back with the token of yesterday gets a new one, and must not be shut out for it; no key has been needed. */
function assertUnexpired(exp: number | undefined, now: number): void {
  if (exp !== undefined && exp * 1000 <= now) refuseToken('the token has expired', { kind: 'expired' });
}

/** Not what was signed as it should be, nor what may be good. */
const isFailure: Readonly<Record<RefusalKind, boolean>> = Object.freeze({
  malformed: true,
  issuer: true,
  keys: false,
  signature: true,
  claims: true,
  expired: false,
  revoked: false,
});

type IdentifyService = (authorization: string, received: ReceivedRequest) => Principal;

/** By a service token; undefined: none is accepted. */
export function createIdentifyService(
  { serviceTokens, tokenRefused, revocations, failures }: IdentifyOptions,
  refusals: Challenges,
): IdentifyService | undefined {
  if (serviceTokens === undefined) return undefined;
  return (authorization, { context, from }) => {
    try {
      const principal = serviceTokens.identify(authorization);
      assertFree(principal, revocations);
      return principal;
    } catch (error) {
      // Only now: to look at a secret costs as little as to look at a count, so that the right one is never refused.
      const why = whyRefused(error);
      const claimed = error instanceof TokenRefusal ? error.claimed : undefined;
      failures.assertFew(from);
      failures.assertFewOf(claimed, from);
      if (isFailure[why.kind]) failures.count(claimed, from);
      tokenRefused({ context, ...why, issuer: serviceTokenIssuer });
      throw refusals.invalid(notValid);
    }
  };
}
