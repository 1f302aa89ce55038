/** How many requests a subgraph has at once; a few more wait for their turn, in order, and the rest is turned away. */
export class Slots {
  readonly #most: number;
  readonly #longestQueue: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(most: number, longestQueue: number) {
    this.#most = most;
    this.#longestQueue = longestQueue;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a slot at once, if one is free. */
  take(): boolean {
    if (this.#taken >= this.#most) return false;
    this.#taken += 1;
    return true;
  }

  /** `called` has the slot then. Undefined: too many wait already. The result leaves the queue. */
  wait(called: () => void): (() => void) | undefined {
    if (this.#waiting.size >= this.#longestQueue) return undefined;
    this.#waiting.add(called);
    return () => void this.#waiting.delete(called);
  }

  /** Gives a slot back, or on to who waits longest. */
  release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
