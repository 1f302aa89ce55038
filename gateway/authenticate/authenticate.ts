/** The second stage: who asks. A verified token of a configured issuer, or anonymous where that is allowed; nothing between. */
import { errors, jwtVerify } from 'jose';
import { ClientError } from '../errors.ts';
import type { KnownRequest, Principal, ReceivedRequest, RequestContext } from '../request.ts';
import { bearerToken, longest } from './bearer.ts';
import { principalOf } from './claims.ts';
import type { TrustedIssuer } from './issuer.ts';
import { loadKeys } from './key-source.ts';
import { createKeys, isUnknownKey, type KeySet, type Keys, keyTimes } from './keys.ts';
import { refuseToken, TokenRefusal } from './refusal.ts';
import { readUnverified } from './unverified.ts';
import { VerifiedTokens } from './verified.ts';

export interface AuthenticateOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly anonymous: 'deny' | 'allow';
  /** Everybody is anonymous, whatever they send; only where everything is allowed to everybody anyway. */
  readonly open: boolean;
  readonly tokenRefused: (event: {
    readonly context: RequestContext;
    readonly reason: string;
    readonly issuer: string | undefined;
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
  const verified = new VerifiedTokens();

  async function identify(authorization: string, context: RequestContext): Promise<Principal> {
    let source: Trusted | undefined;
    let token: string | undefined;
    try {
      token = bearerToken(authorization);
      // The issuer is chosen among ours by equality before any key is looked at: no token leads to a key of its choice.
      const chosen = trusted.get(readUnverified(token).iss) ?? refuseToken('the issuer is not one of ours');
      source = chosen;
      const { principal, keys } = await verify(token, chosen, now());
      verified.keep(token, { principal, keys, current: () => chosen.keys.current() }, now());
      return principal;
    } catch (error) {
      const reason = reasonOf(error);
      options.tokenRefused({ context, reason, issuer: source?.issuer.issuer });
      throw invalidToken(token === undefined ? misshapen : 'The access token is not valid.');
    }
  }

  return (received) => {
    if (options.open) return known(received, anonymous);
    const { authorization, context } = received;
    if (authorization !== undefined) {
      // Most tokens come many times: nothing has to be waited for then.
      const principal = verified.find(authorization, now());
      if (principal !== undefined) return known(received, principal);
      return identify(authorization, context).then((identified) => known(received, identified));
    }
    if (options.anonymous === 'allow') return known(received, anonymous);
    throw missingToken();
  };
}

/** Without the token. Field by field: to take one out by a rest pattern costs V8 as much as the rest of this stage. */
function known(
  { context, method, accept, stream, deferred, query, operationName, variables, extensions }: ReceivedRequest,
  principal: Principal,
): KnownRequest {
  return {
    context,
    method,
    accept,
    stream,
    deferred,
    query,
    operationName,
    variables,
    extensions,
    principal,
  };
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
    return { principal: await verifyWith(token, issuer, set, now), keys: set };
  } catch (error) {
    const newer = isUnknownKey(error) ? await keys.newerThan(set) : undefined;
    if (newer === undefined) throw error;
    return { principal: await verifyWith(token, issuer, newer, now), keys: newer };
  }
}

async function verifyWith(token: string, issuer: TrustedIssuer, keys: KeySet, now: number) {
  const { payload } = await jwtVerify(token, keys.find, {
    algorithms: [...issuer.algorithms],
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: issuer.typ,
    clockTolerance: issuer.clockSkewSeconds,
    currentDate: new Date(now),
  });
  return principalOf(payload, issuer, Math.floor(now / 1000));
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

function invalidToken(message: string): ClientError {
  return new ClientError('UNAUTHENTICATED', message, {
    headers: { 'www-authenticate': 'Bearer realm="portcullis", error="invalid_token"' },
  });
}

function missingToken(): ClientError {
  return new ClientError(
    'UNAUTHENTICATED',
    'An access token is required. Send it as authorization: Bearer.',
    {
      headers: { 'www-authenticate': 'Bearer realm="portcullis"' },
    },
  );
}
