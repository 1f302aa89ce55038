/** What the fetches of a plan provide at one place of the response, told apart by the type that an object there can have. */

export type TypeNames = ReadonlySet<string>;

/**
 * No type is in two answers of one response name. Types share an answer until something tells them apart, so that a deep
 * selection on many types stays as small as its text.
 */
export interface Place {
  /** Object types that an object can have here: what every subgraph that returns it knows. */
  possible: TypeNames;
  readonly answers: Map<string, readonly Answer[]>;
}

export interface Answer {
  readonly types: TypeNames;
  /** The field with its arguments; undefined where two different ones have one name. */
  readonly signature: string | undefined;
  /** The objects it returns; undefined for a leaf. */
  readonly below: Place | undefined;
}

export function createPlace(possible: TypeNames): Place {
  return { possible, answers: new Map() };
}

/** What one selection of a fetch answers. */
export interface Provision {
  readonly name: string;
  readonly types: TypeNames;
  readonly signature: string | undefined;
  /** Object types that the subgraph can return; undefined for a leaf. */
  readonly possible: TypeNames | undefined;
}

/** Adds an answer, and returns the places below it. */
export function provide(place: Place, { name, types, signature, possible }: Provision): readonly Place[] {
  const places: Place[] = [];
  const answers = split(place, name, types).map((answer) => {
    if (!overlaps(answer.types, types)) return answer;
    if (answer.below !== undefined) {
      // Subgraphs that return one object agree on what it is.
      if (possible !== undefined) answer.below.possible = intersection(answer.below.possible, possible);
      places.push(answer.below);
    }
    return { ...answer, signature: agreed(answer.signature, signature) };
  });
  const others = difference(types, ...answers.map((answer) => answer.types));
  if (others.size > 0) {
    const below = possible && createPlace(possible);
    if (below !== undefined) places.push(below);
    answers.push({ types: others, signature, below });
  }
  place.answers.set(name, answers);
  return places;
}

/** The `__typename` of an `@interfaceObject`, which names no object type: any other subgraph knows better. */
export const interfaceName = '__typename of an interface';

function agreed(one: string | undefined, other: string | undefined): string | undefined {
  if (one === other || other === interfaceName) return one;
  return one === interfaceName ? other : undefined;
}

/** Takes out what `types` are answered under a name. */
export function take(place: Place, name: string, types: TypeNames): readonly Answer[] {
  const answers = split(place, name, types);
  place.answers.set(
    name,
    answers.filter((answer) => !overlaps(answer.types, types)),
  );
  return answers.filter((answer) => overlaps(answer.types, types));
}

/** Adds to `place` what `types` have in `source`. */
export function merge(place: Place, source: Place, types: TypeNames): void {
  for (const [name, answers] of source.answers) {
    for (const { types: answered, signature, below } of answers) {
      const shared = intersection(answered, types);
      if (shared.size === 0) continue;
      const places = provide(place, { name, types: shared, signature, possible: below?.possible });
      if (below === undefined) continue;
      for (const each of places) merge(each, below, below.possible);
    }
  }
}

/** The answers of a name, none of which is both inside and outside of `types`. */
function split(place: Place, name: string, types: TypeNames): Answer[] {
  return (place.answers.get(name) ?? []).flatMap((answer) => {
    const inside = intersection(answer.types, types);
    if (inside.size === 0 || inside.size === answer.types.size) return [answer];
    const outside = { ...answer, types: difference(answer.types, inside) };
    return [{ ...answer, types: inside, below: answer.below && copyOf(answer.below) }, outside];
  });
}

function copyOf(place: Place): Place {
  const copy = createPlace(place.possible);
  for (const [name, answers] of place.answers) {
    copy.answers.set(
      name,
      answers.map((answer) => ({ ...answer, below: answer.below && copyOf(answer.below) })),
    );
  }
  return copy;
}

export function intersection(one: TypeNames, other: TypeNames): TypeNames {
  if (one === other) return one;
  return new Set([...one].filter((name) => other.has(name)));
}

export function difference(one: TypeNames, ...others: readonly TypeNames[]): TypeNames {
  return new Set([...one].filter((name) => !others.some((other) => other.has(name))));
}

function overlaps(one: TypeNames, other: TypeNames): boolean {
  for (const name of one) if (other.has(name)) return true;
  return false;
}
