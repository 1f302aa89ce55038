/** One caller's view in some circumstances: every question that a request asks, answered without Cedar. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import type { Action } from '../action.ts';
import type { Decidable } from '../decidable.ts';
import type { AccessModel, ElementNeeds, Need, TypeShape } from '../model/model.ts';
import { areMet, type Requirement } from '../model/requirement.ts';
import type { AccessView, Obligations, OperationKind } from '../view.ts';
import { hasBit } from './bits.ts';
import { obligationsOf } from './obligations.ts';
import { type Rights, rightsOf } from './rights.ts';
import { isEvidence, staticsOf } from './statics.ts';
import type { ViewData } from './view-data.ts';

export function resolveView(bundle: Decidable, data: ViewData, guardMask: number): AccessView {
  return new ResolvedView(bundle, data, guardMask);
}

class ResolvedView implements AccessView {
  readonly key: string;
  readonly #bundle: Decidable;
  readonly #rights: Rights;
  readonly #elements: Elements;
  readonly #fetched: Visible;
  readonly #streamed: Visible;
  readonly #obligations = new Map<string, Obligations>();

  constructor(bundle: Decidable, data: ViewData, guardMask: number) {
    const { key } = bundle;
    const { fingerprint } = data;
    this.key = `${key.length}:${key}${fingerprint.length}:${fingerprint}${guardMask}`;
    this.#bundle = bundle;
    this.#rights = rightsOf(bundle, data, guardMask);
    const elements = new Elements(data, this.#rights);
    this.#elements = elements;
    const neutral = elements.neutralTypes(bundle.model, staticsOf(bundle).neutral);
    this.#fetched = new Visible(bundle.model, neutral, (each) => elements.allows(each, 'read'));
    this.#streamed = new Visible(bundle.model, neutral, (each) => elements.allows(each, 'subscribe'));
  }

  allows(coordinate: Coordinate, operation: OperationKind): boolean {
    return (operation === 'subscription' ? this.#streamed : this.#fetched).allows(coordinate);
  }

  maskOf(coordinate: Coordinate, operation: OperationKind) {
    const { fieldIds, elements } = this.#bundle.model;
    const field = fieldIds.get(coordinate);
    const own = elements.get(coordinate)?.needs.find((need) => need.field === field);
    if (field === undefined || own === undefined) return undefined;
    return this.#rights.maskOf(field, actionOf(own, operation === 'subscription' ? 'subscribe' : 'read'));
  }

  obligationsFor(subgraph: string): Obligations {
    const known = this.#obligations.get(subgraph);
    if (known !== undefined) return known;
    const obligations = obligationsOf(this.#bundle, this.#rights, {
      subgraph,
      view: this,
      meets: (coordinate) => {
        const element = this.#bundle.model.elements.get(coordinate);
        return element !== undefined && this.#elements.meets(element.requirement);
      },
    });
    this.#obligations.set(subgraph, obligations);
    return obligations;
  }
}

function actionOf({ action, delivered }: Need, ofDelivered: 'read' | 'subscribe'): Action {
  return delivered ? ofDelivered : action;
}

/** Whether what elements need is there, by products, needs and directives alone. */
class Elements {
  readonly #rights: Rights;
  readonly #data: ViewData;
  readonly #scopes: ReadonlySet<string>;
  readonly #met = new Map<Requirement, boolean>();
  readonly #fulfilled = {
    read: new Map<readonly Need[], boolean>(),
    subscribe: new Map<readonly Need[], boolean>(),
  };

  constructor(data: ViewData, rights: Rights) {
    this.#rights = rights;
    this.#data = data;
    this.#scopes = new Set(data.scopes);
  }

  allows(element: ElementNeeds, ofDelivered: 'read' | 'subscribe'): boolean {
    return (
      this.#isOfProducts(element) &&
      this.meets(element.requirement) &&
      this.#fulfils(element.needs, ofDelivered)
    );
  }

  /** As far as there is something in them that the caller's products resolve. */
  neutralTypes({ types, elements }: AccessModel, all: ReadonlySet<string>): ReadonlySet<string> {
    if (this.#data.outside === undefined) return all;
    const isInside = (coordinate: Coordinate) => {
      const element = elements.get(coordinate);
      return element !== undefined && this.#isOfProducts(element);
    };
    const isLeft = (type: string) =>
      types.get(type)?.possible.some((each) => types.get(each)?.fields.some(isInside)) === true;
    return new Set([...all].filter(isLeft));
  }

  /** What uses a key of several products belongs to who resolves it, not to each that has the key. */
  #isOfProducts({ itself, through }: ElementNeeds): boolean {
    const { outside } = this.#data;
    if (outside === undefined) return true;
    if (itself !== undefined && hasBit(outside, itself)) return false;
    return !through.some((field) => hasBit(outside, field));
  }

  meets(requirement: Requirement): boolean {
    const known = this.#met.get(requirement);
    if (known !== undefined) return known;
    const met = this.#decide(requirement);
    this.#met.set(requirement, met);
    return met;
  }

  #decide({ authenticated, scopes, policies }: Requirement): boolean {
    if (authenticated && !this.#data.authenticated) return false;
    if (!areMet(policies, (name) => this.#rights.conditions.has(name))) return false;
    return areMet(scopes, (scope) => this.#data.authenticated && this.#scopes.has(scope));
  }

  #fulfils(needs: readonly Need[], ofDelivered: 'read' | 'subscribe'): boolean {
    const memory = this.#fulfilled[ofDelivered];
    const known = memory.get(needs);
    if (known !== undefined) return known;
    const { allowed, clear } = this.#rights;
    const fulfilled = needs.every((need) =>
      hasBit(need.clear ? clear : allowed[actionOf(need, ofDelivered)], need.field),
    );
    memory.set(needs, fulfilled);
    return fulfilled;
  }
}

/**
 * What is there. A type of which every field is denied is absent, and so is what leads to it and what carries it: its
 * connection has no length, its edges no cursors.
 */
class Visible {
  readonly #model: AccessModel;
  readonly #neutral: ReadonlySet<string>;
  readonly #isAllowed: (element: ElementNeeds) => boolean;
  readonly #known = new Map<Coordinate, boolean>();
  #types: ReadonlySet<string> | undefined;

  constructor(
    model: AccessModel,
    neutral: ReadonlySet<string>,
    isAllowed: (element: ElementNeeds) => boolean,
  ) {
    this.#model = model;
    this.#neutral = neutral;
    this.#isAllowed = isAllowed;
  }

  allows(coordinate: Coordinate): boolean {
    const known = this.#known.get(coordinate);
    if (known !== undefined) return known;
    const element = this.#model.elements.get(coordinate);
    // Not remembered: there is no end of names that nothing has.
    if (element === undefined) return false;
    const allowed = this.#decide(coordinate, element);
    this.#known.set(coordinate, allowed);
    return allowed;
  }

  #decide(coordinate: Coordinate, element: ElementNeeds): boolean {
    this.#types ??= this.#visibleTypes();
    const around = [element.parent ?? coordinate, element.returns];
    return (
      around.every((type) => type === undefined || !this.#model.types.has(type) || this.#types?.has(type)) &&
      this.#isAllowed(element)
    );
  }

  /** From what can be read on: types that only lead to each other are absent, all of them. */
  #visibleTypes(): ReadonlySet<string> {
    const { types } = this.#model;
    const visible = new Set<string>();
    const waiting = new Map<string, TypeShape>();
    for (const [name, shape] of types) {
      if (shape.root || this.#neutral.has(name)) visible.add(name);
      else waiting.set(name, shape);
    }
    for (let size = -1; size !== waiting.size; ) {
      size = waiting.size;
      for (const [name, shape] of waiting) {
        if (!this.#isThere(name, shape, visible)) continue;
        visible.add(name);
        waiting.delete(name);
      }
    }
    return visible;
  }

  #isThere(name: string, { possible, fields }: TypeShape, visible: ReadonlySet<string>): boolean {
    if (!possible.includes(name)) return possible.some((each) => visible.has(each));
    const own = this.#model.elements.get(name);
    if (own === undefined || !this.#isAllowed(own)) return false;
    return fields.some((coordinate) => {
      const element = this.#model.elements.get(coordinate);
      if (element === undefined || !isEvidence(element, this.#neutral)) return false;
      return this.#isAllowed(element) && (element.returns === undefined || visible.has(element.returns));
    });
  }
}
