/** All that stands in the way of something, each of which would have to change. */
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import type { UseDecision } from '../reference/decider.ts';
import { describe, limitsOf } from '../test/outcome.ts';
import { fitOf } from './shown.ts';

export interface Cause {
  /** The same for the same cause in another decision. */
  readonly key: string;
  readonly text: string;
}

export function causesOf(decision: UseDecision, supergraph: Supergraph): readonly Cause[] {
  const { coordinate, action, parts, unmet, hidden } = decision;
  const found = [
    ...unmet.map((each) => same(`the schema asks for ${each}`)),
    ...limitsOf(decision).map(same),
    ...(hidden ? [same('nothing of the type around it, or of the one that it returns, may be seen')] : []),
    ...parts.flatMap((part) => {
      const { field, evaluation, refusals } = part;
      const isItself = field.coordinate === coordinate && part.action === action;
      const about = isItself ? '' : `${part.action} ${field.coordinate}: `;
      return refusals.flatMap((refusal) =>
        refusal === 'forbidden'
          ? evaluation.forbids.map(({ id }) => same(`${about}${id} forbids it`))
          : [{ key: `${about}${refusal}`, text: `${about}${describe(refusal, part)}` }],
      );
    }),
    ...(decision.allowed && fitOf(decision, supergraph) === 'denied'
      ? [same('a mask holds, and an object has no masked form')]
      : []),
  ];
  return [...new Map(found.map((cause) => [cause.key, cause])).values()];
}

function same(text: string): Cause {
  return { key: text, text };
}
