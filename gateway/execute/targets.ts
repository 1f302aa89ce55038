/** The objects of the merged answer to which a fetch adds fields, found by the path of its site. */
import { ClientError } from '../errors.ts';
import type { MergedObject } from '../program.ts';
import { isMerged } from './merged.ts';

/** Items of lists on the way to them: few rows that name each other are many objects of an answer that goes to and fro. */
const mostItems = 100_000;

/** @throws ClientError if there are too many of them */
export function targetsAt(root: MergedObject, path: readonly string[]): readonly MergedObject[] {
  const found: MergedObject[] = [];
  let items = 0;
  const collect = (value: unknown, at: number): void => {
    const step = path[at];
    if (step === '@') {
      if (!Array.isArray(value)) return;
      items += value.length;
      if (items > mostItems) throw tooManyItems();
      for (const item of value) collect(item, at + 1);
    } else if (isMerged(value)) {
      if (step === undefined) found.push(value);
      else collect(value[step], at + 1);
    }
  };
  collect(root, 0);
  return found;
}

function tooManyItems(): ClientError {
  return new ClientError(
    'COST_LIMIT',
    `What is joined in one place of the answer stands in lists of more than ${mostItems} items. Ask for less: fewer rows, or less within each.`,
  );
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
