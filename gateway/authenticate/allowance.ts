/** So many times at once, and once more for each interval that passes: a bound on what anybody can cause. */
export interface Bound {
  readonly atOnce: number;
  /** Milliseconds. */
  readonly interval: number;
}

export class Allowance {
  readonly #bound: Bound;
  /** When all that was taken is given back. */
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(bound: Bound) {
    this.#bound = bound;
  }

  /** @returns false if nothing is left */
  take(now: number): boolean {
    const { atOnce, interval } = this.#bound;
    const fullAt = Math.max(this.#fullAt, now) + interval;
    if (fullAt - now > atOnce * interval) return false;
    this.#fullAt = fullAt;
    return true;
  }
}
