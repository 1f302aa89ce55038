/** How answers were made, told once a minute and at the end: one that falls back to the object tree costs what both ways cost. */
import type { RequestExecuted } from './observers.ts';

export type Counts = Readonly<Record<RequestExecuted['path'], number>>;

const everyMs = 60_000;

/** Without a timer: it is told with the first answer after the minute. */
export class Tally {
  readonly #clock: () => number;
  readonly #tell: (counts: Counts, seconds: number) => void;
  #counts = { bytes: 0, tree: 0, fallback: 0 };
  #since: number;

  /** `clock`: milliseconds. */
  constructor(tell: (counts: Counts, seconds: number) => void, clock = () => performance.now()) {
    this.#tell = tell;
    this.#clock = clock;
    this.#since = clock();
  }

  count(path: RequestExecuted['path']): void {
    this.#counts[path] += 1;
    if (this.#clock() - this.#since >= everyMs) this.tell();
  }

  /** What has been counted and not told. */
  tell(): void {
    const { bytes, tree, fallback } = this.#counts;
    if (bytes + tree + fallback === 0) return;
    const now = this.#clock();
    this.#tell(this.#counts, Math.round((now - this.#since) / 1000));
    this.#counts = { bytes: 0, tree: 0, fallback: 0 };
    this.#since = now;
  }
}
