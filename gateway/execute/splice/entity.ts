/** What a reply says of an entity: its runs, and what is kept of it. */
import type { Cuts } from './cuts.ts';
import { fromBytes } from './tokens.ts';

export class Entity {
  readonly cuts: Cuts;
  readonly #index: number;
  readonly #runs: number;

  /** `index`: where the marks say where each run begins and the last one ends, and then what is kept. */
  constructor(cuts: Cuts, index: number, runs: number) {
    this.cuts = cuts;
    this.#index = index;
    this.#runs = runs;
  }

  /** Where the marks of a run begin. */
  begin(run: number): number {
    return this.cuts.marks[this.#index + run] as number;
  }

  end(run: number): number {
    return this.begin(run + 1);
  }

  /** JSON. */
  kept(slot: number): string {
    const at = this.#index + this.#runs + 1 + 2 * slot;
    const { marks } = this.cuts;
    return fromBytes(this.cuts.textOf(marks[at] as number, marks[at + 1] as number));
  }
}
