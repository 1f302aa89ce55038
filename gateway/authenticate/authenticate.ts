/** The second stage: who asks. A verified token of a configured issuer, or anonymous where that is allowed; nothing between. */
import { type CryptoKey, errors, jwtVerify } from 'jose';
import { ClientError } from '../errors.ts';
import { Refused } from '../refused.ts';
import type {
  AuthenticatedPrincipal,
  KnownRequest,
  Principal,
  ReceivedRequest,
  RequestContext,
} from '../request.ts';
import type { OnKeyChange } from '../revocations/key-changes.ts';
import { bearerToken, longest } from './bearer.ts';
import { circumstancesOf } from './circumstances.ts';
import { principalOf } from './claims.ts';
import { assertHeld } from './confirmation.ts';
import type { TrustedIssuer } from './issuer.ts';
import { loadKeys } from './key-source.ts';
import { createKeys, isUnknownKey, type KeySet, type Keys, keyTimes } from './keys.ts';
import { NotGranted } from './not-granted.ts';
import { notValid, refuseToken, TokenRefusal } from './refusal.ts';
import { isForServiceTokens } from './service-tokens/authorization.ts';
import { serviceTokenIssuer } from './service-tokens/issuer.ts';
import type { ServiceTokens } from './service-tokens/service-tokens.ts';
import { nobody, subjectOf } from './subject.ts';
import { readUnverified } from './unverified.ts';
import { type Asked, VerifiedTokens } from './verified.ts';

export interface AuthenticateOptions {
  readonly issuers: readonly TrustedIssuer[];
  /** Undefined: none are accepted. */
  readonly serviceTokens?: Pick<ServiceTokens, 'identify'> | undefined;
  readonly revocations: Asked;
  /** Told when the keys of an issuer are others than those in memory, or may be. */
  readonly onKeyChange: OnKeyChange;
  readonly anonymous: 'deny' | 'allow';
  /** Everybody is anonymous, whatever they send; only where everything is allowed to everybody anyway. */
  readonly open: boolean;
  readonly tokenRefused: (event: {
    readonly context: RequestContext;
    readonly reason: string;
    readonly issuer: string | undefined;
  }) => void;
  /** Somebody who may has broken the glass. */
  readonly glassBroken: (event: {
    readonly context: RequestContext;
    readonly issuer: string;
    readonly subject: string;
    readonly clientId: string | undefined;
    readonly purpose: string;
    readonly reason: string;
  }) => void;
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

export type Authenticate = (received: ReceivedRequest) => KnownRequest | Promise<KnownRequest>;

interface Trusted {
  readonly issuer: TrustedIssuer;
  readonly keys: Keys;
}

const anonymous: Principal = Object.freeze({ kind: 'anonymous' });

/** @throws ClientError UNAUTHENTICATED, with one text for every token that does not count, and one for what has not the form of one */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const now = options.now ?? Date.now;
  const trusted = new Map(options.issuers.map((issuer) => [issuer.issuer, trust(issuer, options, now)]));
  const verified = new VerifiedTokens(options.revocations);
  options.onKeyChange(({ issuer, revoked }) => void trusted.get(issuer)?.keys.renewNow({ revoked }));
  const refusals = refusalsOffering(options.serviceTokens === undefined ? '' : basicChallenge);
  const identifyService = createIdentifyService(options, refusals);
  const held = createHeld(options, refusals);
  const known = createKnown(options, now);

  async function identify(
    authorization: string,
    { context, certificate }: ReceivedRequest,
  ): Promise<Principal> {
    let source: Trusted | undefined;
    let token: string | undefined;
    try {
      token = bearerToken(authorization);
      // The issuer is chosen among ours by equality before any key is looked at: no token leads to a key of its choice.
      const chosen = trusted.get(readUnverified(token).iss) ?? refuseToken('the issuer is not one of ours');
      source = chosen;
      const { principal, keys } = await verify(token, chosen, now());
      assertHeld(principal, certificate);
      assertFree(principal, options.revocations);
      verified.keep(token, { principal, keys, current: () => chosen.keys.current() }, now());
      return principal;
    } catch (error) {
      const reason = reasonOf(error);
      options.tokenRefused({ context, reason, issuer: source?.issuer.issuer });
      throw refusals.invalid(token === undefined ? misshapen : notValid);
    }
  }

  return (received) => {
    if (options.open) return inTheOpen(received, now());
    const { authorization, context } = received;
    if (authorization !== undefined) {
      // Most tokens come many times: nothing has to be waited for then.
      const principal = verified.find(authorization, now());
      if (principal !== undefined) return known(received, held(principal, received));
      if (identifyService !== undefined && isForServiceTokens(authorization))
        return known(received, identifyService(authorization, context));
      return identify(authorization, received).then((identified) => known(received, identified));
    }
    if (options.anonymous === 'allow') return known(received, anonymous);
    throw refusals.missing();
  };
}

function assertFree(principal: AuthenticatedPrincipal, revocations: Asked): void {
  const revoked = revocations.reasonAgainst(principal);
  if (revoked !== undefined) refuseToken(revoked);
}

/** As what a request is known, once it is known whose it is. */
function createKnown({ glassBroken }: AuthenticateOptions, now: () => number) {
  return (received: ReceivedRequest, principal: Principal): KnownRequest => {
    const { context, purpose, breakGlass, zone } = received;
    try {
      const subject = subjectOf(principal, purpose);
      if (breakGlass !== undefined)
        glassBroken(brokenBy(principal, context, { purpose: subject.purpose, reason: breakGlass }));
      const circumstances = circumstancesOf(zone, breakGlass !== undefined, now());
      return knownAs(received, { principal, subject, circumstances, breakGlass });
    } catch (error) {
      throw error instanceof NotGranted ? refusedTo(received, principal, error, now()) : error;
    }
  };
}

/** That a token was verified a moment ago says nothing of who sends it now. */
function createHeld({ tokenRefused }: AuthenticateOptions, refusals: Refusals) {
  return (principal: AuthenticatedPrincipal, { context, certificate }: ReceivedRequest): Principal => {
    if (principal.certificate === undefined) return principal;
    try {
      assertHeld(principal, certificate);
      return principal;
    } catch (error) {
      tokenRefused({ context, reason: reasonOf(error), issuer: principal.issuer });
      throw refusals.invalid(notValid);
    }
  };
}

/** Undefined: no service token is accepted. */
function createIdentifyService(
  { serviceTokens, tokenRefused, revocations }: AuthenticateOptions,
  refusals: Refusals,
): ((authorization: string, context: RequestContext) => Principal) | undefined {
  if (serviceTokens === undefined) return undefined;
  return (authorization, context) => {
    try {
      const principal = serviceTokens.identify(authorization);
      assertFree(principal, revocations);
      return principal;
    } catch (error) {
      tokenRefused({ context, reason: reasonOf(error), issuer: serviceTokenIssuer });
      throw refusals.invalid(notValid);
    }
  };
}

/** Purposes and glass are for where something is refused. */
function inTheOpen(received: ReceivedRequest, now: number): KnownRequest {
  const circumstances = circumstancesOf(received.zone, false, now);
  return knownAs(received, { principal: anonymous, subject: nobody, circumstances, breakGlass: undefined });
}

type Found = Pick<KnownRequest, 'principal' | 'subject' | 'circumstances' | 'breakGlass'>;

/** Without the token. Field by field: to take one out by a rest pattern costs V8 as much as the rest of this stage. */
function knownAs(
  {
    context,
    method,
    accept,
    stream,
    deferred,
    forwarded,
    query,
    operationName,
    variables,
    extensions,
  }: ReceivedRequest,
  { principal, subject, circumstances, breakGlass }: Found,
): KnownRequest {
  return {
    context,
    method,
    accept,
    stream,
    deferred,
    forwarded,
    query,
    operationName,
    variables,
    extensions,
    principal,
    subject,
    circumstances,
    breakGlass,
  };
}

/** As who they are without what was not granted: for the record. */
function refusedTo(
  received: ReceivedRequest,
  principal: Principal,
  { kind, message }: NotGranted,
  now: number,
): Refused {
  const subject = subjectOf(principal, undefined);
  const circumstances = circumstancesOf(received.zone, false, now);
  const known = knownAs(received, { principal, subject, circumstances, breakGlass: undefined });
  return new Refused('FORBIDDEN', message, { status: 403, attempt: { kind, known } });
}

/** @throws NotGranted: loud, since whoever sends the header counts on what it opens */
function brokenBy(
  principal: Principal,
  context: RequestContext,
  { purpose, reason }: { readonly purpose: string; readonly reason: string },
) {
  if (principal.kind === 'anonymous' || !principal.mayBreakGlass)
    throw new NotGranted('breakGlass', 'To break the glass is not granted to this caller.');
  const { issuer, subject, clientId } = principal;
  return { context, issuer, subject, clientId, purpose, reason };
}

function trust(issuer: TrustedIssuer, options: AuthenticateOptions, now: () => number): Trusted {
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

async function verify(token: string, { issuer, keys }: Trusted, now: number) {
  const set = (await keys.ready()) ?? refuseToken("the issuer's keys are unavailable");
  try {
    return { principal: await verifyWith(token, { issuer, keys }, set, now), keys: set };
  } catch (error) {
    const newer = isUnknownKey(error) ? await keys.newerThan(set) : undefined;
    if (newer === undefined) throw error;
    return { principal: await verifyWith(token, { issuer, keys }, newer, now), keys: newer };
  }
}

async function verifyWith(token: string, { issuer, keys }: Trusted, set: KeySet, now: number) {
  const { payload, key } = await jwtVerify(token, set.find, {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: issuer.typ,
    clockTolerance: issuer.clockSkewSeconds,
    currentDate: new Date(now),
  });
  return principalOf(payload, issuer, Math.floor(now / 1000), vouching(keys, set, key));
}

/** Other keys beside the one that signed change nothing for whoever it vouches for. */
function vouching(keys: Keys, verifiedWith: KeySet, key: CryptoKey): () => boolean {
  let known = verifiedWith;
  return () => {
    const set = keys.current();
    if (set === undefined) return keys.isUndecided();
    if (set !== known && !set.has(key)) return false;
    known = set;
    return true;
  };
}

/** jose's messages name claims and algorithms; its codes are enough, and quote nothing. */
function reasonOf(error: unknown): string {
  if (error instanceof TokenRefusal) return error.message;
  if (error instanceof errors.JWTClaimValidationFailed) return `${error.code} ${error.claim}`;
  if (error instanceof errors.JOSEError) return error.code;
  // An RSA key of 1024 bits, or a curve that does not fit the algorithm, is a TypeError of the library.
  if (error instanceof TypeError) return 'the key does not fit the algorithm';
  throw error;
}

/** By the form of the header alone, which whoever sends it knows: nothing is told of tokens. */
const misshapen = `The authorization header is not "Bearer", a space and a signed token (JWT), with ${longest} characters at most. Send it as authorization: Bearer <token>.`;

/** Whatever is wrong with it. */
/** RFC 7617: what sends no credentials before it is asked for them has to be asked in its scheme. */
const basicChallenge = ', Basic realm="portcullis", charset="UTF-8"';

interface Refusals {
  invalid(message: string): ClientError;
  missing(): ClientError;
}

/** @param more challenges beside that of Bearer */
function refusalsOffering(more: string): Refusals {
  const refusal = (message: string, challenge: string) =>
    new ClientError('UNAUTHENTICATED', message, { headers: { 'www-authenticate': `${challenge}${more}` } });
  return {
    invalid: (message) => refusal(message, 'Bearer realm="portcullis", error="invalid_token"'),
    missing: () =>
      refusal('An access token is required. Send it as authorization: Bearer.', 'Bearer realm="portcullis"'),
  };
}
