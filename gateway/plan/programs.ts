/** The programs of a snapshot, kept for the next who asks the same. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { LRUCache } from 'lru-cache';
import type { Operation, Planner, Program, Programs } from '../program.ts';
import { fetchedCoordinates } from './fetched-coordinates.ts';

const nothing: QueryPlan = Object.freeze({ kind: 'QueryPlan' });

/** Characters of operations whose programs are kept for each snapshot. */
const cacheSize = 8 * 1024 * 1024;

export function createPrograms(planner: Planner, supergraph: Supergraph): Programs {
  const programs = new LRUCache<string, Program>({
    maxSize: cacheSize,
    // An operation that is left with nothing, or asks nothing but `__typename`, has an empty key.
    sizeCalculation: ({ operation }) => 1 + operation.key.length,
  });
  /** Of several who waited for one plan, the first makes the program. */
  const programOf = (operation: Operation, plan: QueryPlan): Program => {
    const known = programs.get(operation.key);
    if (known !== undefined) return known;
    const program = Object.freeze({ operation, plan, coordinates: fetchedCoordinates(plan, supergraph) });
    programs.set(operation.key, program);
    return program;
  };
  return {
    of(operation) {
      const known = programs.get(operation.key);
      if (known !== undefined) return known;
      const plan = isEmpty(operation) ? nothing : planner.plan(operation);
      return plan instanceof Promise
        ? plan.then((made) => programOf(operation, made))
        : programOf(operation, plan);
    },
  };
}

/** Nothing but introspection, or nothing that was allowed. */
function isEmpty({ definition }: Operation): boolean {
  return definition.selectionSet.selections.length === 0;
}
