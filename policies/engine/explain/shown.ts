/** What a decision comes to for whoever asks: a mask that does not fit shows null, whatever it is called. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type MaskFit, maskFitOf, typeNameOf } from '../model/mask-fit.ts';
import type { UseDecision } from '../reference/decider.ts';
import { outcomeText } from '../reference/outcome-text.ts';
import type { MaskRule } from '../rule.ts';
import { printMask } from '../views/masks.ts';

export interface Shown {
  readonly allowed: boolean;
  readonly isMasked: boolean;
  /** In the words of a test file, but for a mask that does not fit. */
  readonly outcome: string;
}

export function shownOf(decision: UseDecision, supergraph: Supergraph): Shown {
  const fit = fitOf(decision, supergraph);
  const allowed = decision.allowed && fit !== 'denied';
  const mask = fit === 'null' ? 'null' : decision.mask;
  return { allowed, isMasked: mask !== undefined, outcome: outcomeText({ ...decision, allowed, mask }) };
}

/** Undefined where no mask holds. */
export function fitOf({ coordinate, mask, parts }: UseDecision, supergraph: Supergraph): MaskFit | undefined {
  const own = parts.find(({ field }) => field.coordinate === coordinate);
  return mask === undefined || own?.mask === undefined
    ? undefined
    : maskFitOf(own.mask, supergraph, coordinate);
}

/** What a mask does to a field that it does not fit; undefined where it does what it is called. */
export function misfitText(mask: MaskRule, supergraph: Supergraph, coordinate: string): string | undefined {
  const type = typeNameOf(supergraph, coordinate);
  switch (maskFitOf(mask, supergraph, coordinate)) {
    case 'null':
      return mask.kind === 'null' ? undefined : `shows null, since ${printMask(mask)} does not fit ${type}`;
    case 'dates':
      return `shows null of each ${type} that is no date`;
    case 'denied':
      return `denies it, since ${type} is an object, which has no masked form`;
    case 'fits':
    case undefined:
      return undefined;
  }
}
