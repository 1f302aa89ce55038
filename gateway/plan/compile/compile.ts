/** Compiles a plan: from a tree of fetches to requests in their order, once for all who ask the same. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { InternalError } from '../../errors.ts';
import type { FetchProgram, Operation } from '../../program.ts';
import { hasDefer } from '../defer/fragments.ts';
import { partsOf } from '../defer/serving.ts';
import { fetchedCoordinates } from '../fetched-coordinates.ts';
import { fetchesOf, type PlannedFetch } from './fetches.ts';
import { schedule } from './schedule.ts';
import { compileSteps } from './steps.ts';

export function compileFetches(
  { node }: QueryPlan,
  operation: Operation,
  supergraph: Supergraph,
): FetchProgram {
  // The planner returns an empty plan where it finds no way, and the field would silently be null.
  if (node === undefined)
    throw new InternalError('the planner found no way to answer an operation that has fields');
  const fetches = inParts(fetchesOf(node), operation);
  return Object.freeze({
    steps: compileSteps(fetches, schedule(fetches), { operation, supergraph }),
    coordinates: fetchedCoordinates(
      fetches.map((fetch) => fetch.node),
      supergraph,
    ),
  });
}

function inParts(fetches: readonly PlannedFetch[], { definition }: Operation): readonly PlannedFetch[] {
  if (!hasDefer(definition)) return fetches;
  const parts = partsOf(fetches, definition.selectionSet);
  return fetches.map((fetch, index) => ({ ...fetch, parts: parts[index] ?? fetch.parts }));
}
