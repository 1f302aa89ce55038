/** A circuit breaker: a subgraph that does not answer is left alone for a while instead of being waited for. */

export interface BreakerOptions {
  /** Of the time that counts. */
  readonly windowMs: number;
  /** Fewer calls within the window say nothing. */
  readonly minimumCalls: number;
  /** Share of failures from which it opens. */
  readonly failureRatio: number;
  /** How long it stays open at first; doubled each time that a probe fails, up to `longestOpenMs`. */
  readonly openMs: number;
  readonly longestOpenMs: number;
  /** Calls that are let through to see whether it answers again. */
  readonly probes: number;
}

export const breakerDefaults: BreakerOptions = Object.freeze({
  windowMs: 10_000,
  minimumCalls: 20,
  failureRatio: 0.5,
  openMs: 1_000,
  longestOpenMs: 15_000,
  probes: 3,
});

export type BreakerState = 'closed' | 'open' | 'half-open';

/** The window is told in slices, so that a call costs the same however many there are. */
const slices = 10;

export class Breaker {
  readonly #options: BreakerOptions;
  readonly #calls = new Array<number>(slices).fill(0);
  readonly #failures = new Array<number>(slices).fill(0);
  #slice = 0;
  #state: BreakerState = 'closed';
  #openUntil = 0;
  #openMs: number;
  #probing = 0;
  #answered = 0;

  constructor(options: BreakerOptions = breakerDefaults) {
    this.#options = options;
    this.#openMs = options.openMs;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether a call may be made now; each that may has to be recorded. `now`: milliseconds that only grow. */
  admits(now: number): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'open') {
      if (now < this.#openUntil) return false;
      this.#state = 'half-open';
      this.#probing = 0;
      this.#answered = 0;
    }
    if (this.#probing >= this.#options.probes) return false;
    this.#probing += 1;
    return true;
  }

  /** `undefined`: the call was given up, which says nothing of the subgraph. */
  record(now: number, hasFailed: boolean | undefined): void {
    if (this.#state === 'half-open') this.#recordProbe(now, hasFailed);
    else if (this.#state === 'closed' && hasFailed !== undefined) this.#recordCall(now, hasFailed);
  }

  #recordProbe(now: number, hasFailed: boolean | undefined): void {
    if (hasFailed === true) {
      this.#openMs = Math.min(this.#openMs * 2, this.#options.longestOpenMs);
      this.#open(now);
      return;
    }
    if (hasFailed === undefined) this.#probing -= 1;
    else this.#answered += 1;
    if (this.#answered < this.#options.probes) return;
    this.#state = 'closed';
    this.#openMs = this.#options.openMs;
  }

  #recordCall(now: number, hasFailed: boolean): void {
    this.#turn(now);
    const at = this.#slice % slices;
    this.#calls[at] = (this.#calls[at] ?? 0) + 1;
    if (!hasFailed) return;
    this.#failures[at] = (this.#failures[at] ?? 0) + 1;
    const calls = sum(this.#calls);
    const { minimumCalls, failureRatio } = this.#options;
    if (calls >= minimumCalls && sum(this.#failures) / calls >= failureRatio) this.#open(now);
  }

  #open(now: number): void {
    this.#state = 'open';
    this.#openUntil = now + this.#openMs;
    this.#calls.fill(0);
    this.#failures.fill(0);
  }

  /** Forgets the slices that have left the window. */
  #turn(now: number): void {
    const slice = Math.floor(now / (this.#options.windowMs / slices));
    const passed = Math.min(slice - this.#slice, slices);
    for (let step = 1; step <= passed; step += 1) {
      const at = (this.#slice + step) % slices;
      this.#calls[at] = 0;
      this.#failures[at] = 0;
    }
    if (passed >= slices) this.#clear();
    this.#slice = slice;
  }

  #clear(): void {
    this.#calls.fill(0);
    this.#failures.fill(0);
  }
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
