/** By what a subgraph knows an entity: its type, its key, and what the fetch requires (federation specification, `_Any`). */
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type Batch, type MergedObject, Misfit, type Site } from '../program.ts';
import { createMerged, isMerged } from './merged.ts';
import { rewrite } from './rewrites.ts';
import { targetsAt } from './targets.ts';
import type { Types } from './types.ts';

/** The entities of one batch: equal ones are asked for once. */
export interface Representations {
  /** As JSON. */
  readonly texts: readonly string[];
  readonly sites: readonly SiteTargets[];
  /** What cannot be asked for, since it would be asked by what is not there. */
  readonly lacking: readonly Lacking[];
  /** Variables that hold for these entities alone: members of an object, as JSON. */
  readonly variables?: readonly string[];
}

export interface SiteTargets {
  readonly site: Site;
  readonly targets: readonly MergedObject[];
  /** Of each target, the place of its representation in `texts`; undefined: there is nothing to ask by. */
  readonly places: readonly (number | undefined)[];
}

export interface Lacking {
  readonly target: MergedObject;
  readonly misfit: Misfit;
}

export function representationsOf({ sites }: Batch, root: MergedObject, types: Types): Representations {
  const places = new Map<string, number>();
  const lacking: Lacking[] = [];
  const found = sites.map((site) => {
    const targets = targetsAt(root, site.path);
    const own = targets.map((target) => {
      const text = represent(target, site, types);
      if (text === undefined) {
        const misfit = misfitIn(target, { selections: site.requires ?? [], types });
        if (misfit !== undefined) lacking.push({ target, misfit });
        return undefined;
      }
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    });
    return { site, targets, places: own };
  });
  return { texts: [...places.keys()], sites: found, lacking };
}

function represent(target: MergedObject, site: Site, types: Types): string | undefined {
  const representation = pick(target, site.requires ?? [], types);
  if (representation === undefined || typeof representation['__typename'] !== 'string') return undefined;
  // Nothing but a type and nulls is nobody's key.
  if (!Object.entries(representation).some(([name, value]) => name !== '__typename' && value !== null))
    return undefined;
  for (const each of site.inputRewrites) rewrite(representation, each, types);
  return JSON.stringify(representation);
}

/** Undefined if something required is not there. */
function pick(
  source: MergedObject,
  selections: readonly QueryPlanSelectionNode[],
  types: Types,
): MergedObject | undefined {
  const picked = createMerged();
  return pickInto(picked, source, { selections, types }) ? picked : undefined;
}

interface Picking {
  readonly selections: readonly QueryPlanSelectionNode[];
  readonly types: Types;
}

function pickInto(picked: MergedObject, source: MergedObject, { selections, types }: Picking): boolean {
  return selections.every((node) => {
    if (node.kind === 'InlineFragment') {
      if (!types.meets(source['__typename'], node.typeCondition)) return true;
      return pickInto(picked, source, { selections: node.selections, types });
    }
    const name = node.alias ?? node.name;
    const value = pickValue(source[name], node.selections, types);
    if (value === undefined) return false;
    picked[name] = value;
    return true;
  });
}

/** Because of what nothing can be picked; undefined: there is no such object. */
function misfitIn(value: unknown, picking: Picking): Misfit | undefined {
  if (Array.isArray(value)) return first(value, (item) => misfitIn(item, picking));
  if (!isMerged(value)) return value instanceof Misfit ? value : undefined;
  const { selections, types } = picking;
  return first(selections, (node) => {
    if (node.kind === 'Field')
      return misfitIn(value[node.alias ?? node.name], { selections: node.selections ?? [], types });
    if (!types.meets(value['__typename'], node.typeCondition)) return undefined;
    return misfitIn(value, { selections: node.selections, types });
  });
}

function first<T>(items: readonly T[], find: (item: T) => Misfit | undefined): Misfit | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As it can be sent; undefined if something of it is not there. */
export function pickValue(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[] | undefined,
  types: Types,
): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => pickValue(item, selections, types));
    return items.includes(undefined) ? undefined : items;
  }
  if (selections === undefined) return value instanceof Misfit ? undefined : value;
  return isMerged(value) ? pick(value, selections, types) : undefined;
}
