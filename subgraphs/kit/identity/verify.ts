/**
 * Verification of Txn-Tokens, in a profile narrower than draft-ietf-oauth-transaction-tokens: one algorithm,
 * one type, one audience, every claim required, half a minute of life.
 */
import { type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Identity } from './identity.ts';

const LONGEST_LIFE_S = 30;
/** How far the gateway's clock may be ahead: only `iat` is forgiven. A token that has ended has ended: the gateway renews in time. */
const SKEW_S = 5;
const TYPE = 'txntoken+jwt';

export interface TokenProfile {
  /** The gateway that may sign. */
  readonly issuer: string;
  /** This subgraph's name. */
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/** What is wrong with a token, for the log; the caller is never told. */
export class Refusal extends Error {}

/**
 * Reads who a request is from.
 *
 * @throws for everything but a token that is valid now, for this subgraph, by this gateway
 */
export async function verifyToken(token: string, profile: TokenProfile): Promise<Identity> {
  const { payload, protectedHeader } = await jwtVerify(token, profile.keys, {
    algorithms: ['EdDSA'],
    issuer: profile.issuer,
    audience: profile.audience,
    requiredClaims: ['iat', 'exp'],
  });
  // jose takes "application/txntoken+jwt" and other cases as well, and an audience within a list.
  demand(protectedHeader.typ === TYPE, 'typ');
  demand(payload.aud === profile.audience, 'aud');
  checkLife(payload);
  return identityOf(payload);
}

function checkLife({ iat = Number.NaN, exp = Number.NaN }: JWTPayload): void {
  const now = Date.now() / 1000;
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
  return {
    subject: text(payload, 'sub'),
    scopes: scope.split(' ').filter((name) => name !== ''),
    workload: text(payload, 'req_wl'),
    transaction: text(payload, 'txn'),
    snapshot: text(tctx, 'snapshot'),
    client,
  };
}

function text(claims: Readonly<Record<string, unknown>>, name: string): string {
  const value = claims[name];
  demand(typeof value === 'string' && value !== '', name);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Refusal(what);
}
