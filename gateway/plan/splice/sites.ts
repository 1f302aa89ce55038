/** Where the batches of a program add something: found by place, since an operation can have as many of both as selections. */
import type { Batch, Site, Step } from '../../program.ts';

export interface BatchSite {
  /** Indexes of the step, of the batch in it, and of the site in that. */
  readonly step: number;
  readonly batch: number;
  readonly index: number;
  readonly asked: Batch['asked'];
  readonly requires: Site['requires'];
}

export class Sites {
  readonly #byPlace = new Map<string, BatchSite[]>();

  constructor(steps: readonly Step[]) {
    for (const { index: step, batches } of steps) {
      for (const [batch, { sites, asked }] of batches.entries()) {
        for (const [index, { path, requires }] of sites.entries()) {
          const place = placeOf(path.filter((name) => name !== '@'));
          const here = this.#byPlace.get(place) ?? [];
          here.push({ step, batch, index, asked, requires });
          this.#byPlace.set(place, here);
        }
      }
    }
  }

  /** In the order of steps. */
  at(path: readonly string[]): readonly BatchSite[] {
    return this.#byPlace.get(placeOf(path)) ?? [];
  }
}

function placeOf(names: readonly string[]): string {
  return JSON.stringify(names);
}
