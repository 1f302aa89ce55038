/** What each subgraph knows of the graph's output types, as plain data: what it can return for a selection. */
import {
  baseType,
  type CompositeType,
  type Supergraph as Federated,
  isCompositeType,
  isInterfaceObjectType,
  isObjectType,
  possibleRuntimeTypes,
  type Subgraph,
} from '@apollo/federation-internals';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { Kind, parse } from 'graphql';
import { intersection, type TypeNames } from './place.ts';

export interface SubgraphTypes {
  /** The named type of a field's value by the field's coordinate. */
  readonly fields: ReadonlyMap<string, string>;
  /**
   * By the name of a composite type, the object types of the supergraph that a value of it can have here. An
   * `@interfaceObject` stands for every type that implements it elsewhere.
   */
  readonly possible: ReadonlyMap<string, TypeNames>;
  /** Types whose `__typename` tells nothing here (`@interfaceObject`). */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Coordinates of fields that it only refers to. */
  readonly external: ReadonlySet<string>;
  /** Coordinates of fields that it computes from what others serve (`@requires`). */
  readonly requiring: ReadonlySet<string>;
  /** By the name of an entity type, the top fields of each of its keys. */
  readonly keys: ReadonlyMap<string, readonly (readonly string[])[]>;
}

export function readSubgraphTypes(
  federated: Federated,
  supergraph: Supergraph,
): ReadonlyMap<string, SubgraphTypes> {
  const subgraphs = new Map<string, SubgraphTypes>();
  for (const subgraph of federated.subgraphs()) {
    subgraphs.set(subgraph.name, readTypes(subgraph, supergraph.possibleTypes));
  }
  return subgraphs;
}

function readTypes(subgraph: Subgraph, ofSupergraph: Supergraph['possibleTypes']): SubgraphTypes {
  const fields = new Map<string, string>();
  const possible = new Map<string, TypeNames>();
  const interfaceObjects = new Set<string>();
  const external = new Set<string>();
  const requiring = new Set<string>();
  const keys = new Map<string, readonly (readonly string[])[]>();
  const metadata = subgraph.metadata();
  for (const type of subgraph.schema.types()) {
    if (!isCompositeType(type)) continue;
    const own = type
      .appliedDirectivesOf(metadata.keyDirective())
      .map((key) => topFields(key.arguments().fields));
    if (own.length > 0) keys.set(type.name, own);
    if (isInterfaceObjectType(type)) interfaceObjects.add(type.name);
    possible.set(type.name, possibleTypes(type, ofSupergraph));
    for (const field of 'fields' in type ? type.fields() : []) {
      if (field.type === undefined) continue;
      fields.set(field.coordinate, baseType(field.type).name);
      if (metadata.isFieldExternal(field)) external.add(field.coordinate);
      if (field.hasAppliedDirective(metadata.requiresDirective())) requiring.add(field.coordinate);
    }
  }
  return { fields, possible, interfaceObjects, external, requiring, keys };
}

/** Of a `FieldSet` (federation specification, `@key`). */
function topFields(fieldSet: unknown): readonly string[] {
  const [definition] = parse(`{ ${String(fieldSet)} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return definition.selectionSet.selections.flatMap((node) =>
    node.kind === Kind.FIELD ? node.name.value : [],
  );
}

function possibleTypes(type: CompositeType, ofSupergraph: Supergraph['possibleTypes']): TypeNames {
  const own = isObjectType(type) ? [type] : possibleRuntimeTypes(type);
  return new Set(own.flatMap(({ name }) => [...(ofSupergraph.get(name) ?? [])]));
}

/**
 * What a field of an object type returns, where several subgraphs answer it and know different types: by `@shareable` they
 * promise to answer alike, so only what all of them know can be there, and the planner counts on that.
 */
export function agreedTypes(subgraphs: ReadonlyMap<string, SubgraphTypes>): ReadonlyMap<string, TypeNames> {
  const agreed = new Map<string, TypeNames>();
  for (const { fields, possible, external } of subgraphs.values()) {
    for (const [coordinate, returned] of fields) {
      const types = possible.get(returned);
      if (types === undefined || external.has(coordinate)) continue;
      const known = agreed.get(coordinate);
      agreed.set(coordinate, known === undefined ? types : intersection(known, types));
    }
  }
  return agreed;
}
