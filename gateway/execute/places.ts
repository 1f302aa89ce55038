/** Where in the client's answer the errors of a reply belong (GraphQL §7.1.2): with response names and list indexes. */
import type { Batch, MergedObject } from '../program.ts';
import { isMerged } from './merged.ts';
import type { Representations } from './representations.ts';
import { type Locate, mostErrors } from './subgraph-errors.ts';
import { pathsOfTargets, type ResponsePath } from './targets.ts';

/** From a place in a reply to the places in the answer; none if the reply names what was not asked for. */
export function locator(
  data: MergedObject,
  batches: readonly Batch[],
  asked: readonly Representations[],
): Locate {
  const located = new Map<Representations, EntityPaths>();
  return (path) => {
    const [first, place, ...rest] = path;
    for (const [index, batch] of batches.entries()) {
      const representations = asked[index];
      if (representations === undefined) continue;
      if (batch.alias === undefined) {
        if (typeof first !== 'string' || !batch.selection.fields.has(first)) return [];
        return batch.sites.flatMap((site) =>
          pathsOfTargets(data, site.path).map((target) => [...target, ...path]),
        );
      }
      if (batch.alias !== first) continue;
      const paths = located.get(representations) ?? entityPaths(data, representations);
      located.set(representations, paths);
      return pathsAt(paths, place).map((target) => [...target, ...rest]);
    }
    return [];
  };
}

interface EntityPaths {
  readonly all: readonly ResponsePath[];
  readonly byPlace: ReadonlyMap<number, readonly ResponsePath[]>;
}

/**
 * Found once for all errors of a reply: entities are as many as a subgraph likes, and so are its errors. Of each place no
 * more than can be told.
 */
function entityPaths(data: MergedObject, { sites }: Representations): EntityPaths {
  const all: ResponsePath[] = [];
  const byPlace = new Map<number, ResponsePath[]>();
  for (const { site, places } of sites) {
    for (const [index, path] of pathsOfTargets(data, site.path).entries()) {
      const place = places[index];
      if (place === undefined) continue;
      if (all.length < mostErrors) all.push(path);
      const here = byPlace.get(place);
      if (here === undefined) byPlace.set(place, [path]);
      else if (here.length < mostErrors) here.push(path);
    }
  }
  return { all, byPlace };
}

/** `place`: undefined for all entities of the batch. */
function pathsAt({ all, byPlace }: EntityPaths, place: string | number | undefined): readonly ResponsePath[] {
  if (place === undefined) return all;
  return (typeof place === 'number' && byPlace.get(place)) || [];
}

/** As far as the answer goes: an index past the end of its list would tell of items that were left out (G07). */
export function withinAnswer(data: MergedObject, path: ResponsePath): ResponsePath {
  let value: unknown = data;
  for (const [at, step] of path.entries()) {
    if (Array.isArray(value) && (typeof step !== 'number' || step >= value.length)) return path.slice(0, at);
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isMerged(value)) value = value[step];
    else return path;
  }
  return path;
}
