/** The merged answer: made of what fetches asked for, and of nothing else that replies hold. */
import { type MergedObject, Misfit } from '../program.ts';

/** Fast as a class is, and without a prototype. */
const Merged = function Merged() {} as unknown as { new (): MergedObject; prototype: object };
Merged.prototype = Object.create(null);

export function createMerged(): MergedObject {
  return new Merged();
}

export function isMerged(value: unknown): value is MergedObject {
  return value instanceof Merged;
}

/** Tells object types from others, by name. */
export type IsObjectType = (name: unknown) => boolean;

/** Adds to an object what another fetch says of it. Where both say something, objects and lists are merged. */
export function mergeInto(target: MergedObject, source: MergedObject, isObjectType: IsObjectType): void {
  for (const name in source) {
    const value = source[name];
    const present = target[name];
    if (isNothing(present)) target[name] = value;
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
    if (isNothing(present)) target[index] = value;
    else if (isMerged(present) && isMerged(value)) mergeInto(present, value, isObjectType);
    else if (Array.isArray(present) && Array.isArray(value)) mergeLists(present, value, isObjectType);
  }
}

/** What another subgraph may know better. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value instanceof Misfit;
}
