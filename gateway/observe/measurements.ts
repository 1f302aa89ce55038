/** What other rules would have changed, added up and told once a minute, and at the end. */
import type { AccessMeasured } from './observers.ts';

const everyMs = 60_000;

/** Fields, kinds of callers and outcomes that are told apart in one minute. */
const most = 1_000;

export interface Measurement {
  readonly coordinate: string;
  readonly kind: AccessMeasured['kind'];
  readonly outcome: 'refused' | 'masked';
  readonly requests: number;
}

export interface Measurements {
  readonly all: readonly Measurement[];
  /** Requests, whether anything would have changed for them or not. */
  readonly requests: number;
  /** Of these, those about which nothing could be told. */
  readonly failed: number;
  /** What was beyond the bound. */
  readonly others: number;
  readonly seconds: number;
}

type Counted = Omit<Measurement, 'requests'> & { requests: number };

/** Without a timer: it is told with the first request after the minute. */
export class MeasurementTally {
  readonly #tell: (measurements: Measurements) => void;
  readonly #clock: () => number;
  #counted = new Map<string, Counted>();
  #sums = { requests: 0, failed: 0, others: 0 };
  #since: number;

  /** `clock`: milliseconds. */
  constructor(tell: (measurements: Measurements) => void, clock = () => performance.now()) {
    this.#tell = tell;
    this.#clock = clock;
    this.#since = clock();
  }

  count({ kind, differences }: AccessMeasured): void {
    this.#sums.requests += 1;
    if (differences === undefined) this.#sums.failed += 1;
    for (const each of differences?.refused ?? []) this.#add(each, kind, 'refused');
    for (const each of differences?.masked ?? []) this.#add(each, kind, 'masked');
    if (this.#clock() - this.#since >= everyMs) this.tell();
  }

  /** What has been counted and not told. */
  tell(): void {
    if (this.#sums.requests === 0) return;
    const now = this.#clock();
    const all = [...this.#counted.values()].sort((one, other) => other.requests - one.requests);
    this.#tell({ all, ...this.#sums, seconds: Math.round((now - this.#since) / 1000) });
    this.#counted = new Map();
    this.#sums = { requests: 0, failed: 0, others: 0 };
    this.#since = now;
  }

  #add(coordinate: string, kind: Counted['kind'], outcome: Counted['outcome']): void {
    const key = `${outcome} ${kind} ${coordinate}`;
    const known = this.#counted.get(key);
    if (known !== undefined) known.requests += 1;
    else if (this.#counted.size < most) this.#counted.set(key, { coordinate, kind, outcome, requests: 1 });
    else this.#sums.others += 1;
  }
}
