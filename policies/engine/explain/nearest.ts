/** Permits that are about a field and do not apply to a caller: which of their conditions are not met. */
import type { Bundle } from '../bundle.ts';
import { fieldTarget } from '../model/targets.ts';
import { clauseText, textOf } from '../read/rule-text.ts';
import type { Caller, Part } from '../reference/decider.ts';
import { evaluate } from '../reference/evaluation.ts';
import type { Rule } from '../rule.ts';
import { type ToldRule, tell } from './told-rule.ts';

export interface Nearest extends ToldRule {
  /** As they are written. */
  readonly missing: readonly string[];
}

/** Those with the least that is missing first. */
export function nearestOf(
  { rules, ...bundle }: Bundle,
  { subject, circumstances }: Caller,
  part: Part,
): readonly Nearest[] {
  const { field, action, evaluation } = part;
  const target = fieldTarget(field);
  const holds = (rule: Rule, parts: Partial<Parameters<typeof textOf>[0]>) => {
    const text = textOf({ ...rule, principal: { kind: 'all' }, conditions: [], ...parts });
    const alone = { ...bundle, rules: [{ ...rule, text }] };
    const asking = { bundle: alone, subject, circumstances };
    return evaluate(asking, { target, action }).permits.length > 0;
  };
  const scopes = new Set(['global', ...evaluation.silent]);
  return rules
    .filter((rule) => rule.effect === 'permit' && scopes.has(rule.scope) && holds(rule, {}))
    .map((rule) => {
      const head = holds(rule, { principal: rule.principal }) ? [] : [headText(rule)];
      const clauses = rule.conditions.filter((each) => !holds(rule, { conditions: [each] }));
      return { ...tell(rule), missing: [...head, ...clauses.map(clauseText)] };
    })
    .sort((a, b) => a.missing.length - b.missing.length);
}

function headText({ principal }: Rule): string {
  return principal.kind === 'all' ? 'principal' : `principal in ${principal.type}::"${principal.id}"`;
}
