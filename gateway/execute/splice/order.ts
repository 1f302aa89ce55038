/** The groups of an answer in the order in which it has their objects, as far as it is known. */
import type { ObjectPlan } from '../../program.ts';
import { textMark } from './cuts.ts';
import type { Group, Groups } from './groups.ts';

export class GroupOrder {
  readonly #groups: Groups;
  #known: Map<ObjectPlan, Group[]> | undefined;
  #count = 0;
  #turn = 0;

  constructor(all: Groups) {
    this.#groups = all;
  }

  /** A reply has come. */
  forget(): void {
    this.#known = undefined;
  }

  /** Those of some plans, each plan once. */
  of(plans: readonly ObjectPlan[]): readonly Group[] {
    const known = this.#known ?? this.#findAll();
    const [only] = plans;
    if (only !== undefined && plans.length === 1) return known.get(only) ?? [];
    return plans.flatMap((plan) => known.get(plan) ?? []).sort((one, other) => one.place - other.place);
  }

  #findAll(): ReadonlyMap<ObjectPlan, Group[]> {
    const found = new Map<ObjectPlan, Group[]>();
    this.#turn += 1;
    this.#count = 0;
    this.#find(this.#groups.root, found);
    this.#known = found;
    return found;
  }

  #find(group: Group, found: Map<ObjectPlan, Group[]>): void {
    if (group.turn === this.#turn) return;
    group.turn = this.#turn;
    group.place = this.#count;
    this.#count += 1;
    const alike = found.get(group.plan);
    if (alike === undefined) found.set(group.plan, [group]);
    else alike.push(group);
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
