/** Mints the Txn-Tokens by which a subgraph knows who asks (docs/decisions/0005-minted-identity.md). */
import { SignJWT } from 'jose';
import type { Principal } from '../request.ts';
import type { SigningKey } from './signing-key.ts';

/** Longest life of a token in seconds; a caller whose own token ends earlier gets less. */
const life = 30;
/** A cached token is given out as long as it lives this much longer: the fetch has to arrive with it. */
const remaining = 10;

export interface TokenRequest {
  readonly subgraph: string;
  readonly principal: Principal;
  /** Generation of the snapshot that decided. */
  readonly snapshot: string;
  /** Id of the request that causes the minting: the transaction. */
  readonly transaction: string;
}

/** A token that is known is there at once; another is waited for. */
export type Mint = (request: TokenRequest) => string | Promise<string>;

interface Minted {
  token: string | Promise<string>;
  readonly snapshot: string;
  readonly expiresAt: number;
}

export interface MintOptions {
  readonly issuer: string;
  readonly key: SigningKey;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

export function createMint({ issuer, key, now = epochSeconds }: MintOptions): Mint {
  /** By the very principal, which is one object as long as its token is, and with it all that claims are made of. */
  const minted = new WeakMap<Principal, Map<string, Minted>>();
  const forgetWhenFailed = (tokens: Map<string, Minted>, subgraph: string) => (error: unknown) => {
    tokens.delete(subgraph);
    throw error;
  };
  return (request) => {
    const { principal, subgraph, snapshot } = request;
    let tokens = minted.get(principal);
    if (tokens === undefined) {
      tokens = new Map();
      minted.set(principal, tokens);
    }
    const known = tokens.get(subgraph);
    const time = now();
    if (known !== undefined && known.snapshot === snapshot && known.expiresAt - time >= remaining)
      return known.token;
    const expiresAt = Math.min(time + life, expiryOf(principal));
    const token = sign(request, { issuer, key, issuedAt: time, expiresAt });
    const fresh: Minted = { token, snapshot, expiresAt };
    tokens.set(subgraph, fresh);
    fresh.token = token.then(
      (text) => {
        fresh.token = text;
        return text;
      },
      forgetWhenFailed(tokens, subgraph),
    );
    return fresh.token;
  };
}

interface Signing {
  readonly issuer: string;
  readonly key: SigningKey;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

function sign(request: TokenRequest, { issuer, key, issuedAt, expiresAt }: Signing): Promise<string> {
  const { principal } = request;
  const client = principal.kind === 'anonymous' ? undefined : principal.clientId;
  return new SignJWT({
    txn: request.transaction,
    scope: principal.kind === 'anonymous' ? '' : scopeOf(principal),
    req_wl: client ?? 'anonymous',
    tctx: { snapshot: request.snapshot },
    rctx: { client: client ?? null },
  })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(request.subgraph)
    .setSubject(principal.kind === 'anonymous' ? 'anonymous' : `${principal.issuer}|${principal.subject}`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);
}

function scopeOf({ scopes }: Principal & { kind: 'authenticated' }): string {
  return [...scopes].sort().join(' ');
}

function expiryOf(principal: Principal): number {
  return principal.kind === 'anonymous' ? Number.POSITIVE_INFINITY : principal.expiresAt;
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
