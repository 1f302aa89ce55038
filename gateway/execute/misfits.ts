/** The errors of what is not there: a null that stands for it is not the truth. */
import type { ResponseError } from '../errors.ts';
import { type Batch, type MergedObject, Misfit, type Site } from '../program.ts';
import { createMerged } from './merged.ts';
import { mostErrors } from './subgraph-errors.ts';
import { pathsOfTargets, type ResponsePath } from './targets.ts';

/** What is not there of one of the targets of a site. */
export interface Missing {
  readonly site: Site;
  /** Which of the targets. */
  readonly index: number;
  readonly misfit: Misfit;
  /** From the target. */
  readonly paths: readonly ResponsePath[];
}

/** One for each that is not explained by what a subgraph has `told` itself. */
export function missingErrors(
  missing: readonly Missing[],
  data: MergedObject,
  told: readonly ResponseError[] = [],
): readonly ResponseError[] {
  const targets = new Map<Site, readonly ResponsePath[]>();
  const errors: ResponseError[] = [];
  for (const { site, index, misfit, paths } of missing) {
    const here = targets.get(site) ?? pathsOfTargets(data, site.path);
    targets.set(site, here);
    for (const path of paths) {
      if (told.length + errors.length >= mostErrors) return errors;
      const place = [...(here[index] ?? []), ...path];
      if (!told.some((error) => explains(error, place))) errors.push(misfit.errorAt(place));
    }
  }
  return errors;
}

/** By an error around it or within it, from where its null came; or by one that says not where it arose. */
function explains({ path = [] }: ResponseError, place: ResponsePath): boolean {
  return path.every((step, at) => at >= place.length || step === place[at]);
}

/** None of what a fetch adds to an object, where a null alone would be the truth. */
export function spoilt(target: MergedObject, { names }: Batch, misfit: Misfit): MergedObject {
  const fields = createMerged();
  for (const { name, on } of names)
    if (on === undefined || on === target['__typename']) fields[name] = misfit;
  return fields;
}

/** What a value is made of, and is not there; undefined if all of it is. */
export function misfitOf(value: unknown): Misfit | undefined {
  if (value instanceof Misfit) return value;
  if (!Array.isArray(value)) return undefined;
  for (const item of value) {
    const found = misfitOf(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
