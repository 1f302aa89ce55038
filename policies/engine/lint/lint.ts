/** What rules may not say although it is good Cedar, each a small function. */
import type { PolicyProblem } from '../problem.ts';
import { boundActions } from './bound-actions.ts';
import type { Lint, LintedBundle } from './linted.ts';
import { maskConflicts, masksFit, masksShowSomething } from './masks.ts';
import { rowFiltersFit } from './row-filters.ts';
import { namesExist, permitsSomething, satisfiable, tagsOfOthers, uniqueIds, withinDomain } from './scope.ts';

const lints: readonly Lint[] = [
  uniqueIds,
  withinDomain,
  namesExist,
  tagsOfOthers,
  boundActions,
  masksFit,
  masksShowSomething,
  maskConflicts,
  rowFiltersFit,
];

/** They miss a rule, which may be there and have a fault. */
const lintsOfAll: readonly Lint[] = [permitsSomething, satisfiable];

export function lint(bundle: LintedBundle, isComplete: boolean): readonly PolicyProblem[] {
  return [...lints, ...(isComplete ? lintsOfAll : [])].flatMap((each) => [...each(bundle)]);
}
