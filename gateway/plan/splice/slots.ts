/** Which values of an object are kept for representations, and where. */
import type { RepresentationPart } from '../../program.ts';
import { onlyTree } from './only-tree.ts';
import { type Contribution, isContribution, type Origin } from './origin.ts';

export class Slots {
  readonly #origins: readonly Origin[];
  readonly #slots = new Map<Origin, Map<string, number>>();

  constructor(own: Origin | undefined, contributions: readonly Contribution[]) {
    this.#origins = own === undefined ? contributions : [own, ...contributions];
  }

  /** The slots of what an origin says, by name. */
  of(origin: Origin): ReadonlyMap<string, number> {
    return this.#slots.get(origin) ?? new Map();
  }

  /** `{"__typename":"Product","upc":` a value `}`. */
  representation(type: string, contribution: Contribution): readonly RepresentationPart[] {
    const parts: RepresentationPart[] = [];
    let literal = '{';
    for (const [index, name] of contribution.requires.entries()) {
      literal += `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
      if (name === '__typename') {
        literal += JSON.stringify(type);
        continue;
      }
      parts.push(literal, this.#keep(name, contribution));
      literal = '';
    }
    return [...parts, `${literal}}`];
  }

  #keep(name: string, contribution: Contribution): RepresentationPart {
    const [origin, ...others] = this.#origins.filter(
      (each) => each !== contribution && each.members.has(name),
    );
    if (origin === undefined || others.length > 0) throw onlyTree;
    if ((origin.members.get(name)?.below ?? []).length > 0) throw onlyTree;
    const slots = this.#slots.get(origin) ?? new Map<string, number>();
    this.#slots.set(origin, slots);
    const slot = slots.get(name) ?? slots.size;
    slots.set(name, slot);
    return { source: isContribution(origin) ? origin.source : undefined, slot };
  }
}
