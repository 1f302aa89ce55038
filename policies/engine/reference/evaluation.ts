/**
 * The correct answer, slowly: the rules as they are written, evaluated by Cedar as a whole for one field and one action.
 * Views are compared with it, and explanations are made of it.
 */

import type { Action } from '../action.ts';
import type { EntityJson } from '../cedar.ts';
import type { Decidable } from '../decidable.ts';
import { type Target, variantsOf } from '../model/targets.ts';
import type { Rule } from '../rule.ts';
import type { Circumstances, Subject } from '../subject.ts';
import { principalEntity, principalName } from '../vocabulary/attributes.ts';
import { authorize } from './authorize.ts';

export interface Asked {
  readonly target: Target;
  readonly action: Action | 'satisfy';
}

/** What the rules say, obligations not yet weighed. */
export interface Evaluation {
  /** A global permit, or one of every owner. */
  readonly permitted: boolean;
  /** That, and no forbid that is no obligation. */
  readonly allowed: boolean;
  readonly permits: readonly Rule[];
  /** Owners none of whose rules permits; empty where a global one does. */
  readonly silent: readonly string[];
  readonly forbids: readonly Rule[];
  readonly obligations: readonly Rule[];
  /** Rules that could not be evaluated: as a permit they do not count, as a forbid they do. */
  readonly failed: readonly Rule[];
}

export interface Asking {
  readonly bundle: Decidable;
  readonly subject: Subject;
  readonly circumstances: Circumstances;
}

export function evaluate(asking: Asking, asked: Asked): Evaluation {
  const rules = asking.bundle.rules.filter((rule) => concerns(rule, asked));
  const permits = applying(
    asking,
    asked,
    rules.filter(({ effect }) => effect === 'permit'),
  );
  const limits = applying(
    asking,
    asked,
    rules.filter(({ effect }) => effect === 'forbid'),
  );
  const granting = new Set(permits.every.map(({ scope }) => scope));
  const { owners } = asked.target;
  const silent = granting.has('global') ? [] : owners.filter((owner) => !granting.has(owner));
  const permitted = granting.has('global') || (owners.length > 0 && silent.length === 0);
  const forbids = limits.some.filter(({ obligation }) => obligation === undefined);
  return {
    permitted,
    allowed: permitted && forbids.length === 0,
    permits: permits.every,
    silent,
    forbids,
    obligations: limits.some.filter(({ obligation }) => obligation !== undefined),
    failed: [...permits.failed, ...limits.failed],
  };
}

/** Rules of other domains are none of its business; `satisfy` has to be named. */
function concerns({ scope, actions }: Rule, { target, action }: Asked): boolean {
  if (scope !== 'global' && !target.owners.includes(scope)) return false;
  return action !== 'satisfy' || actions?.has('satisfy') === true;
}

interface Applying {
  /** For whichever owner, without failing: what counts of permits. */
  readonly every: readonly Rule[];
  /** For some owner, or failing: what counts of forbids. */
  readonly some: readonly Rule[];
  readonly failed: readonly Rule[];
}

const none: Applying = { every: [], some: [], failed: [] };

function applying(asking: Asking, asked: Asked, rules: readonly Rule[]): Applying {
  if (rules.length === 0) return none;
  const answers = variantsOf(asked.target).map((resource) => ask(asking, { ...asked, resource }, rules));
  const failed = rules.filter(({ id }) => answers.some((each) => each.failed.has(id)));
  return {
    every: rules.filter(({ id }) => answers.every((each) => each.satisfied.has(id) && !each.failed.has(id))),
    some: rules.filter(({ id }) => answers.some((each) => each.satisfied.has(id) || each.failed.has(id))),
    failed,
  };
}

interface Answer {
  readonly satisfied: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

function ask(
  { bundle, subject, circumstances }: Asking,
  { action, resource, target }: Asked & { readonly resource: EntityJson },
  rules: readonly Rule[],
): Answer {
  const nothing = { satisfied: new Set<string>(), failed: new Set(rules.map(({ id }) => id)) };
  const { zone, hour, breakGlass } = circumstances;
  try {
    const answer = authorize({
      principal: { ...principalName },
      action: { type: 'Action', id: action },
      resource: { ...target.name },
      context: { zone: { __entity: { type: 'Zone', id: zone } }, hour, breakGlass },
      policies: { staticPolicies: Object.fromEntries(rules.map(({ id, text }) => [id, text])) },
      entities: [principalEntity(bundle.vocabulary.attributes, subject), resource],
    });
    if (answer.type === 'failure') return nothing;
    const { reason, errors } = answer.response.diagnostics;
    return { satisfied: new Set(reason), failed: new Set(errors.map(({ policyId }) => policyId)) };
  } catch {
    return nothing;
  }
}
