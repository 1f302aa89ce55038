/** Tokens that were verified a moment ago, so that a burst of requests pays for one signature. */
import type { Principal } from '../request.ts';
import type { KeySet } from './keys.ts';

interface Verified {
  readonly principal: Principal;
  readonly keys: KeySet;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const most = 5_000;
const longestMs = 60_000;

/** Keyed by the whole token: no hash or prefix on which two of them could meet. */
export class VerifiedTokens {
  readonly #entries = new Map<string, Verified>();

  /** @param keys the issuer's keys of this moment: with other keys, the token has to be verified anew */
  find(token: string, keys: KeySet | undefined, now: number): Principal | undefined {
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    if (now < entry.until && entry.keys === keys) return entry.principal;
    this.#entries.delete(token);
    return undefined;
  }

  keep(
    token: string,
    principal: Extract<Principal, { kind: 'authenticated' }>,
    keys: KeySet,
    now: number,
  ): void {
    // A Map iterates in the order of insertion: the oldest goes first.
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= most && oldest !== undefined) this.#entries.delete(oldest);
    const until = Math.min(principal.expiresAt * 1000, now + longestMs);
    this.#entries.set(token, { principal, keys, until });
  }
}
