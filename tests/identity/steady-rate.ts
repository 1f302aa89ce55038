/** Requests at a steady rate, however long the ones before them take: with tokens in use, and with some that nobody has shown yet. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asking } from './asking.ts';

export interface SteadyOptions {
  readonly asking: Asking;
  readonly perSecond: number;
  /** Used in turn. */
  readonly inUse: readonly string[];
  /** Used once each, one of ten requests; the gateway has to verify each of them. */
  readonly unseen: readonly string[];
}

export class SteadyRate {
  /** How many of those that nobody had shown were. */
  shown = 0;
  readonly #options: SteadyOptions;
  readonly #running: Promise<void>;
  #isOver = false;

  constructor(options: SteadyOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { asking, perSecond } = this.#options;
    const begun = performance.now();
    const asked: Promise<void>[] = [];
    while (!this.#isOver) {
      const due = Math.floor(((performance.now() - begun) / 1000) * perSecond);
      while (asked.length < due) asked.push(asking.ask(this.#token(asked.length)));
      await sleep(5);
    }
    await Promise.all(asked);
  }

  #token(n: number): string {
    const { inUse, unseen } = this.#options;
    const token = n % 10 === 9 ? unseen[this.shown++] : inUse[n % inUse.length];
    if (token === undefined) throw new RangeError('there are too few tokens for so long a run');
    return token;
  }
}
