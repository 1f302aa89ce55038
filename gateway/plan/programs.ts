/** The programs of a snapshot, kept for the next who asks the same. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { LRUCache } from 'lru-cache';
import type { FetchProgram, FetchPrograms, Operation, Planner } from '../program.ts';
import { compileFetches } from './compile/compile.ts';
import { withoutDefer } from './defer/fragments.ts';

const nothing: FetchProgram = Object.freeze({ steps: [], coordinates: new Set<string>() });

/** Characters of operations whose programs are kept for each snapshot. */
const cacheSize = 8 * 1024 * 1024;

export function createPrograms(planner: Planner, supergraph: Supergraph): FetchPrograms {
  const programs = new LRUCache<string, FetchProgram>({
    maxSize: cacheSize,
    sizeCalculation: (_, { length }) => length,
  });
  /** Of several who waited for one plan, the first makes the program. */
  const programOf = (operation: Operation, plan: QueryPlan): FetchProgram => {
    const known = programs.get(operation.key);
    if (known !== undefined) return known;
    const program = compileFetches(plan, operation, supergraph);
    programs.set(operation.key, program);
    return program;
  };
  return {
    of(operation) {
      // Nothing but introspection, or nothing that is allowed.
      if (operation.definition.selectionSet.selections.length === 0) return nothing;
      const known = programs.get(operation.key);
      if (known !== undefined) return known;
      const plan = planner.plan(withoutDefer(operation));
      return plan instanceof Promise
        ? plan.then((made) => programOf(operation, made))
        : programOf(operation, plan);
    },
  };
}
