/** The groups of an answer in the order in which it has their objects, as far as it is known. */
import { textMark } from './cuts.ts';
import type { Group, Groups } from './groups.ts';

export class GroupOrder {
  readonly #groups: Groups;
  #known: Group[] | undefined;
  #turn = 0;

  constructor(all: Groups) {
    this.#groups = all;
  }

  /** A reply has come. */
  forget(): void {
    this.#known = undefined;
  }

  groups(): readonly Group[] {
    if (this.#known === undefined) {
      this.#known = [];
      this.#turn += 1;
      this.#find(this.#groups.root, this.#known);
    }
    return this.#known;
  }

  #find(group: Group, found: Group[]): void {
    if (group.turn === this.#turn) return;
    group.turn = this.#turn;
    found.push(group);
    for (const parts of group.plan.holes) {
      for (const part of parts) {
        if (part.kind === 'constant') continue;
        const entity = group.entities[part.source.index];
        if (entity === undefined) continue;
        const { marks } = entity.cuts;
        const end = entity.end(part.run);
        for (let at = entity.begin(part.run); at < end; at += 2) {
          // All but ranges and texts are gaps.
          if ((marks[at] as number) >= textMark) continue;
          const within = this.#groups.all[marks[at + 1] as number];
          if (within !== undefined) this.#find(within, found);
        }
      }
    }
  }
}
