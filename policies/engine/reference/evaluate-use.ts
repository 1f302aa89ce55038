/** Whether one caller may use elements of the supergraph, slowly, and all that an explanation of it is made of. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import type { ElementNeeds, FieldEntity, NamedCondition, TypeShape } from '../model/model.ts';
import { type Alternatives, areMet, type Requirement } from '../model/requirement.ts';
import { conditionTarget } from '../model/targets.ts';
import type { OperationKind } from '../view.ts';
import { isEvidence, staticsOf } from '../views/statics.ts';
import { type Asking, type Evaluation, evaluate } from './evaluation.ts';
import { Reference, type UseOfField } from './reference.ts';

export interface EvaluatedUse {
  readonly allowed: boolean;
  /** What it stands for, field by field. */
  readonly needs: readonly EvaluatedNeed[];
  /** What it is or leads through, of products that the caller is not limited to. */
  readonly ofOthers: readonly FieldEntity[];
  readonly unmet: Unmet;
  /** Types around it that are not there for the caller, since nothing of them may be used. */
  readonly absent: readonly string[];
}

export interface EvaluatedNeed extends UseOfField {
  readonly field: FieldEntity;
  readonly action: Action;
  /** A mask is not enough. */
  readonly clear: boolean;
}

/** What directives ask for and the caller does not have. */
export interface Unmet {
  readonly identity: boolean;
  readonly scopes: readonly Alternatives[];
  readonly conditions: readonly Alternatives[];
}

export class UseEvaluator {
  readonly reference: Reference;
  readonly #asking: Asking;
  readonly #conditions = new Map<string, Evaluation>();
  readonly #visible = new Map<boolean, ReadonlySet<string>>();

  constructor(asking: Asking) {
    this.#asking = asking;
    this.reference = new Reference(asking);
  }

  /** Undefined: there is no such element. */
  use(coordinate: Coordinate, operation: OperationKind): EvaluatedUse | undefined {
    const { elements, types } = this.#asking.bundle.model;
    const element = elements.get(coordinate);
    if (element === undefined) return undefined;
    const isStreamed = operation === 'subscription';
    const needs = this.#needs(element, isStreamed);
    const ofOthers = this.#ofOthers(coordinate, element);
    const unmet = this.unmet(element.requirement);
    const visible = this.#visibleTypes(isStreamed);
    const around = [element.parent ?? coordinate, element.returns].filter((type) => type !== undefined);
    const absent = around.filter((type) => types.has(type) && !visible.has(type));
    const isRefused = ofOthers.length > 0 || absent.length > 0 || needs.some((need) => !need.allowed);
    return { allowed: !isRefused && isNothing(unmet), needs, ofOthers, unmet, absent };
  }

  unmet({ authenticated, scopes, policies }: Requirement): Unmet {
    const { subject } = this.#asking;
    const isKnown = subject.kind !== 'anonymous';
    return {
      identity: authenticated && !isKnown,
      scopes: scopes.filter((each) => !areMet([each], (scope) => isKnown && subject.scopes.has(scope))),
      conditions: policies.filter(
        (each) => !areMet([each], (name) => this.condition(name)?.allowed === true),
      ),
    };
  }

  /** Of a condition that `@policy` names; undefined if none is called so. */
  condition(name: string): Evaluation | undefined {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const condition = this.#asking.bundle.model.conditions.find((each) => each.name === name);
    if (condition === undefined) return undefined;
    const evaluation = this.#satisfied(condition);
    this.#conditions.set(name, evaluation);
    return evaluation;
  }

  #satisfied(condition: NamedCondition): Evaluation {
    return evaluate(this.#asking, { target: conditionTarget(condition), action: 'satisfy' });
  }

  #needs({ needs }: ElementNeeds, isStreamed: boolean): readonly EvaluatedNeed[] {
    const { fields } = this.#asking.bundle.model;
    return needs.map(({ field: id, action: named, clear, delivered }) => {
      const field = fields[id];
      if (field === undefined) throw new Error('a need of no field');
      const action = delivered && isStreamed ? 'subscribe' : named;
      return { field, action, clear, ...this.reference.use(field, action, clear) };
    });
  }

  #ofOthers(coordinate: Coordinate, { through }: ElementNeeds): readonly FieldEntity[] {
    const { fields, fieldIds } = this.#asking.bundle.model;
    return [fieldIds.get(coordinate), ...through]
      .map((id) => (id === undefined ? undefined : fields[id]))
      .filter((field) => field !== undefined)
      .filter((field) => this.reference.isOfOthers(field));
  }

  /** It holds nothing of its own, and one of its fields is the caller's to look at. */
  #isNeutral({ possible }: TypeShape): boolean {
    const { model } = this.#asking.bundle;
    if (this.#asking.subject.products === undefined) return true;
    const within = new Set(possible);
    return model.fields.some(({ kind, type, coordinate }) => {
      const element = model.elements.get(coordinate);
      return (
        kind === 'field' &&
        within.has(type) &&
        element !== undefined &&
        this.#ofOthers(coordinate, element).length === 0
      );
    });
  }

  #visibleTypes(isStreamed: boolean): ReadonlySet<string> {
    const known = this.#visible.get(isStreamed);
    if (known !== undefined) return known;
    const visible = new Set<string>();
    for (let size = -1; size !== visible.size; ) {
      size = visible.size;
      for (const name of this.#asking.bundle.model.types.keys())
        if (this.#isThere(name, visible, isStreamed)) visible.add(name);
    }
    this.#visible.set(isStreamed, visible);
    return visible;
  }

  #isThere(name: string, visible: ReadonlySet<string>, isStreamed: boolean): boolean {
    const { model } = this.#asking.bundle;
    const { neutral } = staticsOf(this.#asking.bundle);
    const shape = model.types.get(name);
    if (shape === undefined) return false;
    if (shape.root || (neutral.has(name) && this.#isNeutral(shape))) return true;
    if (!shape.possible.includes(name)) return shape.possible.some((each) => visible.has(each));
    const isAllowed = (coordinate: Coordinate) => {
      const element = model.elements.get(coordinate);
      return (
        element !== undefined &&
        this.#ofOthers(coordinate, element).length === 0 &&
        isNothing(this.unmet(element.requirement)) &&
        this.#needs(element, isStreamed).every(({ allowed }) => allowed)
      );
    };
    if (!isAllowed(name)) return false;
    return shape.fields.some((coordinate) => {
      const element = model.elements.get(coordinate);
      const leads = element?.returns === undefined || visible.has(element.returns);
      return isEvidence(element, neutral) && leads && isAllowed(coordinate);
    });
  }
}

function isNothing({ identity, scopes, conditions }: Unmet): boolean {
  return !identity && scopes.length === 0 && conditions.length === 0;
}
