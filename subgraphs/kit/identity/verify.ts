/**
 * Verification of Txn-Tokens, in a profile narrower than draft-ietf-oauth-transaction-tokens: one algorithm,
 * one type, one audience, every claim required, half a minute of life.
 */

import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type BodyBinding, readBodyBinding } from './body-binding.ts';
import { readCaller } from './caller.ts';
import type { Identity } from './identity.ts';
import { isRecord } from './is-record.ts';
import { readObligations } from './obligations.ts';

const LONGEST_LIFE_S = 30;
/** How far the gateway's clock may be ahead: only `iat` is forgiven. A token that has ended has ended: the gateway renews in time. */
const SKEW_S = 5;
const TYPE = 'txntoken+jwt';
/** RFC 7515 §7.1; jose takes padding and white space as well, and a token would have more than one spelling. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export interface TokenProfile {
  /** The gateway that may sign. */
  readonly issuer: string;
  /** This subgraph's name. */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** Seconds since the epoch; default: the clock of the machine. */
  readonly now?: () => number;
}

export interface Verified {
  readonly identity: Identity;
  /** Undefined: the token is good for any body. */
  readonly binding: BodyBinding | undefined;
}

/** What is wrong with a token, for the log; the caller is never told. */
export class Refusal extends Error {}

/**
 * Reads who a request is from.
 *
 * @throws for everything but a token that is valid now, for this subgraph, by this gateway
 */
export async function verifyToken(token: string, profile: TokenProfile): Promise<Verified> {
  demand(COMPACT.test(token), 'form');
  const now = profile.now?.() ?? Date.now() / 1000;
  const { payload, protectedHeader } = await jwtVerify(token, profile.keys, {
    algorithms: ['EdDSA'],
    issuer: profile.issuer,
    audience: profile.audience,
    requiredClaims: ['iat', 'exp'],
    currentDate: new Date(now * 1000),
  });
  // jose takes "application/txntoken+jwt" and other cases as well, and an audience within a list.
  demand(protectedHeader.typ === TYPE, 'typ');
  // And any token where the set has one key, with `b64` as an extension that it knows: another verifier may read it otherwise.
  demand(typeof protectedHeader.kid === 'string', 'kid');
  demand(protectedHeader.crit === undefined && protectedHeader['b64'] === undefined, 'crit');
  demand(payload.aud === profile.audience, 'aud');
  checkLife(payload, now);
  const binding = readBodyBinding(payload);
  demand(binding !== 'malformed', 'tctx.body or jti');
  return { identity: identityOf(payload), binding };
}

function checkLife({ iat = Number.NaN, exp = Number.NaN }: JWTPayload, now: number): void {
  demand(Number.isSafeInteger(iat) && Number.isSafeInteger(exp), 'iat or exp is no whole number');
  demand(iat <= now + SKEW_S, 'iat in the future');
  demand(exp > iat && exp - iat <= LONGEST_LIFE_S, 'life too long');
}

function identityOf(payload: JWTPayload): Identity {
  const { tctx, rctx } = payload;
  demand(isRecord(tctx), 'tctx');
  demand(isRecord(rctx), 'rctx');
  const { client } = rctx;
  demand(client === null || typeof client === 'string', 'rctx.client');
  const scope = payload['scope'];
  demand(typeof scope === 'string', 'scope');
  const obligations = readObligations(tctx['obligations']);
  demand(obligations !== undefined, 'tctx.obligations');
  const caller = tctx['caller'] === undefined ? undefined : readCaller(tctx['caller']);
  demand(caller !== undefined || tctx['caller'] === undefined, 'tctx.caller');
  return {
    subject: text(payload, 'sub'),
    scopes: scope.split(' ').filter((name) => name !== ''),
    workload: text(payload, 'req_wl'),
    transaction: text(payload, 'txn'),
    snapshot: text(tctx, 'snapshot'),
    purpose: text(tctx, 'purpose'),
    obligations,
    caller,
    client,
  };
}

function text(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name];
  demand(typeof value === 'string' && value !== '', name);
  return value;
}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Refusal(what);
}
