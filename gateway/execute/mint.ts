/** Mints the Txn-Tokens by which a subgraph knows who asks (docs/decisions/0005-minted-identity.md). */
import type { Principal } from '../request.ts';
import type { SigningKeys } from '../secrets/signing-keys.ts';
import { callerClaims, type Disclosure } from './caller-claims.ts';
import { signToken } from './sign-token.ts';
import type { TokenRequest } from './token-request.ts';

/** Longest life of a token in seconds; a caller whose own token ends earlier gets less. */
const life = 30;
/** A cached token is given out as long as it lives this much longer: the fetch has to arrive with it. */
const remaining = 10;
/** Tokens kept for one principal and subgraph: one for each purpose and view in use. */
const mostKept = 16;
/** Tokens kept for one subgraph that does not learn who asks, and so for all principals. */
const mostShared = 256;

/** A token that is known is there at once; another is waited for. */
export type Mint = (request: TokenRequest) => string | Promise<string>;

/** Of a token that is good for these bytes alone, and once: it is made anew for each request. */
export type MintBound = (request: TokenRequest, body: string) => Promise<string>;

interface Minted {
  token: string | Promise<string>;
  readonly snapshot: string;
  readonly purpose: string;
  /** What it says of the caller, where that is no matter of the principal. */
  readonly caller: string;
  readonly viewKey: string;
  readonly kid: string;
  readonly expiresAt: number;
}

export interface MintOptions {
  readonly issuer: string;
  readonly keys: Pick<SigningKeys, 'current'>;
  /** What subgraphs learn of the caller; `subject` where nothing is said. */
  readonly disclosures?: ReadonlyMap<string, Disclosure>;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

/**
 * A token for each principal, subgraph, purpose and view: what it says is the same for all that agree in these. Of a subgraph that
 * does not learn who asks, principals whom it cannot tell apart have one together, and so requests in flight.
 * @throws InternalError, as a rejection, if the obligations make it longer than a header may be: nothing is fetched then
 */
export function createMint({ issuer, keys, disclosures = new Map(), now = epochSeconds }: MintOptions): Mint {
  /** By the very principal, which is one object as long as its token is, and with it all that claims are made of. */
  const own = new WeakMap<Principal, Map<string, Minted[]>>();
  const shared = new Map<string, Minted[]>();
  return (request) => {
    const { principal, subgraph, subject, snapshot, view } = request;
    const disclosure = disclosures.get(subgraph) ?? 'subject';
    const isOwn = disclosure === 'subject';
    const tokens = keptFor(subgraph, isOwn ? bySubgraphOf(principal, own) : shared);
    const withheld = isOwn ? undefined : callerClaims(disclosure, principal, subject);
    const caller = withheld === undefined ? '' : JSON.stringify(withheld);
    const key = keys.current();
    const time = now();
    const latest = expiryOf(principal);
    const wanted = { snapshot, purpose: subject.purpose, caller, viewKey: view.key };
    const known = tokens.find((each) => fits(each, wanted) && each.expiresAt <= latest);
    if (known?.kid === key.kid && known.expiresAt - time >= remaining) return known.token;
    const expiresAt = Math.min(time + life, latest);
    const claims = withheld ?? callerClaims('subject', principal, subject);
    const token = signToken(request, { claims, issuer, key, issuedAt: time, expiresAt });
    const fresh: Minted = { ...wanted, token, kid: key.kid, expiresAt };
    if (known !== undefined) forget(known, tokens);
    // The oldest goes first; what was made for another snapshot goes with time.
    if (tokens.length >= (isOwn ? mostKept : mostShared)) tokens.shift();
    tokens.push(fresh);
    fresh.token = token.then(
      (text) => {
        fresh.token = text;
        return text;
      },
      (error: unknown) => {
        forget(fresh, tokens);
        throw error;
      },
    );
    return fresh.token;
  };
}

/** As {@link createMint}, for subgraphs that take a token for one body only: nothing is kept. */
export function createBoundMint({
  issuer,
  keys,
  disclosures = new Map(),
  now = epochSeconds,
}: MintOptions): MintBound {
  return (request, body) => {
    const { principal, subject, subgraph } = request;
    const claims = callerClaims(disclosures.get(subgraph) ?? 'subject', principal, subject);
    const issuedAt = now();
    const expiresAt = Math.min(issuedAt + life, expiryOf(principal));
    return signToken(request, { claims, issuer, key: keys.current(), issuedAt, expiresAt, body });
  };
}

function bySubgraphOf(
  principal: Principal,
  own: WeakMap<Principal, Map<string, Minted[]>>,
): Map<string, Minted[]> {
  const known = own.get(principal);
  if (known !== undefined) return known;
  const none = new Map<string, Minted[]>();
  own.set(principal, none);
  return none;
}

function keptFor(subgraph: string, bySubgraph: Map<string, Minted[]>): Minted[] {
  const known = bySubgraph.get(subgraph);
  if (known !== undefined) return known;
  const none: Minted[] = [];
  bySubgraph.set(subgraph, none);
  return none;
}

type Wanted = Pick<Minted, 'snapshot' | 'purpose' | 'caller' | 'viewKey'>;

function fits(minted: Minted, { snapshot, purpose, caller, viewKey }: Wanted): boolean {
  return (
    minted.snapshot === snapshot &&
    minted.purpose === purpose &&
    minted.viewKey === viewKey &&
    minted.caller === caller
  );
}

function forget(minted: Minted, tokens: Minted[]): void {
  const at = tokens.indexOf(minted);
  if (at !== -1) tokens.splice(at, 1);
}

function expiryOf(principal: Principal): number {
  return principal.kind === 'anonymous' ? Number.POSITIVE_INFINITY : principal.expiresAt;
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
