/** Mints the Txn-Tokens by which a subgraph knows who asks (docs/decisions/0005-minted-identity.md). */
import { SignJWT } from 'jose';
import type { Principal } from '../request.ts';
import type { SigningKey } from './signing-key.ts';

/** Longest life of a token in seconds; a caller whose own token ends earlier gets less. */
const life = 30;
/** A cached token is given out as long as it lives this much longer: the fetch has to arrive with it. */
const remaining = 10;
const cacheSize = 10_000;

export interface TokenRequest {
  readonly subgraph: string;
  readonly principal: Principal;
  /** Generation of the snapshot that decided. */
  readonly snapshot: string;
  /** Id of the request that causes the minting: the transaction. */
  readonly transaction: string;
}

export type Mint = (request: TokenRequest) => Promise<string>;

interface Minted {
  readonly token: Promise<string>;
  readonly expiresAt: number;
}

export interface MintOptions {
  readonly issuer: string;
  readonly key: SigningKey;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

export function createMint({ issuer, key, now = epochSeconds }: MintOptions): Mint {
  const cache = new Map<string, Minted>();
  return (request) => {
    const cacheKey = keyOf(request);
    const known = cache.get(cacheKey);
    const time = now();
    if (known !== undefined && known.expiresAt - time >= remaining) return known.token;
    const expiresAt = Math.min(time + life, expiryOf(request.principal));
    const token = sign(request, { issuer, key, issuedAt: time, expiresAt });
    cache.delete(cacheKey);
    cache.set(cacheKey, { token, expiresAt });
    token.catch(() => cache.delete(cacheKey));
    dropOldest(cache);
    return token;
  };
}

/** Everything that the claims are made of but the times and the transaction: equal keys, interchangeable tokens. */
function keyOf({ subgraph, principal, snapshot }: TokenRequest): string {
  return JSON.stringify(
    principal.kind === 'anonymous'
      ? [subgraph, snapshot]
      : [
          subgraph,
          snapshot,
          principal.issuer,
          principal.subject,
          principal.clientId ?? null,
          principal.expiresAt,
          scopeOf(principal),
        ],
  );
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

function dropOldest(cache: Map<string, Minted>): void {
  if (cache.size <= cacheSize) return;
  const [oldest] = cache.keys();
  if (oldest !== undefined) cache.delete(oldest);
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
