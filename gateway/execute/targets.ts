/** The objects of the merged answer to which a fetch adds fields, found by the path of its site. */
import type { MergedObject } from '../program.ts';
import { isMerged } from './merged.ts';

export function targetsAt(root: MergedObject, path: readonly string[]): readonly MergedObject[] {
  const found: MergedObject[] = [];
  collect(root, path, { at: 0, found });
  return found;
}

interface Collecting {
  readonly at: number;
  readonly found: MergedObject[];
}

function collect(value: unknown, path: readonly string[], { at, found }: Collecting): void {
  const step = path[at];
  if (step === undefined) {
    if (isMerged(value)) found.push(value);
  } else if (step === '@') {
    if (Array.isArray(value)) for (const item of value) collect(item, path, { at: at + 1, found });
  } else if (isMerged(value)) {
    collect(value[step], path, { at: at + 1, found });
  }
}

/** Of each of {@link targetsAt}, in the same order: the objects from the root to it, both included. */
export function lineagesAt(
  root: MergedObject,
  path: readonly string[],
): readonly (readonly MergedObject[])[] {
  const found: (readonly MergedObject[])[] = [];
  const descend = (value: unknown, at: number, above: readonly MergedObject[]): void => {
    const step = path[at];
    if (step === '@') {
      if (Array.isArray(value)) for (const item of value) descend(item, at + 1, above);
    } else if (isMerged(value)) {
      const here = [...above, value];
      if (step === undefined) found.push(here);
      else descend(value[step], at + 1, here);
    }
  };
  descend(root, 0, []);
  return found;
}

export type ResponsePath = readonly (string | number)[];

/** Where each of {@link targetsAt} stands, in the same order: only errors need it. */
export function pathsOfTargets(root: MergedObject, path: readonly string[]): readonly ResponsePath[] {
  const found: ResponsePath[] = [];
  locate(root, path, { here: [], found });
  return found;
}

interface Locating {
  readonly here: ResponsePath;
  readonly found: ResponsePath[];
}

function locate(value: unknown, [step, ...rest]: readonly string[], { here, found }: Locating): void {
  if (step === undefined) {
    if (isMerged(value)) found.push(here);
  } else if (step === '@') {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) locate(item, rest, { here: [...here, index], found });
  } else if (isMerged(value)) {
    locate(value[step], rest, { here: [...here, step], found });
  }
}
