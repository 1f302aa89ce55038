/** Takes from a reply what was asked for, as far as it is what the schema says: whatever is made of it needs no second look. */
import { isOfLeaf } from '../json/leaf.ts';
import { type MergedObject, Misfit, type ReplySelection, type ReplyValue } from '../program.ts';
import { createMerged, isMerged } from './merged.ts';
import { isRecord } from './reply.ts';
import type { ResponsePath } from './targets.ts';

export interface Absorbed {
  /** Undefined: it is none of the objects that were asked for. */
  readonly object: MergedObject | undefined;
  /** Whether something in it is not what was asked for. */
  readonly hasMisfits: boolean;
}

export interface Absorbing {
  /** What stands for what does not fit. */
  readonly misfit: Misfit;
  /** What the object is known as, where its own reply does not say. */
  readonly typename: unknown;
}

export function absorb(given: unknown, selection: ReplySelection, { misfit, typename }: Absorbing): Absorbed {
  const absorption = new Absorption(misfit);
  const object = absorption.value(given, { kind: 'object', nonNull: true, selection }, typename);
  return { object: isMerged(object) ? object : undefined, hasMisfits: absorption.hasMisfits };
}

class Absorption {
  readonly #misfit: Misfit;
  hasMisfits = false;

  constructor(misfit: Misfit) {
    this.#misfit = misfit;
  }

  value(given: unknown, shape: ReplyValue, typename?: unknown): unknown {
    // It could have been null only with all that is around it (GraphQL §6.4.4).
    if (given === null) return shape.nonNull ? this.#unfit() : null;
    switch (shape.kind) {
      case 'leaf':
        return isOfLeaf(shape.leaf, given) && !isDeeper(given, deepest) ? given : this.#unfit();
      case 'list':
        return Array.isArray(given) ? given.map((item) => this.value(item, shape.of)) : this.#unfit();
      case 'object':
        return isRecord(given) ? this.#object(given, shape.selection, typename) : this.#unfit();
    }
  }

  #object(given: Given, { fields }: ReplySelection, typename: unknown): unknown {
    const own = typename ?? typenameOf(given);
    const merged = createMerged();
    for (const [name, { on, value }] of fields) {
      if (Object.hasOwn(given, name)) merged[name] = this.value(given[name], value);
      else if (on === undefined || (typeof own === 'string' && on.has(own))) merged[name] = this.#unfit();
    }
    // Of an object that is not what it has to be, nothing can be said.
    return merged['__typename'] === this.#misfit ? this.#misfit : merged;
  }

  #unfit(): Misfit {
    this.hasMisfits = true;
    return this.#misfit;
  }
}

type Given = Readonly<Record<string, unknown>>;

function typenameOf(given: Given): unknown {
  return Object.hasOwn(given, '__typename') ? given['__typename'] : undefined;
}

/** Levels of a scalar of a subgraph's own: what walks them calls itself for each. */
const deepest = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.some((part) => isDeeper(part, levels - 1));
}

/** Where there is a misfit, `most` at most. */
export function misfitsIn(value: unknown, most: number): readonly ResponsePath[] {
  const found: ResponsePath[] = [];
  const visit = (each: unknown, path: ResponsePath): void => {
    if (found.length === most) return;
    if (each instanceof Misfit) found.push(path);
    else if (Array.isArray(each)) for (const [index, item] of each.entries()) visit(item, [...path, index]);
    else if (isMerged(each)) for (const name in each) visit(each[name], [...path, name]);
  };
  visit(value, []);
  return found;
}
