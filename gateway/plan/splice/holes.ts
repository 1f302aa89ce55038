/** The gaps between what an object's own reply says: what stands in them, and where they are. */
import type { HolePart } from '../../program.ts';
import type { Placed } from './arrange.ts';
import { isContribution, type Origin } from './origin.ts';
import type { Shares } from './shares.ts';

export interface Holes {
  readonly holes: readonly (readonly HolePart[])[];
  /** By the name of the member that comes after. */
  readonly before: ReadonlyMap<string, number>;
  /** The one after the last member. */
  readonly last: number | undefined;
}

export function holesOf(placed: readonly Placed[], own: Origin | undefined, shares: Shares): Holes {
  const holes: HolePart[][] = [];
  const before = new Map<string, number>();
  let open: HolePart[] | undefined;
  for (const [index, each] of placed.entries()) {
    if (each.origin !== undefined && each.origin === own) {
      if (open !== undefined) before.set(each.field.from, holes.length - 1);
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = [];
      holes.push(open);
    }
    const part = partOf(placed, index, shares);
    if (part !== undefined) open.push(part);
  }
  return { holes, before, last: open === undefined ? undefined : holes.length - 1 };
}

/** Undefined for what belongs to the run that the field before it has begun. */
function partOf(placed: readonly Placed[], index: number, shares: Shares): HolePart | undefined {
  const each = placed[index];
  if (each === undefined) return undefined;
  const { field, origin, constant } = each;
  if (origin === undefined || !isContribution(origin))
    return { kind: 'constant', text: field.key + constant };
  if (index > 0 && placed[index - 1]?.origin === origin) return undefined;
  const run = shares.get(origin)?.runs.get(field.from) ?? 0;
  return { kind: 'run', source: origin.source, run, absent: absentText(runAt(placed, index)) };
}

/** The fields that follow each other in the answer and come from one origin. */
function runAt(placed: readonly Placed[], start: number): readonly Placed[] {
  let end = start + 1;
  while (end < placed.length && placed[end]?.origin === placed[start]?.origin) end += 1;
  return placed.slice(start, end);
}

/** What a run is without its entity: nulls, where all of it may be null. */
function absentText(run: readonly Placed[]): string | undefined {
  const mayBeNull = run.every(
    ({ field: { value }, isShared }) => !isShared && 'nonNull' in value && !value.nonNull,
  );
  return mayBeNull ? run.map(({ field }) => `${field.key}null`).join() : undefined;
}
