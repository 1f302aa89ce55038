/** What test files leave untouched: rules that no case depends on, and protected fields that nobody asked about. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Bundle } from '../bundle.ts';
import type { Rule } from '../rule.ts';
import { holdsData } from './read-invariant.ts';

export interface RuleRef {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

export interface Coverage {
  readonly rules: {
    readonly all: number;
    /** That decide no case. */
    readonly idle: readonly RuleRef[];
    /** Of a hundred, rounded down. */
    readonly percent: number;
  };
  /** Those that are classified above the second level: `internal` in most vocabularies. */
  readonly fields: { readonly all: number; readonly untouched: readonly Coordinate[] };
}

export function refOf({ id, file, line }: Rule): RuleRef {
  return { id, file, line };
}

export class Covered {
  readonly #bundle: Bundle;
  readonly #rules = new Set<string>();
  readonly #fields = new Set<Coordinate>();

  constructor(bundle: Bundle) {
    this.#bundle = bundle;
  }

  add(rules: Iterable<Rule>, fields: Iterable<Coordinate>): void {
    for (const { id } of rules) this.#rules.add(id);
    for (const each of fields) this.#fields.add(each);
  }

  result(): Coverage {
    const { rules, model } = this.#bundle;
    const idle = rules.filter(({ id }) => !this.#rules.has(id)).map(refOf);
    const fields = model.fields.filter((field) => field.level > 1 && holdsData(field, this.#bundle));
    const percent =
      rules.length === 0 ? 100 : Math.floor((100 * (rules.length - idle.length)) / rules.length);
    return {
      rules: { all: rules.length, idle, percent },
      fields: {
        all: fields.length,
        untouched: fields.map(({ coordinate }) => coordinate).filter((each) => !this.#fields.has(each)),
      },
    };
  }
}
