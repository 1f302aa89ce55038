/** Tokens that were verified a moment ago, so that a burst of requests pays for one signature. */

import type { AuthenticatedPrincipal } from '../request.ts';
import type { Revocations } from '../revocations/revocations.ts';
import type { KeySet } from './keys.ts';

export interface Verified {
  readonly principal: AuthenticatedPrincipal;
  /** Not revoked. */
  isFree: boolean;
  /** The keys that it was verified with. */
  readonly keys: KeySet;
  /** The issuer's keys of this moment: with other keys, the token has to be verified anew. */
  readonly current: () => KeySet | undefined;
}

interface Entry extends Verified {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Of the revocations by which it is free, or is not. */
  version: number;
}

/** What is asked of them. */
export type Asked = Pick<Revocations, 'version' | 'reasonAgainst'>;

const most = 5_000;
const longestMs = 60_000;

const scheme = 'Bearer ';

/** Keyed by the whole token: no hash or prefix on which two of them could meet. */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #revocations: Asked;

  constructor(revocations: Asked) {
    this.#revocations = revocations;
  }

  /** The header as it came: only one of the exact form in which tokens are kept finds anything. */
  find(authorization: string, now: number): AuthenticatedPrincipal | undefined {
    if (!authorization.startsWith(scheme)) return undefined;
    const token = authorization.slice(scheme.length);
    const entry = this.#entries.get(token);
    if (entry === undefined) return undefined;
    if (entry.keys !== entry.current() || now >= entry.principal.expiresAt * 1000) {
      this.#entries.delete(token);
      return undefined;
    }
    return this.#isFree(entry) && now < entry.until ? entry.principal : undefined;
  }

  /** Whose it was when it was verified. It may be revoked since, or due to be verified again. */
  whose(authorization: string): AuthenticatedPrincipal | undefined {
    if (!authorization.startsWith(scheme)) return undefined;
    return this.#entries.get(authorization.slice(scheme.length))?.principal;
  }

  /** Everybody is looked up once for each change; with no change, a comparison of two numbers has to do. */
  #isFree(entry: Entry): boolean {
    const { version } = this.#revocations;
    if (entry.version !== version) {
      entry.version = version;
      entry.isFree = this.#revocations.reasonAgainst(entry.principal) === undefined;
    }
    return entry.isFree;
  }

  /** @param verified as the revocations of this moment see it */
  keep(token: string, verified: Verified, now: number): void {
    // A Map iterates in the order of insertion: the oldest goes first.
    this.#entries.delete(token);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= most && oldest !== undefined) this.#entries.delete(oldest);
    const until = Math.min(verified.principal.expiresAt * 1000, now + longestMs);
    this.#entries.set(token, { ...verified, until, version: this.#revocations.version });
  }
}
