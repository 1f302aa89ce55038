/** Which mask holds where several meet: the strictest. */
import type { MaskKind, MaskRule } from '../rule.ts';

const ranks: Readonly<Record<MaskKind, number>> = {
  null: 60,
  redact: 50,
  hash: 40,
  last: 30,
  first: 30,
  date: 20,
  round: 20,
};

/** As in `@mask`. */
export function printMask({ kind, parameter }: MaskRule): string {
  return parameter === undefined ? kind : `${kind}:${parameter}`;
}

/** Two that are not alike, and of which neither is stricter. */
export function areRivals(one: MaskRule, other: MaskRule): boolean {
  return ranks[one.kind] === ranks[other.kind] && printMask(one) !== printMask(other);
}

const nothing: MaskRule = Object.freeze({ kind: 'null', parameter: undefined });

/** Rivals are refused when rules are read; should two meet all the same, nothing is shown. */
export function stricter(one: MaskRule | undefined, other: MaskRule): MaskRule {
  if (one === undefined) return other;
  if (areRivals(one, other)) return nothing;
  return ranks[one.kind] >= ranks[other.kind] ? one : other;
}
