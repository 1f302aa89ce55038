/**
 * How often tokens were refused, by where they came from: whoever goes on sending them has nothing verified for a while
 * (docs/decisions/0022-failed-authentication.md). Of this process alone, and nothing here can shut out another address.
 */
import { LRUCache } from 'lru-cache';
import { networkOf } from '../addresses/network.ts';
import { ClientError } from '../errors.ts';

/** Milliseconds over which they are counted, from the first. */
const windowMs = 60_000;

/** Of each kind: the one that was looked at least lately is forgotten for another. */
const mostCounted = 10_000;

export interface FailuresOptions {
  /** Refused tokens in a window. */
  readonly perAddress: number;
  /** Of those, with tokens that say to be of one principal. */
  readonly perPrincipal: number;
  /** Told of each request that is refused for it; `isFirst`: of this address or principal, in this window. */
  readonly throttled: (event: { readonly by: 'address' | 'principal'; readonly isFirst: boolean }) => void;
  /** Milliseconds, of a clock that nobody sets. */
  readonly clock?: () => number;
}

interface Count {
  failures: number;
  isTold: boolean;
  readonly until: number;
}

type Counts = LRUCache<string, Count>;

export class Failures {
  readonly #options: FailuresOptions;
  readonly #clock: () => number;
  readonly #addresses: Counts = new LRUCache({ max: mostCounted });
  readonly #principals: Counts = new LRUCache({ max: mostCounted });

  constructor(options: FailuresOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /**
   * @param from an address, as written
   * @throws ClientError RATE_LIMITED
   */
  assertFew(from: string | undefined): void {
    // Nearly always, nobody has failed, and nothing is to be looked up.
    if (this.#addresses.size === 0) return;
    this.#assert('address', this.#addresses.get(networkOf(from)), this.#options.perAddress);
  }

  /**
   * Also of one principal at this address: one program with a bad token has not yet shut out all that are beside it.
   * @param claimed whose token it says to be: nobody has looked whether it is
   * @throws ClientError RATE_LIMITED
   */
  assertFewOf(claimed: string | undefined, from: string | undefined): void {
    if (claimed === undefined || this.#principals.size === 0) return;
    const count = this.#principals.get(keyOf(claimed, from));
    this.#assert('principal', count, this.#options.perPrincipal);
  }

  count(claimed: string | undefined, from: string | undefined): void {
    this.#add(this.#addresses, networkOf(from));
    if (claimed !== undefined) this.#add(this.#principals, keyOf(claimed, from));
  }

  #add(counts: Counts, key: string): void {
    const known = counts.get(key);
    if (known !== undefined && this.#clock() < known.until) known.failures += 1;
    else counts.set(key, { failures: 1, isTold: false, until: this.#clock() + windowMs });
  }

  #assert(by: 'address' | 'principal', count: Count | undefined, most: number): void {
    if (count === undefined || count.failures < most) return;
    const leftMs = count.until - this.#clock();
    if (leftMs <= 0) return;
    this.#options.throttled({ by, isFirst: !count.isTold });
    count.isTold = true;
    throw tooMany(Math.ceil(leftMs / 1000));
  }
}

/** No address and no text of a token has a line break. */
function keyOf(claimed: string, from: string | undefined): string {
  return `${networkOf(from)}\n${claimed}`;
}

/** One text, whichever count it is. */
function tooMany(seconds: number): ClientError {
  const message = 'Too many access tokens were refused. Wait as long as the header retry-after says.';
  return new ClientError('RATE_LIMITED', message, {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    errors: [{ message, extensions: { code: 'RATE_LIMITED', retryable: true } }],
  });
}
