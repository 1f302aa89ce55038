/** Conditions that Cedar evaluates together, in one call. Nothing else here interprets an expression. */
import {
  type Clause,
  type Context,
  type EntityJson,
  type PolicyJson,
  preparsePolicySet,
  statefulIsAuthorized,
} from '../cedar.ts';
import { principalName } from '../vocabulary/attributes.ts';

/** Some clauses; they hold together. */
export type Clauses = readonly Clause[];

export interface Outcome {
  /** All clauses are as they have to be. */
  readonly holds: ReadonlySet<number>;
  /** It cannot be said: neither counts for a permit, both count for a forbid. */
  readonly failed: ReadonlySet<number>;
}

export interface ConditionSet {
  evaluate(entities: readonly EntityJson[], context: Context): Outcome;
}

/** Cedar never forgets a set that it has parsed, but replaces one of the same name. */
const slots: (object | undefined)[] = Array.from({ length: 8 });
let next = 0;

export function createConditionSet(conditions: readonly Clauses[]): ConditionSet {
  const owner = {};
  const slot = next++ % slots.length;
  const id = `conditions-${slot}`;
  const nothing: Outcome = { holds: new Set(), failed: new Set() };
  const everything: Outcome = { holds: new Set(), failed: new Set(conditions.keys()) };
  const take = () => {
    if (slots[slot] === owner) return true;
    slots[slot] = undefined;
    const parsed = preparsePolicySet(id, { staticPolicies: Object.fromEntries(conditions.map(policyOf)) });
    if (parsed.type === 'failure') return false;
    slots[slot] = owner;
    return true;
  };
  return {
    evaluate(entities, context) {
      if (conditions.length === 0) return nothing;
      try {
        if (!take()) return everything;
        const answer = statefulIsAuthorized({
          principal: { ...principalName },
          action: { type: 'Action', id: 'evaluate' },
          resource: { type: 'Conditions', id: 'all' },
          context,
          preparsedPolicySetId: id,
          entities: [...entities],
        });
        if (answer.type === 'failure') return everything;
        const { reason, errors } = answer.response.diagnostics;
        return {
          holds: new Set(reason.map(Number)),
          failed: new Set(errors.map((each) => Number(each.policyId))),
        };
      } catch {
        // A malformed call throws; so does a fault inside. Either way nothing is known.
        slots[slot] = undefined;
        return everything;
      }
    },
  };
}

function policyOf(clauses: Clauses, index: number): readonly [string, PolicyJson] {
  const any = { op: 'All' } as const;
  return [
    String(index),
    { effect: 'permit', principal: any, action: any, resource: any, conditions: [...clauses] },
  ];
}
