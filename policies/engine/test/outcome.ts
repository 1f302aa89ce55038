/** What comes out of a case, and which rules made it so. */

import type { Caller, Part, UseDecision } from '../reference/decider.ts';
import { rowsText } from '../reference/outcome-text.ts';
import type { Rule } from '../rule.ts';
import { printMask } from '../views/masks.ts';
import type { Expected, TestCase } from './cases.ts';

export interface Outcome extends Expected {
  /** Without any of them, it might have come out otherwise. */
  readonly deciding: readonly Rule[];
  /** In words, for what no rule forbids and is denied all the same. */
  readonly reasons: readonly string[];
}

/** @throws DisagreementError */
export function outcomeOf({ action, on }: Pick<TestCase, 'action' | 'on'>, caller: Caller): Outcome {
  if (action === 'satisfy') {
    const { allowed, permits, forbids } = caller.condition(on);
    const deciding = allowed ? permits : forbids;
    const reasons = allowed || forbids.length > 0 ? [] : ['no rule permits it'];
    return { ...unlimited, allowed, deciding, reasons };
  }
  const decision = caller.decide(on, action);
  return decision.allowed ? allowedOf(decision) : deniedOf(decision, caller);
}

const unlimited = { mask: undefined, minGroup: undefined, rowFilter: undefined };

function allowedOf(decision: UseDecision): Outcome {
  const { mask, minGroup, rows, parts, conditions } = decision;
  const deciding = new Set([
    ...parts.flatMap((part) => [
      ...part.evaluation.permits,
      ...part.evaluation.obligations.filter(isApplied(part)),
    ]),
    ...conditions.flatMap(({ evaluation }) => (evaluation.allowed ? evaluation.permits : [])),
  ]);
  const rowFilter = rows.length === 0 ? undefined : rowsText(rows);
  return { allowed: true, mask, minGroup, rowFilter, deciding: [...deciding], reasons: [] };
}

/** An obligation that a stricter one absorbs decides nothing. */
export function isApplied({ mask, minGroup }: Pick<Part, 'mask' | 'minGroup'>): (rule: Rule) => boolean {
  return ({ obligation }) => {
    if (obligation?.kind === 'mask')
      return mask !== undefined && printMask(mask) === printMask(obligation.mask);
    if (obligation?.kind === 'minGroup') return minGroup === obligation.subjects;
    return obligation !== undefined;
  };
}

function deniedOf(decision: UseDecision, caller: Caller): Outcome {
  const { parts, unmet, conditions, hidden, coordinate, action } = decision;
  const deciding = new Set<Rule>();
  const reasons = [...unmet.map((each) => `the schema asks for ${each}`), ...limitsOf(decision)];
  if (hidden) reasons.push('nothing of the type around it, or of the one that it returns, may be seen');
  for (const { evaluation } of conditions) for (const rule of evaluation.forbids) deciding.add(rule);
  for (const part of parts.filter(({ allowed }) => !allowed)) {
    for (const rule of rulesAgainst(part, caller)) deciding.add(rule);
    const isItself = part.field.coordinate === coordinate && part.action === action;
    const about = isItself ? '' : `it stands for ${part.action} ${part.field.coordinate}: `;
    reasons.push(...part.refusals.map((refusal) => `${about}${describe(refusal, part)}`));
  }
  return { ...unlimited, allowed: false, deciding: [...deciding], reasons };
}

/** What the caller's products keep it from, that needs nothing of its own. */
export function limitsOf({ coordinate, ofOthers }: UseDecision): readonly string[] {
  return ofOthers.map((field) =>
    field.coordinate === coordinate ? otherProduct : `it leads through ${field.coordinate}: ${otherProduct}`,
  );
}

const otherProduct = 'the caller is limited to other products';

/** Forbids, and obligations that amount to one. */
export function rulesAgainst({ field, evaluation, refusals }: Part, { reference }: Caller): readonly Rule[] {
  const all = { evaluation, read: reference.evaluation(field, 'read') };
  const against = refusals.flatMap((refusal) => culprits[refusal](all));
  return [...new Set([...evaluation.forbids, ...against])];
}

type Evaluations = Readonly<Record<'evaluation' | 'read', Part['evaluation']>>;

const culprits: Readonly<Record<Part['refusals'][number], (of: Evaluations) => readonly Rule[]>> = {
  'other product': () => [],
  forbidden: () => [],
  'not permitted': () => [],
  masked: ({ evaluation, read }) => [...obliging('mask', evaluation), ...obliging('mask', read)],
  'not readable': ({ read }) => read.forbids,
  'no minimum group': ({ read }) => [...read.forbids, ...obliging('mask', read)],
  'minimum group': ({ evaluation }) => obliging('minGroup', evaluation),
  'groups not enforced': ({ evaluation }) => obliging('minGroup', evaluation),
  'rows not enforced': ({ evaluation }) => obliging('rowFilter', evaluation),
};

function obliging(kind: string, { obligations }: Part['evaluation']): readonly Rule[] {
  return obligations.filter(({ obligation }) => obligation?.kind === kind);
}

export function describe(refusal: Part['refusals'][number], { field, evaluation }: Part): string {
  switch (refusal) {
    case 'other product':
      return otherProduct;
    case 'forbidden':
      return 'a rule forbids it';
    case 'not permitted':
      return evaluation.silent.length === 0 || evaluation.permits.length === 0
        ? 'no rule permits it'
        : `no rule of ${evaluation.silent.join(' and ')} permits it, and every owner has to`;
    case 'masked':
      return 'it may be read behind a mask only, and this would tell what is behind it';
    case 'not readable':
      return 'it may not be read, and this would tell its values';
    case 'no minimum group':
      return 'it may not be read in the clear, and no minimum size of groups makes totals of it safe';
    case 'minimum group':
      return 'it may be used in totals of groups only';
    case 'rows not enforced':
      return `a row filter holds, and ${field.owners.join(' or ')} is not said to carry such filters out`;
    case 'groups not enforced':
      return `groups have a minimum size, and ${field.owners.join(' or ')} is not said to keep to it`;
  }
}
