/** Where in the client's answer the errors of a reply belong (GraphQL §7.1.2): with response names and list indexes. */
import type { ResponseError } from '../errors.ts';
import type { Batch, MergedObject } from '../program.ts';
import type { Representations } from './representations.ts';
import { type Locate, mostErrors, type SubgraphErrorCode, subgraphError } from './subgraph-errors.ts';
import { pathsOfTargets, type ResponsePath } from './targets.ts';

/** From a place in a reply to the places in the answer; none if the reply names what was not asked for. */
export function locator(
  data: MergedObject,
  batches: readonly Batch[],
  asked: readonly Representations[],
): Locate {
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
      return entityPaths(data, representations, place).map((target) => [...target, ...rest]);
    }
    return [];
  };
}

/** `place`: undefined for all entities of the batch. */
function entityPaths(
  data: MergedObject,
  { sites }: Representations,
  place: string | number | undefined,
): readonly ResponsePath[] {
  return sites.flatMap(({ site, places }) =>
    pathsOfTargets(data, site.path).filter(
      (_, index) => places[index] !== undefined && (place === undefined || places[index] === place),
    ),
  );
}

export interface FailedFetch {
  readonly data: MergedObject;
  readonly service: string;
  readonly batch: Batch;
  readonly asked: Representations;
}

/** One error for each field that is null because of the failure. */
export function failureErrors(
  { data, service, batch, asked }: FailedFetch,
  code: SubgraphErrorCode,
): readonly ResponseError[] {
  const errors: ResponseError[] = [];
  for (const { site, targets, places } of asked.sites) {
    const paths = pathsOfTargets(data, site.path);
    for (const [index, target] of targets.entries()) {
      if (batch.alias !== undefined && places[index] === undefined) continue;
      for (const { name, on } of batch.names) {
        if (errors.length === mostErrors) return errors;
        if (on !== undefined && on !== target['__typename']) continue;
        errors.push(subgraphError(service, code, [...(paths[index] ?? []), name]));
      }
    }
  }
  return errors;
}
