/** The merged answer: made of what fetches asked for, and of nothing else that replies hold. */
import { type MergedObject, misfit, type ReplySelection } from '../program.ts';

/** Fast as a class is, and without a prototype. */
const Merged = function Merged() {} as unknown as { new (): MergedObject; prototype: object };
Merged.prototype = Object.create(null);

export function createMerged(): MergedObject {
  return new Merged();
}

export function isMerged(value: unknown): value is MergedObject {
  return value instanceof Merged;
}

/** What a reply says of an object, reduced to the selection. */
export function absorbObject(given: object, { fields }: ReplySelection): MergedObject {
  const merged = new Merged();
  for (const [name, below] of fields) {
    if (!Object.hasOwn(given, name)) continue;
    const value: unknown = Reflect.get(given, name);
    if (below !== undefined) merged[name] = absorb(value, below, deepest);
    else merged[name] = isDeeper(value, deepest) ? misfit : value;
  }
  return merged;
}

/** Levels of a scalar, or of lists around each other: what walks them calls itself for each. */
const deepest = 100;

function absorb(value: unknown, selection: ReplySelection, levels: number): unknown {
  if (value === null) return null;
  if (typeof value !== 'object' || levels === 0) return misfit;
  return Array.isArray(value)
    ? value.map((item) => absorb(item, selection, levels - 1))
    : absorbObject(value, selection);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.some((part) => isDeeper(part, levels - 1));
}

/** Tells object types from others, by name. */
export type IsObjectType = (name: unknown) => boolean;

/** Adds to an object what another fetch says of it. Where both say something, objects and lists are merged. */
export function mergeInto(target: MergedObject, source: MergedObject, isObjectType: IsObjectType): void {
  for (const name in source) {
    const value = source[name];
    const present = target[name];
    if (present === undefined || present === null) target[name] = value;
    else if (isMerged(present) && isMerged(value)) mergeInto(present, value, isObjectType);
    else if (Array.isArray(present) && Array.isArray(value)) mergeLists(present, value, isObjectType);
    // Who serves an interface as an object (`@interfaceObject`) knows no more than the interface's name.
    else if (name === '__typename' && !isObjectType(present)) target[name] = value;
  }
}

/** A list that two subgraphs serve has the same items in the same order. */
function mergeLists(target: unknown[], source: readonly unknown[], isObjectType: IsObjectType): void {
  for (const [index, value] of source.entries()) {
    if (index >= target.length) return;
    const present = target[index];
    if (present === null) target[index] = value;
    else if (isMerged(present) && isMerged(value)) mergeInto(present, value, isObjectType);
    else if (Array.isArray(present) && Array.isArray(value)) mergeLists(present, value, isObjectType);
  }
}
