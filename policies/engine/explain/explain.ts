/** Why somebody may or may not use something: each rule's part in it, what is missing, and what would change it. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import type { FieldEntity } from '../model/model.ts';
import type { Part } from '../reference/decider.ts';
import type { Evaluation } from '../reference/evaluation.ts';
import { rowsText } from '../reference/outcome-text.ts';
import type { Rule } from '../rule.ts';
import { describe, isApplied, limitsOf, rulesAgainst } from '../test/outcome.ts';
import { printMask } from '../views/masks.ts';
import type { Asking } from './asking.ts';
import { type Alternatives, alternativesTo } from './changes.ts';
import { type Nearest, nearestOf } from './nearest.ts';
import { misfitText, shownOf } from './shown.ts';
import { type ToldRule, tell } from './told-rule.ts';

export interface Explanation extends Alternatives {
  readonly coordinate: Coordinate;
  readonly action: Action;
  readonly allowed: boolean;
  /** `allow, mask hash`, as a test file would say it; of a mask that does not fit, what it comes to. */
  readonly outcome: string;
  /** Of the field itself; undefined for what is no field, such as a type. */
  readonly about: About | undefined;
  /** The uses that it stands for; mostly one, of itself. */
  readonly uses: readonly ExplainedUse[];
  /** Conditions that a directive of the schema names. */
  readonly conditions: readonly ExplainedCondition[];
  /** What directives of the schema ask for, and the caller has not. */
  readonly unmet: readonly string[];
  /** What the caller's products keep it from, in words. */
  readonly limits: readonly string[];
  readonly hidden: boolean;
  /** Who answers for it: owners of rules that stand in the way, as they are annotated. */
  readonly ruleOwners: readonly string[];
}

export interface About
  extends Pick<FieldEntity, 'owners' | 'products' | 'tags' | 'classification' | 'level'> {}

export interface ExplainedUse {
  readonly coordinate: Coordinate;
  readonly action: Action;
  /** Masked is not enough. */
  readonly inClear: boolean;
  readonly allowed: boolean;
  /** In words. */
  readonly reasons: readonly string[];
  readonly grantedBy: readonly ToldRule[];
  readonly limitedBy: readonly Limit[];
  readonly deniedBy: readonly ToldRule[];
  /** Rules that could not be evaluated, which counts against the caller. */
  readonly failed: readonly ToldRule[];
  /** Of what nothing permits: permits that are about it, and what they ask for. */
  readonly nearest: readonly Nearest[];
}

export interface Limit extends ToldRule {
  readonly what: string;
  /** Or absorbed by a stricter one. */
  readonly applied: boolean;
  /** What a mask comes to that does not fit the field. */
  readonly misfit: string | undefined;
}

export interface ExplainedCondition {
  readonly name: string;
  readonly holds: boolean;
  readonly grantedBy: readonly ToldRule[];
  readonly deniedBy: readonly ToldRule[];
}

export interface Asked {
  readonly coordinate: Coordinate;
  readonly action: Action;
}

/** @throws DisagreementError */
export function explain(asking: Asking, asked: Asked): Explanation {
  const { bundle, caller, supergraph } = asking;
  const decision = caller.decide(asked.coordinate, asked.action);
  const { model } = bundle;
  const id = model.fieldIds.get(asked.coordinate);
  const inTheWay = decision.parts.flatMap((part) => [
    ...rulesAgainst(part, caller),
    ...part.evaluation.obligations,
  ]);
  const { allowed, outcome } = shownOf(decision, supergraph);
  return {
    ...asked,
    allowed,
    outcome,
    about: id === undefined ? undefined : aboutOf(model.fields[id]),
    uses: decision.parts.map((part) => explainUse(asking, part)),
    conditions: decision.conditions.map(({ name, evaluation }) => explainCondition(name, evaluation)),
    unmet: decision.unmet,
    limits: limitsOf(decision),
    hidden: decision.hidden,
    ...alternativesTo(asking, decision),
    ruleOwners: ownersOf(inTheWay),
  };
}

function aboutOf(field: FieldEntity | undefined): About | undefined {
  if (field === undefined) return undefined;
  const { owners, products, tags, classification, level } = field;
  return { owners, products, tags, classification, level };
}

function explainUse({ bundle, caller, supergraph }: Asking, part: Part): ExplainedUse {
  const { field, action, clear, allowed, refusals, evaluation } = part;
  const applied = isApplied(part);
  const limits = [...evaluation.obligations];
  const isUnpermitted = refusals.includes('not permitted');
  return {
    coordinate: field.coordinate,
    action,
    inClear: clear,
    allowed,
    reasons: refusals.map((refusal) => describe(refusal, part)),
    grantedBy: evaluation.permits.map(tell),
    limitedBy: limits.map((rule) => ({
      ...tell(rule),
      what: obligationText(rule, part),
      applied: applied(rule),
      misfit:
        rule.obligation?.kind === 'mask'
          ? misfitText(rule.obligation.mask, supergraph, field.coordinate)
          : undefined,
    })),
    deniedBy: rulesAgainst(part, caller)
      .filter((rule) => !limits.includes(rule))
      .map(tell),
    failed: evaluation.failed.map(tell),
    nearest: isUnpermitted ? nearestOf(bundle, caller, part) : [],
  };
}

function obligationText({ obligation }: Rule, { rows }: Part): string {
  switch (obligation?.kind) {
    case 'mask':
      return `mask ${printMask(obligation.mask)}`;
    case 'minGroup':
      return `minGroup ${obligation.subjects}`;
    case 'rowFilter': {
      const mine = new Set(obligation.all.map(({ field, op }) => `${field} ${op}`));
      return `rowFilter ${rowsText(rows.filter(({ field, op }) => mine.has(`${field} ${op}`)))}`;
    }
    case undefined:
      return '';
  }
}

function explainCondition(name: string, { allowed, permits, forbids }: Evaluation): ExplainedCondition {
  return { name, holds: allowed, grantedBy: permits.map(tell), deniedBy: forbids.map(tell) };
}

function ownersOf(rules: readonly Rule[]): readonly string[] {
  const owners = rules.flatMap(({ annotations }) => annotations.get('owner') ?? []);
  return [...new Set(owners)].sort();
}
