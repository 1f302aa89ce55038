/** What one caller may do, in some circumstances, derived use by use from the reference evaluation. */
import { type Action, actions } from '../action.ts';
import type { FieldEntity } from '../model/model.ts';
import { fieldTarget } from '../model/targets.ts';
import type { MaskRule, Rule } from '../rule.ts';
import type { RowCondition } from '../view.ts';
import { bind } from '../views/bind.ts';
import { stricter } from '../views/masks.ts';
import { type Asking, type Evaluation, evaluate } from './evaluation.ts';

/** Why a use is refused although the rules on it alone allow it, or refuse it. */
export type Refusal =
  | 'other product'
  | 'forbidden'
  | 'not permitted'
  | 'masked'
  | 'not readable'
  | 'no minimum group'
  | 'minimum group'
  | 'rows not enforced'
  | 'groups not enforced';

export interface UseOfField {
  readonly allowed: boolean;
  readonly refusals: readonly Refusal[];
  readonly evaluation: Evaluation;
  /** For `read`, `subscribe` and `mutate`: how the value is shown. */
  readonly mask: MaskRule | undefined;
  /** For `aggregate`. */
  readonly minGroup: number | undefined;
  readonly rows: readonly RowCondition[];
}

export class Reference {
  readonly #asking: Asking;
  readonly #evaluations = new Map<string, Evaluation>();
  readonly #rows = new Map<string, readonly RowCondition[]>();

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  evaluation(field: FieldEntity, action: Action): Evaluation {
    const key = `${action} ${field.coordinate}`;
    const known =
      this.#evaluations.get(key) ?? evaluate(this.#asking, { target: fieldTarget(field), action });
    this.#evaluations.set(key, known);
    return known;
  }

  use(field: FieldEntity, action: Action, clear = false): UseOfField {
    const evaluation = this.evaluation(field, action);
    const rows = this.rowsOf(field.type);
    const refusals = [...this.#ownRefusals(field, action), ...this.#otherRefusals(field, action)];
    const mask = maskOf(evaluation);
    if (clear && mask !== undefined) refusals.push('masked');
    return {
      allowed: refusals.length === 0,
      refusals,
      evaluation,
      mask,
      minGroup: action === 'aggregate' ? minGroupOf(evaluation) : undefined,
      rows,
    };
  }

  /** The caller is limited to products, and it is of none of them. */
  isOfOthers({ owners }: FieldEntity): boolean {
    const { products } = this.#asking.subject;
    if (products === undefined) return false;
    const own = [...products].filter((product) => owners.includes(product));
    return own.length === 0;
  }

  /** A filter on any field, by any action, holds for the type as a whole. */
  rowsOf(type: string): readonly RowCondition[] {
    const known = this.#rows.get(type);
    if (known !== undefined) return known;
    const { bundle, subject } = this.#asking;
    const shape = bundle.model.types.get(type);
    const holds = shape !== undefined && !shape.carrier && shape.possible.includes(type);
    const fields = holds
      ? bundle.model.fields.filter((field) => field.kind === 'field' && field.type === type)
      : [];
    const rows = new Map<string, RowCondition>();
    for (const { obligation } of fields.flatMap((field) => this.#rowFiltersOn(field))) {
      if (obligation?.kind !== 'rowFilter') continue;
      const bound = bind(obligation, subject, bundle.vocabulary);
      if (bound.kind !== 'rowFilter') continue;
      for (const each of bound.all) rows.set(JSON.stringify([each.field, each.op, each.value]), each);
    }
    const sorted = [...rows.keys()].sort().flatMap((key) => rows.get(key) ?? []);
    this.#rows.set(type, sorted);
    return sorted;
  }

  /** Of these rules alone: very many fields are asked about, and most of them have none. */
  #rowFiltersOn(field: FieldEntity): readonly Rule[] {
    const rules = this.#asking.bundle.rules.filter(({ obligation }) => obligation?.kind === 'rowFilter');
    const mine = rules.filter(({ scope }) => scope === 'global' || field.owners.includes(scope));
    if (mine.length === 0) return [];
    const asking = { ...this.#asking, bundle: { ...this.#asking.bundle, rules: mine } };
    return actions.flatMap((action) => evaluate(asking, { target: fieldTarget(field), action }).obligations);
  }

  #ownRefusals(field: FieldEntity, action: Action): Refusal[] {
    const evaluation = this.evaluation(field, action);
    const refusals: Refusal[] = [];
    if (this.isOfOthers(field)) refusals.push('other product');
    if (evaluation.forbids.length > 0) refusals.push('forbidden');
    if (!evaluation.permitted) refusals.push('not permitted');
    if (action !== 'aggregate' && minGroupOf(evaluation) !== undefined) refusals.push('minimum group');
    if (this.rowsOf(field.type).length > 0 && !this.#enforces(field, 'rows') && field.kind === 'field')
      refusals.push('rows not enforced');
    return refusals;
  }

  #otherRefusals(field: FieldEntity, action: Action): readonly Refusal[] {
    if (action !== 'filter' && action !== 'aggregate') return [];
    const evaluation = this.evaluation(field, action);
    const isMasked = maskOf(evaluation) !== undefined || maskOf(this.evaluation(field, 'read')) !== undefined;
    const isReadable = this.#ownRefusals(field, 'read').length === 0;
    const subjects = action === 'aggregate' ? minGroupOf(evaluation) : undefined;
    if (subjects !== undefined && !this.#enforces(field, 'groups')) return ['groups not enforced'];
    if (subjects !== undefined && subjects >= 2) return [];
    if (isReadable && !isMasked) return [];
    return [action === 'aggregate' ? 'no minimum group' : isReadable ? 'masked' : 'not readable'];
  }

  #enforces({ owners }: FieldEntity, what: 'rows' | 'groups'): boolean {
    const { subgraphs } = this.#asking.bundle.model;
    return owners.length > 0 && owners.every((each) => subgraphs.get(each)?.enforces.includes(what) === true);
  }
}

function maskOf({ obligations }: Evaluation): MaskRule | undefined {
  let mask: MaskRule | undefined;
  for (const { obligation } of obligations)
    if (obligation?.kind === 'mask') mask = stricter(mask, obligation.mask);
  return mask;
}

function minGroupOf({ obligations }: Evaluation): number | undefined {
  const sizes = obligations.flatMap(({ obligation }) =>
    obligation?.kind === 'minGroup' ? [obligation.subjects] : [],
  );
  return sizes.length === 0 ? undefined : Math.max(...sizes);
}
