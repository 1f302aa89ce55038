/**
 * What a caller may do, decided twice: by the rules as they are written, and by the view that a gateway would use. Made to
 * be told to people, not to be fast.
 */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import type { Decidable } from '../decidable.ts';
import type { FieldEntity, Need } from '../model/model.ts';
import { type Alternatives, areMet, type Requirement } from '../model/requirement.ts';
import { type Target, targetsOf } from '../model/targets.ts';
import type { MaskRule } from '../rule.ts';
import type { Circumstances, Subject } from '../subject.ts';
import type { AccessView, OperationKind, RowCondition } from '../view.ts';
import { hasBit } from '../views/bits.ts';
import { createViewBuilder, type ViewBuilder } from '../views/build-views.ts';
import { printMask } from '../views/masks.ts';
import { resolveView } from '../views/resolve-view.ts';
import { type Rights, rightsOf } from '../views/rights.ts';
import type { ViewData } from '../views/view-data.ts';
import { type Evaluation, evaluate } from './evaluation.ts';
import { rowsText } from './outcome-text.ts';
import { Reference, type UseOfField } from './reference.ts';

/** One of the uses that a use stands for. */
export interface Part extends UseOfField {
  readonly field: FieldEntity;
  readonly action: Action;
  readonly clear: boolean;
}

/** A named condition that a directive asks for, or somebody asks about. */
export interface ConditionPart {
  readonly name: string;
  readonly evaluation: Evaluation;
}

export interface UseDecision {
  readonly coordinate: Coordinate;
  readonly action: Action;
  readonly allowed: boolean;
  readonly parts: readonly Part[];
  /** What it is or leads through, of products that the caller is not limited to, and no part tells of. */
  readonly ofOthers: readonly FieldEntity[];
  /** What directives ask for and the caller has not, in their words. */
  readonly unmet: readonly string[];
  readonly conditions: readonly ConditionPart[];
  /** Nothing forbids it, and yet it is absent: nothing may be seen of the type around it, or of the one that it returns. */
  readonly hidden: boolean;
  readonly mask: string | undefined;
  readonly minGroup: number | undefined;
  readonly rows: readonly RowCondition[];
}

export interface Glance {
  readonly allowed: boolean;
  readonly mask: MaskRule | undefined;
  readonly minGroup: number | undefined;
}

const nothingThere: Glance = Object.freeze({ allowed: false, mask: undefined, minGroup: undefined });

/** The reference and a view do not agree: no rule is to blame, the engine is. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}

export class Decider {
  readonly bundle: Decidable;
  readonly #builder: ViewBuilder;
  readonly #views = new WeakMap<Subject, ViewData>();
  readonly #callers = new WeakMap<Subject, Map<string, Caller>>();

  constructor(bundle: Decidable) {
    this.bundle = bundle;
    this.#builder = createViewBuilder(bundle);
  }

  caller(subject: Subject, circumstances: Circumstances): Caller {
    const { zone, hour, breakGlass } = circumstances;
    const key = JSON.stringify([zone, hour, breakGlass]);
    const known = this.#callers.get(subject)?.get(key);
    if (known !== undefined) return known;
    const data = this.#views.get(subject) ?? this.#builder.build(subject);
    this.#views.set(subject, data);
    const guards = this.#builder.guards(circumstances);
    const caller = new Caller({ bundle: this.bundle, subject, circumstances }, data, guards);
    this.#callers.set(subject, (this.#callers.get(subject) ?? new Map<string, Caller>()).set(key, caller));
    return caller;
  }

  /** Which rules are in force, of those that depend on circumstances. */
  guards(circumstances: Circumstances): number {
    return this.#builder.guards(circumstances);
  }

  /** Circumstances with different rules: one of each kind. */
  kindsOf(all: Iterable<Circumstances>): readonly Circumstances[] {
    const kinds = new Map<number, Circumstances>();
    for (const each of all) {
      const guards = this.#builder.guards(each);
      if (!kinds.has(guards)) kinds.set(guards, each);
    }
    return [...kinds.values()];
  }
}

interface Asking {
  readonly bundle: Decidable;
  readonly subject: Subject;
  readonly circumstances: Circumstances;
}

/** Somebody, at some time and place. */
export class Caller {
  readonly subject: Subject;
  readonly circumstances: Circumstances;
  readonly view: AccessView;
  readonly reference: Reference;
  readonly #asking: Asking;
  readonly #rights: Rights;
  readonly #conditions = new Map<string, Evaluation>();
  readonly #unmet = new Map<Requirement, readonly string[]>();

  constructor(asking: Asking, data: ViewData, guards: number) {
    this.subject = asking.subject;
    this.circumstances = asking.circumstances;
    this.view = resolveView(asking.bundle, data, guards);
    this.reference = new Reference(asking);
    this.#asking = asking;
    this.#rights = rightsOf(asking.bundle, data, guards);
  }

  /** @throws DisagreementError */
  decide(coordinate: Coordinate, action: Action): UseDecision {
    const { model } = this.#asking.bundle;
    const element = model.elements.get(coordinate);
    if (element === undefined) throw new Error(`\`${coordinate}\` is no element of the supergraph`);
    const operation = this.#operationFor(coordinate, action);
    const needs = operation === undefined ? this.#itself(coordinate, action) : element.needs;
    const parts = needs.map((need) => this.#part(need, operation === 'subscription'));
    const ofOthers =
      operation === undefined
        ? []
        : this.#ofOthers([model.fieldIds.get(coordinate), ...element.through], parts);
    const unmet = this.#unmetOf(element.requirement);
    const isAllowed = unmet.length === 0 && ofOthers.length === 0 && parts.every((part) => part.allowed);
    const isThere = operation === undefined || this.view.allows(coordinate, operation);
    if (isThere && !isAllowed && operation !== undefined)
      throw disagreement(coordinate, action, 'the view allows what the rules deny');
    const allowed = isAllowed && isThere;
    const own = parts.find(({ field }) => field.coordinate === coordinate);
    const groups = parts.flatMap(({ minGroup, action: of }) =>
      of === 'aggregate' && minGroup !== undefined ? [minGroup] : [],
    );
    return {
      coordinate,
      action,
      allowed,
      parts,
      ofOthers,
      unmet,
      conditions: element.requirement.policies
        .flat(2)
        .map((name) => ({ name, evaluation: this.condition(name) })),
      hidden: isAllowed && !isThere,
      mask: own?.mask === undefined || !isShown(action) ? undefined : printMask(own.mask),
      minGroup: groups.length === 0 ? undefined : Math.max(...groups),
      rows: own === undefined ? [] : own.rows,
    };
  }

  /** By the view alone: for questions about very many fields. */
  glance(coordinate: Coordinate, action: Action): Glance {
    const { model } = this.#asking.bundle;
    const element = model.elements.get(coordinate);
    const id = model.fieldIds.get(coordinate);
    if (element === undefined || id === undefined) return nothingThere;
    const operation = this.#operationFor(coordinate, action);
    const allowed =
      operation === undefined
        ? hasBit(this.#rights.allowed[action], id) && this.#unmetOf(element.requirement).length === 0
        : this.view.allows(coordinate, operation);
    const mask = isShown(action) ? this.#rights.maskOf(id, action) : undefined;
    const minGroup = action === 'aggregate' ? this.#rights.groups.get(id) : undefined;
    return { allowed, mask, minGroup };
  }

  /** Of a type. */
  rowFilter(type: string): string | undefined {
    const rows = this.#rights.rows.get(type);
    return rows === undefined || rows.length === 0 ? undefined : rowsText(rows);
  }

  /** @throws DisagreementError */
  condition(name: string): Evaluation {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const target = conditionTarget(this.#asking.bundle, name);
    const evaluation = evaluate(this.#asking, { target, action: 'satisfy' });
    if (evaluation.allowed !== this.#rights.conditions.has(name))
      throw disagreement(name, 'satisfy', 'the view and the rules differ');
    this.#conditions.set(name, evaluation);
    return evaluation;
  }

  /** The kind of operation in which somebody does this with the element itself; undefined: it is used by something else. */
  #operationFor(coordinate: Coordinate, action: Action): OperationKind | undefined {
    if (action === 'subscribe') return 'subscription';
    const { elements, fieldIds } = this.#asking.bundle.model;
    const id = fieldIds.get(coordinate);
    const own = elements.get(coordinate)?.needs.find(({ field }) => field === id);
    if (action === 'mutate') return own?.action === 'mutate' ? 'mutation' : undefined;
    return action === 'read' ? 'query' : undefined;
  }

  #itself(coordinate: Coordinate, action: Action): readonly Need[] {
    const field = this.#asking.bundle.model.fieldIds.get(coordinate);
    return field === undefined ? [] : [{ field, action, clear: false, delivered: false }];
  }

  #ofOthers(ids: readonly (number | undefined)[], parts: readonly Part[]): readonly FieldEntity[] {
    const told = new Set(parts.map(({ field }) => field));
    return [...new Set(ids)].flatMap((id) => {
      const field = id === undefined ? undefined : this.#asking.bundle.model.fields[id];
      return field === undefined || told.has(field) || !this.reference.isOfOthers(field) ? [] : [field];
    });
  }

  #part(need: Need, isSubscription: boolean): Part {
    const field = this.#asking.bundle.model.fields[need.field];
    if (field === undefined) throw new Error('a need of no field');
    const action = need.delivered && isSubscription ? 'subscribe' : need.action;
    const use = this.reference.use(field, action, need.clear);
    this.#compare(need.field, { ...use, field, action, clear: need.clear });
    return { ...use, field, action, clear: need.clear };
  }

  #compare(id: number, { field, action, clear, ...use }: Part): void {
    const { allowed, clear: inClear, maskOf, groups, rows } = this.#rights;
    const differ = (what: string) => disagreement(field.coordinate, action, what);
    if (hasBit(clear ? inClear : allowed[action], id) !== use.allowed)
      throw differ(`the view ${use.allowed ? 'denies' : 'allows'} what the rules do not`);
    if (isShown(action) && print(maskOf(id, action)) !== print(use.mask)) throw differ('masks differ');
    if (action === 'aggregate' && groups.get(id) !== use.minGroup) throw differ('sizes of groups differ');
    if (field.kind === 'field' && rowsText(rows.get(field.type) ?? []) !== rowsText(use.rows))
      throw differ('row filters differ');
  }

  #unmetOf(requirement: Requirement): readonly string[] {
    const known = this.#unmet.get(requirement);
    if (known !== undefined) return known;
    const { kind, scopes: held } = this.subject;
    const isKnown = kind !== 'anonymous';
    const unmet = [
      ...(requirement.authenticated && !isKnown ? ['@authenticated'] : []),
      ...missing(requirement.scopes, '@requiresScopes', (scope) => isKnown && held.has(scope)),
      ...missing(requirement.policies, '@policy', (name) => this.condition(name).allowed),
    ];
    this.#unmet.set(requirement, unmet);
    return unmet;
  }
}

function isShown(action: Action): boolean {
  return action === 'read' || action === 'subscribe' || action === 'mutate';
}

function print(mask: UseOfField['mask']): string | undefined {
  return mask && printMask(mask);
}

function missing(
  demands: readonly Alternatives[],
  directive: string,
  holds: (name: string) => boolean,
): readonly string[] {
  return demands
    .filter((each) => !areMet([each], holds))
    .map((alternatives) => `${directive}(${alternatives.map((names) => names.join(' and ')).join(', or ')})`);
}

function conditionTarget({ model }: Decidable, name: string): Target {
  const index = model.conditions.findIndex((each) => each.name === name);
  const target = index === -1 ? undefined : targetsOf(model)[model.fields.length + index];
  if (target === undefined) throw new Error(`no \`@policy\` names ${JSON.stringify(name)}`);
  return target;
}

function disagreement(what: string, action: string, how: string): DisagreementError {
  return new DisagreementError(
    `${action} ${what}: ${how}. The rules are not to blame: this is a fault of Portcullis, please report it with them.`,
  );
}
