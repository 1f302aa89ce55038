/** Requests that were refused unseen: at once when it begins, then once a minute as long as it lasts, and never one by one. */
import type { CallerThrottled } from './observers.ts';

export interface ThrottleCounts {
  /** Requests. */
  readonly refused: number;
  /** Addresses from which too many refused tokens came, and principals that too many at one address said to be of. */
  readonly addresses: number;
  readonly principals: number;
  readonly seconds: number;
}

const everyMs = 60_000;

/** Without a timer: what is left is told with the next one, or at the end. */
export class ThrottleTally {
  readonly #tell: (counts: ThrottleCounts) => void;
  readonly #clock: () => number;
  #counts = { refused: 0, addresses: 0, principals: 0 };
  #since: number;
  #nextAt = Number.NEGATIVE_INFINITY;

  /** `clock`: milliseconds. */
  constructor(tell: (counts: ThrottleCounts) => void, clock = () => performance.now()) {
    this.#tell = tell;
    this.#clock = clock;
    this.#since = clock();
  }

  count({ by, isFirst }: CallerThrottled): void {
    const now = this.#clock();
    if (this.#counts.refused === 0) this.#since = now;
    this.#counts.refused += 1;
    if (isFirst) this.#counts[by === 'address' ? 'addresses' : 'principals'] += 1;
    if (now >= this.#nextAt) this.tell();
  }

  /** What has been counted and not told. */
  tell(): void {
    if (this.#counts.refused === 0) return;
    const now = this.#clock();
    this.#tell({ ...this.#counts, seconds: Math.round((now - this.#since) / 1000) });
    this.#counts = { refused: 0, addresses: 0, principals: 0 };
    this.#nextAt = now + everyMs;
  }
}
