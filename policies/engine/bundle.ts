/** The access rules of one supergraph: what every coordinate requires of a caller, computed once, before any request. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { allOf, asksForNothing, impliedBy, never, nothing, type Requirement } from './requirement.ts';
import { PolicyError, readTags, type TagList } from './tags.ts';
import { readTagsFile, tagsFileOf } from './tags-file.ts';

export { PolicyError, readTags, readTagsFile, type TagList, tagsFileOf };

export interface AccessRules {
  /** `--open`: everything is allowed to everyone. */
  readonly open: boolean;
  /** A coordinate that is not here is denied. */
  readonly requirements: ReadonlyMap<Coordinate, Requirement>;
}

/** No rules at all, for `--open`. */
export const openRules: AccessRules = Object.freeze({ open: true, requirements: new Map() });

/**
 * A coordinate requires what it states itself, what the types around it state, and all that it stands for: the columns
 * that it uses and the fields that its subgraph needs to answer it, to the end of the chain.
 */
export function buildAccessRules(supergraph: Supergraph, tags: TagList): AccessRules {
  const own = new OwnRequirements(supergraph, tags);
  const requirements = new Map<Coordinate, Requirement>();
  for (const { coordinate } of supergraph.elements.values()) {
    const all = [...closure(supergraph, coordinate, standsFor)].map((each) => own.of(each));
    requirements.set(coordinate, allOf(all));
  }
  return Object.freeze({ open: false, requirements });
}

/** What somebody who uses `element` gets to know of. */
function standsFor({ uses, requires }: Element): readonly Coordinate[] {
  return [...uses.map(({ field }) => field), ...requires];
}

/**
 * Everything reachable, itself included. A field of an interface stands for that field on every type that it can be:
 * a filter on it reads them all.
 */
function closure(
  supergraph: Supergraph,
  start: Coordinate,
  next: (element: Element) => readonly Coordinate[],
): ReadonlySet<Coordinate> {
  const found = new Set([start]);
  for (const coordinate of found) {
    const element = supergraph.elements.get(coordinate);
    if (element === undefined) throw new PolicyError(`\`${coordinate}\` is no element of the supergraph`);
    for (const each of [...next(element), ...onPossibleTypes(supergraph, element)]) found.add(each);
  }
  return found;
}

function onPossibleTypes({ possibleTypes }: Supergraph, element: Element): readonly Coordinate[] {
  if (element.kind !== 'field' && element.kind !== 'argument') return [];
  const [type, rest] = split(element.coordinate);
  const possible = possibleTypes.get(type) ?? [];
  return [...possible].filter((name) => name !== type).map((name) => `${name}.${rest}`);
}

/** The type and what follows it: a field, perhaps with an argument. */
function split(coordinate: Coordinate): readonly [string, string] {
  const dot = coordinate.indexOf('.');
  return dot === -1 ? [coordinate, ''] : [coordinate.slice(0, dot), coordinate.slice(dot + 1)];
}

/** What coordinates require by themselves and by the types around them. */
class OwnRequirements {
  readonly #supergraph: Supergraph;
  readonly #tags: TagList;
  readonly #known = new Map<Coordinate, Requirement>();

  constructor(supergraph: Supergraph, tags: TagList) {
    this.#supergraph = supergraph;
    this.#tags = tags;
  }

  of(coordinate: Coordinate): Requirement {
    const known = this.#known.get(coordinate);
    if (known !== undefined) return known;
    // Should two elements use each other, neither says for whom the other is.
    this.#known.set(coordinate, nothing);
    const requirement = this.#compute(coordinate);
    this.#known.set(coordinate, requirement);
    return requirement;
  }

  #compute(coordinate: Coordinate): Requirement {
    const element = this.#element(coordinate);
    const [parent] = split(coordinate);
    const around = [
      ...(element.kind === 'type' ? [] : [this.of(parent)]),
      // A field that returns a protected type, or an argument that takes one, needs what that type needs.
      ...(element.type === undefined ? [] : [this.#ofValue(element.type)]),
      ...this.#ofInterfaces(element),
    ];
    const stated = allOf([stateOf(element), ...around]);
    return this.#isClosed(element, stated) ? never : stated;
  }

  /** An abstract type by itself; its possible types are decided one by one, when a selection on them is. */
  #ofValue(type: string): Requirement {
    return this.#supergraph.interfaces.has(type) && !this.#supergraph.possibleTypes.get(type)?.has(type)
      ? this.#beyondImplementations(this.#element(type))
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
    const withType = allOf([stateOf(element), stateOf(this.#element(type))]);
    const stated = this.#isClosed(element, withType) ? never : stateOf(element);
    const implementations = [...(this.#supergraph.possibleTypes.get(type) ?? [])].map((name) =>
      stateOf(this.#element(rest === '' ? name : `${name}.${rest}`)),
    );
    return impliedBy(stated, implementations) ? nothing : stated;
  }

  /** Protected, and neither it nor its type nor the column it uses says for whom: closed to everyone. */
  #isClosed(element: Element, stated: Requirement): boolean {
    const protects = [...element.tags].some((tag) => this.#tags.get(tag)?.protects ?? true);
    if (!protects || !asksForNothing(stated)) return false;
    const columns = element.uses.flatMap(({ field }) => [...closure(this.#supergraph, field, usedColumns)]);
    return columns.every((column) => asksForNothing(this.of(column)));
  }

  #element(coordinate: Coordinate): Element {
    const element = this.#supergraph.elements.get(coordinate);
    if (element === undefined) throw new PolicyError(`\`${coordinate}\` is no element of the supergraph`);
    return element;
  }
}

function usedColumns({ uses }: Element): readonly Coordinate[] {
  return uses.map(({ field }) => field);
}

function stateOf({ authenticated, scopes }: Element): Requirement {
  if (scopes === undefined) return authenticated ? { ...nothing, authenticated } : nothing;
  // Somebody without an identity has no scopes, not even none of them: `[[]]` asks for an identity.
  return { denied: false, authenticated: true, scopes: [scopes] };
}
