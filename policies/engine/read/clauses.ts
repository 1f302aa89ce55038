/** Clauses of rules as Cedar parses them, and what they look at of a resource. */

import { type Clause, type Expr, policyToJson } from '../cedar.ts';
import type { Condition } from '../rule.ts';
import type { EntityName } from './entity-name.ts';
import { type Expression, everyPart, expressionOf } from './expression.ts';
import { isRecord } from './is-record.ts';

/** @throws Error if it is no expression of Cedar's */
export function parseClause({ kind, text }: Condition): Clause {
  const parsed = policyToJson(`permit(principal, action, resource) ${kind} {\n${text}\n};`);
  if (parsed.type === 'failure') throw new Error(`not a condition: ${text}`);
  const [clause, ...others] = parsed.json.conditions;
  if (clause === undefined || others.length > 0) throw new Error(`not one condition: ${text}`);
  return clause;
}

/** What of a resource some clauses can tell apart. */
export interface ResourceAtoms {
  readonly owner: boolean;
  readonly level: boolean;
  readonly memberOf: readonly EntityName[];
}

/** @throws Error if they look at it in any other way: the rules of writing allow none */
export function resourceAtoms(clauses: readonly Clause[]): ResourceAtoms {
  const looks = clauses.flatMap(({ body }) => looksAtResource(expressionOf(body)));
  const attributes = new Set(looks.map(({ attribute }) => attribute));
  return {
    owner: attributes.has('owner'),
    level: attributes.has('level'),
    memberOf: looks.flatMap(({ operator, operands: [, group] }) =>
      operator === 'in' && group !== undefined ? groupsIn(group) : [],
    ),
  };
}

/** The smallest expressions that say how the resource is looked at. */
function looksAtResource(expression: Expression): readonly Expression[] {
  const { operator, operands, variable, attribute } = expression;
  const [left, right] = operands;
  if (left?.variable === 'resource') {
    const ofField = operator === '.' && (attribute === 'owner' || attribute === 'level');
    const ofGroups = operator === 'in' && right !== undefined && isGroups(right);
    if (ofField || ofGroups) return [expression];
  }
  if (variable !== 'resource') return operands.flatMap(looksAtResource);
  throw new Error(
    'a condition can look at `resource.owner`, `resource.level` and `resource in …`, at nothing else',
  );
}

/** One entity, or a list of them: what a variable can be a member of in rules. */
export function isGroups(expression: Expression): boolean {
  const members = expression.operator === 'Set' ? expression.operands : [expression];
  return members.every(({ entity }) => entity !== undefined);
}

function groupsIn(groups: Expression): readonly EntityName[] {
  return [...everyPart(groups)].flatMap(({ entity }) => entity ?? []);
}

/** The same about `resource` in particular: Cedar can then judge many resources in one call. */
export function about(clause: Clause, { type, id }: EntityName): Clause {
  const body: Expr = JSON.parse(JSON.stringify(clause.body), (_, value: unknown) =>
    isResource(value) ? { Value: { __entity: { type, id } } } : value,
  );
  return { kind: clause.kind, body };
}

function isResource(value: unknown): boolean {
  return isRecord(value) && value['Var'] === 'resource' && Object.keys(value).length === 1;
}
