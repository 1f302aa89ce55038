/** The objects of an answer on which a deferred fragment stands: as they were fetched, and as the client has been told. */
import type { MergedObject, PartStep } from '../program.ts';

export interface Place {
  readonly path: readonly (string | number)[];
  readonly value: MergedObject;
  readonly told: Record<string, unknown>;
}

export function placesOf(
  value: MergedObject,
  told: Record<string, unknown>,
  path: readonly PartStep[],
): readonly Place[] {
  let places: readonly Place[] = [{ path: [], value, told }];
  for (const step of path) places = places.flatMap((place) => below(place, step));
  return places;
}

function below({ path, value, told }: Place, { name, from, lists }: PartStep): readonly Place[] {
  const found: Place[] = [];
  const visit = (each: unknown, answered: unknown, depth: number, here: Place['path']): void => {
    if (depth > 0) {
      if (!Array.isArray(each) || !Array.isArray(answered)) return;
      for (const [index, item] of each.entries()) visit(item, answered[index], depth - 1, [...here, index]);
    } else if (isObject(each) && isObject(answered)) {
      found.push({ path: here, value: each, told: answered });
    }
  };
  visit(value[from], told[name], lists, [...path, name]);
  return found;
}

/** As clients do with what they are told later: objects within objects, lists item by item. */
export function mergeAnswer(told: Record<string, unknown>, later: unknown): void {
  if (!isObject(later)) return;
  for (const [name, value] of Object.entries(later)) {
    // A scalar of a subgraph's own can have a member `__proto__`, behind which stands every object there is.
    const present = Object.hasOwn(told, name) ? told[name] : undefined;
    if (isObject(present) && isObject(value)) mergeAnswer(present, value);
    else if (Array.isArray(present) && Array.isArray(value)) {
      for (const [index, item] of value.entries())
        if (isObject(present[index])) mergeAnswer(present[index], item);
    } else told[name] = value;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
