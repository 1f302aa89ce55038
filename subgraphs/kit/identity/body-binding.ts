/** To which request a token is bound: the bytes of its body, and once (docs/subgraph-protocol.md, "A token for one body"). */
import { createHash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { isRecord } from './is-record.ts';
import type { Replays } from './replays.ts';

export interface BodyBinding {
  /** SHA-256 of the body, as base64url. */
  readonly digest: string;
  /** No other token has it. */
  readonly tokenId: string;
}

/** Characters; it is remembered. */
const LONGEST_ID = 128;

/** @returns undefined for a token that is good for any body; `malformed` for one that says something else than which one */
export function readBodyBinding({ tctx, jti }: JWTPayload): BodyBinding | undefined | 'malformed' {
  if (!isRecord(tctx) || !Object.hasOwn(tctx, 'body')) return undefined;
  const { body: digest } = tctx;
  if (typeof digest !== 'string' || !/^[\w-]{43}$/.test(digest)) return 'malformed';
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID) return 'malformed';
  return { digest, tokenId: jti };
}

export interface BodyDemand {
  /** Tokens that were taken here; undefined: tokens for any body are taken too, and none is remembered. */
  readonly replays: Replays | undefined;
}

/**
 * Why a token is not good for a request, as a word for the log; undefined: it is.
 * @param body the bytes as they were received, before anything is made of them; undefined: what has none, such as a WebSocket
 */
export function reasonAgainstBody(
  binding: BodyBinding | undefined,
  body: Buffer | undefined,
  { replays }: BodyDemand,
): string | undefined {
  if (binding === undefined) return replays === undefined ? undefined : 'the token is not bound to a body';
  if (body === undefined) return 'the token is bound to a body';
  if (createHash('sha256').update(body).digest('base64url') !== binding.digest)
    return 'the token is bound to another body';
  return replays?.reasonAgainst(binding.tokenId);
}
