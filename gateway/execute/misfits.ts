/** The errors of what a subgraph gave and is not what it was asked for: a null that stands for it is not the truth. */
import { type ResponseError, unusableValue } from '../errors.ts';
import type { MergedObject, Site } from '../program.ts';
import { mostErrors } from './subgraph-errors.ts';
import { pathsOfTargets, type ResponsePath } from './targets.ts';

export interface Misfit {
  readonly site: Site;
  /** Which of the targets of the site. */
  readonly index: number;
  /** From the target. */
  readonly paths: readonly ResponsePath[];
}

interface Reply {
  readonly data: MergedObject;
  readonly service: string;
  /** The errors that the subgraph has told itself. */
  readonly told: readonly ResponseError[];
}

/** One for each that the subgraph does not explain itself. */
export function misfitErrors(
  misfits: readonly Misfit[],
  { data, service, told }: Reply,
): readonly ResponseError[] {
  const targets = new Map<Site, readonly ResponsePath[]>();
  const errors: ResponseError[] = [];
  for (const { site, index, paths } of misfits) {
    const here = targets.get(site) ?? pathsOfTargets(data, site.path);
    targets.set(site, here);
    for (const path of paths) {
      if (told.length + errors.length >= mostErrors) return errors;
      const place = [...(here[index] ?? []), ...path];
      if (!told.some((error) => explains(error, place))) errors.push(unusableValue(place, service));
    }
  }
  return errors;
}

/** By an error around it or within it, from where its null came; or by one that says not where it arose. */
function explains({ path = [] }: ResponseError, place: ResponsePath): boolean {
  return path.every((step, at) => at >= place.length || step === place[at]);
}
