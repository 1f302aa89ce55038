import type { PolicyProblem } from '../problem.ts';
import { lineOf, type Place } from '../read/places.ts';
import type { Rule } from '../rule.ts';

/** What is wrong with a part of a rule. */
export function problemOf(
  rule: Rule,
  place: Place,
  { message, advice, severity = 'error' }: Said,
): PolicyProblem {
  const { id, file } = rule;
  return { file, line: lineOf(rule, place), rule: id, message, advice, severity };
}

interface Said extends Pick<PolicyProblem, 'message' | 'advice'> {
  readonly severity?: PolicyProblem['severity'];
}
