/** The programs of a snapshot, kept for the next who asks the same. */
import type { QueryPlan } from '@apollo/query-planner';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { LRUCache } from 'lru-cache';
import type { FetchProgram, FetchPrograms, Operation, Planner } from '../program.ts';
import { compileFetches } from './compile/compile.ts';
import { withoutDefer } from './defer/fragments.ts';
import { drawLabels, labelsFor, possibleDraws, readOverrideLabels } from './override-labels.ts';
import { weightOf } from './weight.ts';

const nothing: FetchProgram = Object.freeze({ steps: [], coordinates: new Set<string>() });

/** For each snapshot, in bytes. */
const defaultRoom = 64 * 1024 * 1024;

export interface ProgramsOptions {
  /** For how many of a hundred requests a label of `@override` is on, where the label does not say it itself. */
  readonly labels?: Readonly<Record<string, number>>;
  /** What programs that are kept may take of the memory, in bytes. */
  readonly room?: number;
}

export function createPrograms(
  planner: Planner,
  supergraph: Supergraph,
  { labels: percents = {}, room = defaultRoom }: ProgramsOptions = {},
): FetchPrograms {
  const overrides = readOverrideLabels(supergraph, percents);
  const programs = new LRUCache<string, FetchProgram>({
    maxSize: room,
    sizeCalculation: weightOf,
  });
  /** Of several who waited for one plan, the first makes the program. */
  const programOf = (operation: Operation, plan: QueryPlan, key: string): FetchProgram => {
    const known = programs.get(key);
    if (known !== undefined) return known;
    const program = compileFetches(plan, operation, supergraph);
    programs.set(key, program);
    return program;
  };
  return {
    drawLabels: () => drawLabels(overrides, Math.random),
    possibleDraws: () => possibleDraws(overrides),
    labelsFor: (operation) => labelsFor(operation, overrides, supergraph),
    of(operation, labels, asker) {
      // Nothing but introspection, or nothing that is allowed.
      if (operation.definition.selectionSet.selections.length === 0) return nothing;
      const key = labels.length === 0 ? operation.key : `${JSON.stringify(labels)}${operation.key}`;
      const known = programs.get(key);
      if (known !== undefined) return known;
      const plan = planner.plan(withoutDefer(operation), labels, asker);
      return plan instanceof Promise
        ? plan.then((made) => programOf(operation, made, key))
        : programOf(operation, plan, key);
    },
  };
}
