/** Progressive `@override(from:, label:)`: which labels a request has, and which of them an operation depends on. */
import type { Coordinate, Element, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import {
  type ConstDirectiveNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../program.ts';

export interface OverrideLabels {
  /** How many of a hundred requests a label is on for; a label that is not known here is off. */
  readonly percents: ReadonlyMap<string, number>;
  /** Labels by the coordinates of the fields that they move. */
  readonly moved: ReadonlyMap<Coordinate, readonly string[]>;
}

/** Labels such as `percent(5)` say themselves for how many; others are `configured`. */
export function readOverrideLabels(
  { composed }: Pick<Supergraph, 'composed'>,
  configured: Readonly<Record<string, number>>,
): OverrideLabels {
  const moved = movedFields(composed);
  const percents = new Map<string, number>();
  for (const label of new Set([...moved.values()].flat())) {
    const percent = /^percent\((\d{1,3}(?:\.\d+)?)\)$/.exec(label)?.[1];
    if (percent !== undefined) percents.set(label, Number(percent));
    else if (Object.hasOwn(configured, label)) percents.set(label, configured[label] ?? 0);
  }
  return { percents, moved };
}

/** Every label of a supergraph. */
export function overrideLabels({ composed }: Pick<Supergraph, 'composed'>): readonly string[] {
  return [...new Set([...movedFields(composed).values()].flat())];
}

function movedFields(composed: GraphQLSchema): ReadonlyMap<Coordinate, readonly string[]> {
  const moved = new Map<Coordinate, readonly string[]>();
  for (const type of Object.values(composed.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, astNode } of Object.values(type.getFields())) {
      const labels = (astNode?.directives ?? []).flatMap(labelOf);
      if (labels.length > 0) moved.set(`${type.name}.${name}`, labels);
    }
  }
  return moved;
}

/**
 * The labels that are on for one request. One draw decides all: who is among 5 of a hundred is also among 20, and there are
 * no more plans of an operation than it has labels, and one.
 */
export function drawLabels(overrides: OverrideLabels, random: () => number): ReadonlySet<string> {
  return overrides.percents.size === 0 ? none : labelsAt(overrides, random() * 100);
}

/** One for each range of numbers in which the draw of a request can fall. */
export function possibleDraws(overrides: OverrideLabels): readonly ReadonlySet<string>[] {
  const lowest = new Set([0, ...overrides.percents.values()]);
  return [...lowest].filter((drawn) => drawn < 100).map((drawn) => labelsAt(overrides, drawn));
}

function labelsAt({ percents }: OverrideLabels, drawn: number): ReadonlySet<string> {
  return new Set([...percents].filter(([, percent]) => drawn < percent).map(([label]) => label));
}

const none: ReadonlySet<string> = new Set();

/** The labels that can make a difference to the plan of an operation, in order. */
export function labelsFor(
  operation: Operation,
  { moved }: OverrideLabels,
  supergraph: Supergraph,
): readonly string[] {
  if (moved.size === 0) return [];
  const touched = new Set<Coordinate>(supergraph.keys);
  const root = supergraph.api.getRootType(operation.definition.operation);
  if (root) touch(operation.definition.selectionSet, root, { schema: supergraph.api, touched });
  for (const coordinate of touched) {
    for (const each of inputsOf(supergraph.elements.get(coordinate), supergraph)) touched.add(each);
  }
  return [...new Set([...touched].flatMap((coordinate) => moved.get(coordinate) ?? []))].sort();
}

/** A field of an interface may be fetched from any type that implements it. */
function* inputsOf(element: Element | undefined, { possibleTypes }: Supergraph): Generator<Coordinate> {
  for (const coordinate of element?.requires ?? []) {
    const [type = '', field = ''] = coordinate.split('.');
    yield coordinate;
    for (const possible of possibleTypes.get(type) ?? []) yield `${possible}.${field}`;
  }
}

interface Touching {
  readonly schema: GraphQLSchema;
  readonly touched: Set<Coordinate>;
}

function touch(set: SelectionSetNode, parent: GraphQLCompositeType, touching: Touching): void {
  const { schema, touched } = touching;
  for (const node of set.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = node.typeCondition === undefined ? parent : schema.getType(node.typeCondition.name.value);
      if (isCompositeType(type)) touch(node.selectionSet, type, touching);
    } else if (node.kind === Kind.FIELD) {
      touched.add(`${parent.name}.${node.name.value}`);
      for (const each of relatives(parent, schema)) touched.add(`${each.name}.${node.name.value}`);
      const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
      const type = field && getNamedType(field.type);
      if (node.selectionSet !== undefined && isCompositeType(type)) touch(node.selectionSet, type, touching);
    }
  }
}

/** The types that implement a type, and those that it implements: an `@interfaceObject` adds a field to the interface. */
function relatives(type: GraphQLCompositeType, schema: GraphQLSchema): readonly GraphQLCompositeType[] {
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  return [...possible, ...possible.flatMap((each) => each.getInterfaces())];
}

function labelOf({ arguments: given = [] }: ConstDirectiveNode): readonly string[] {
  const value = given.find(({ name }) => name.value === 'overrideLabel')?.value;
  return value?.kind === Kind.STRING ? [value.value] : [];
}
