/** A rule, as far as it is told to people. */
import type { Rule } from '../rule.ts';

export interface ToldRule {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** Its `@doc`. */
  readonly doc: string | undefined;
}

export function tell({ id, file, line, annotations }: Rule): ToldRule {
  return { id, file, line, doc: annotations.get('doc') };
}
