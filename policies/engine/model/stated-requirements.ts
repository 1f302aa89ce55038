/** What the federation directives on elements, and on what is around them, ask of a caller. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { elementOf, split } from './elements.ts';
import { allOf, impliedBy, nothing, type Requirement } from './requirement.ts';

export class StatedRequirements {
  readonly #supergraph: Supergraph;
  readonly #known = new Map<Coordinate, Requirement>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  of(coordinate: Coordinate): Requirement {
    const known = this.#known.get(coordinate);
    if (known !== undefined) return known;
    const requirement = this.#compute(coordinate);
    this.#known.set(coordinate, requirement);
    return requirement;
  }

  #compute(coordinate: Coordinate): Requirement {
    const element = elementOf(this.#supergraph, coordinate);
    const [parent] = split(coordinate);
    return allOf([
      stateOf(element),
      ...(element.kind === 'type' ? [] : [this.of(parent)]),
      // A field that returns a protected type, or an argument that takes one, needs what that type needs.
      ...(element.type === undefined ? [] : [this.#ofValue(element.type)]),
      ...this.#ofInterfaces(element),
    ]);
  }

  /** An abstract type by itself; its possible types are decided one by one, when a selection on them is. */
  #ofValue(type: string): Requirement {
    return this.#supergraph.interfaces.has(type) && !this.#supergraph.possibleTypes.get(type)?.has(type)
      ? this.#beyondImplementations(elementOf(this.#supergraph, type))
      : this.of(type);
  }

  /** A rule on an interface holds for whatever implements it, else reading the object instead would go around it. */
  #ofInterfaces(element: Element): readonly Requirement[] {
    const [parent, rest] = split(element.coordinate);
    const interfaces = this.#supergraph.interfaces.get(parent) ?? [];
    return [...interfaces].flatMap((name) => {
      const counterpart = this.#supergraph.elements.get(rest === '' ? name : `${name}.${rest}`);
      return counterpart === undefined ? [] : [this.#beyondImplementations(counterpart)];
    });
  }

  /**
   * What an interface asks for beyond its implementations. Composition sets the rule of an interface to that of all its
   * implementations together; copying that back would deny a field on every type because one of them protects it.
   */
  #beyondImplementations(element: Element): Requirement {
    const [type, rest] = split(element.coordinate);
    const stated = stateOf(element);
    const implementations = [...(this.#supergraph.possibleTypes.get(type) ?? [])].map((name) =>
      stateOf(elementOf(this.#supergraph, rest === '' ? name : `${name}.${rest}`)),
    );
    return impliedBy(stated, implementations) ? nothing : stated;
  }
}

function stateOf({ authenticated, scopes, policies }: Element): Requirement {
  if (!authenticated && scopes === undefined && policies === undefined) return nothing;
  return {
    // Somebody without an identity has no scopes, not even none of them: `[[]]` asks for an identity.
    authenticated: authenticated || scopes !== undefined,
    scopes: scopes === undefined ? [] : [scopes],
    policies: policies === undefined ? [] : [policies],
  };
}
