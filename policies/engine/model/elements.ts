/** Elements of the supergraph by their coordinates. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';

/** The type and what follows it: a field, perhaps with an argument. */
export function split(coordinate: Coordinate): readonly [string, string] {
  const dot = coordinate.indexOf('.');
  return dot === -1 ? [coordinate, ''] : [coordinate.slice(0, dot), coordinate.slice(dot + 1)];
}

/** @throws Error if there is none: the model was made of something else than the supergraph */
export function elementOf({ elements }: Supergraph, coordinate: Coordinate): Element {
  const element = elements.get(coordinate);
  if (element === undefined) throw new Error(`\`${coordinate}\` is no element of the supergraph`);
  return element;
}

/** The same field or argument on the object types that an abstract type can be; none for an object type itself. */
export function onPossibleTypes(
  { possibleTypes, elements }: Supergraph,
  element: Element,
): readonly Element[] {
  if (element.kind !== 'field' && element.kind !== 'argument') return [];
  const [type, rest] = split(element.coordinate);
  return [...(possibleTypes.get(type) ?? [])]
    .filter((name) => name !== type)
    .map((name) => elements.get(`${name}.${rest}`))
    .filter((each) => each !== undefined);
}

/** The same element of the interfaces of its type. */
export function onInterfaces(
  { interfaces, elements }: Supergraph,
  coordinate: Coordinate,
): readonly Element[] {
  const [type, rest] = split(coordinate);
  return [...(interfaces.get(type) ?? [])]
    .map((name) => elements.get(`${name}.${rest}`))
    .filter((each) => each !== undefined);
}
