/** The elements of the supergraph, each with what its owners declared on it. */
import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  parseType,
} from 'graphql';
import { applicationsOf } from './directives.ts';
import type { DirectiveNames } from './features.ts';
import { fieldSetCoordinates } from './field-set.ts';
import { readFromContext } from './from-context.ts';
import { typeNameOf } from './output-definitions.ts';
import { type Element, SupergraphError, type Use, useKinds } from './supergraph.ts';

export interface ElementReader {
  readonly schema: GraphQLSchema;
  readonly names: DirectiveNames;
  /** Subgraph names by the value of the join spec's `Graph` enum that stands for them. */
  readonly graphs: ReadonlyMap<string, string>;
}

type Carrier = Parameters<typeof applicationsOf>[1];

type Parent = GraphQLObjectType | GraphQLInterfaceType;

export function readElements(reader: ElementReader): Element[] {
  return Object.values(reader.schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) => elementsOfType(reader, type));
}

function elementsOfType(reader: ElementReader, type: GraphQLNamedType): Element[] {
  const subgraphs = graphsOf(reader, type, reader.names.joinType);
  const products = productsOf(reader, type, subgraphs);
  const element = declared(reader, type, { kind: 'type', coordinate: type.name, subgraphs, products });
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields());
    return [element, ...fields.flatMap((field) => elementsOfField(reader, type, field, element))];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [element, ...fields.map((field) => inputField(reader, type, field, subgraphs))];
  }
  if (isEnumType(type)) {
    const values = type.getValues().map((value) =>
      declared(reader, value, {
        kind: 'enumValue',
        coordinate: `${type.name}.${value.name}`,
        subgraphs: graphsOf(reader, value, reader.names.joinEnumValue),
      }),
    );
    return [element, ...values];
  }
  return [element];
}

function elementsOfField(
  reader: ElementReader,
  parent: Parent,
  field: GraphQLField<unknown, unknown>,
  ofParent: Pick<Element, 'subgraphs' | 'products'>,
): Element[] {
  const coordinate = `${parent.name}.${field.name}`;
  const subgraphs = definingGraphs(reader, field, ofParent.subgraphs);
  const owners = subgraphs.length === 0 ? graphsOfInterfaces(reader, parent, field.name) : subgraphs;
  const products = ofParent.products.filter((product) =>
    owners.some((each) => product.startsWith(`${each}.`)),
  );
  const type = getNamedType(field.type).name;
  const requires = inputsOf(reader, parent, field.name);
  const typeIn = ownTypes(reader, field);
  const element = declared(reader, field, {
    kind: 'field',
    coordinate,
    subgraphs,
    owners,
    products,
    type,
    typeIn,
    requires,
  });
  const argumentsOfField = field.args.map((argument) =>
    declared(reader, argument, {
      kind: 'argument',
      coordinate: `${coordinate}(${argument.name}:)`,
      subgraphs,
      owners,
      products,
      type: getNamedType(argument.type).name,
    }),
  );
  return [element, ...argumentsOfField];
}

function inputField(
  reader: ElementReader,
  parent: GraphQLNamedType,
  field: GraphQLInputField,
  ofParent: readonly string[],
): Element {
  return declared(reader, field, {
    kind: 'inputField',
    coordinate: `${parent.name}.${field.name}`,
    subgraphs: definingGraphs(reader, field, ofParent),
    type: getNamedType(field.type).name,
  });
}

type Placed = Pick<Element, 'kind' | 'coordinate' | 'subgraphs'> &
  Partial<Pick<Element, 'owners' | 'products' | 'type' | 'typeIn' | 'requires'>>;

function declared({ schema, names }: ElementReader, carrier: Carrier, placed: Placed): Element {
  const isStated = (name: string | undefined) => applicationsOf(schema, carrier, name).length > 0;
  const tags = applicationsOf(schema, carrier, names.tag);
  const uses = applicationsOf(schema, carrier, names.uses);
  return Object.freeze({
    kind: placed.kind,
    coordinate: placed.coordinate,
    subgraphs: placed.subgraphs,
    owners: placed.owners ?? placed.subgraphs,
    products: placed.products ?? nothing,
    type: placed.type,
    typeIn: placed.typeIn ?? noTypes,
    requires: placed.requires ?? nothing,
    tags: tags.length === 0 ? noTags : new Set(tags.map(({ name }) => String(name))),
    authenticated: isStated(names.authenticated),
    scopes: alternatives(applicationsOf(schema, carrier, names.requiresScopes), placed, 'scopes'),
    policies: alternatives(applicationsOf(schema, carrier, names.policy), placed, 'policies'),
    usesNothing: isStated(names.usesNothing),
    declassified: isStated(names.declassify),
    carrier: isStated(names.carrier),
    uses: uses.length === 0 ? nothing : Object.freeze(uses.map((use) => readUse(placed, use))),
  });
}

/** Shared by the many elements of which nothing is declared. */
const nothing: readonly never[] = Object.freeze([]);
const noTags: ReadonlySet<string> = new Set();
const noTypes: ReadonlyMap<string, string> = new Map();

/** Subgraphs that state different ones have had them merged into one, by which all of theirs hold. */
function alternatives(
  applications: ReturnType<typeof applicationsOf>,
  { coordinate }: Placed,
  argument: 'scopes' | 'policies',
): Element['scopes'] {
  const [first, ...others] = applications;
  if (others.length > 0) throw new SupergraphError(`\`${coordinate}\` states its ${argument} more than once`);
  if (first === undefined) return undefined;
  const value = first[argument];
  const lists = Array.isArray(value) ? value : [];
  return Object.freeze(
    lists.map((list: unknown) => Object.freeze(Array.isArray(list) ? list.map(String) : [])),
  );
}

function readUse({ coordinate }: Placed, use: Readonly<Record<string, unknown>>): Use {
  const kind = useKinds.find((candidate) => candidate === use['as']);
  if (kind === undefined) {
    throw new SupergraphError(
      `\`${coordinate}\` uses a column as \`${use['as']}\`; known: ${useKinds.join(', ')}`,
    );
  }
  return Object.freeze({ field: String(use['field']), as: kind });
}

/**
 * What a field's subgraphs need before they answer it: over all subgraphs that could be asked, since which one is asked
 * is the planner's choice. A field that an `@interfaceObject` adds has its `@requires` on the interface.
 */
function requiredBy(reader: ElementReader, parent: Parent, fieldName: string): readonly string[] {
  const found = new Set<string>();
  for (const type of [parent, ...parent.getInterfaces()]) {
    const field = type.getFields()[fieldName];
    for (const { requires } of field ? applicationsOf(reader.schema, field, reader.names.joinField) : []) {
      if (typeof requires !== 'string') continue;
      for (const coordinate of fieldSetCoordinates(reader.schema, parent.name, requires))
        found.add(coordinate);
    }
  }
  return [...found];
}

function inputsOf(...of: Parameters<typeof requiredBy>): readonly string[] {
  return Object.freeze([...new Set([...requiredBy(...of), ...readFromContext(...of)])]);
}

/** A field without `@join__field` is in every subgraph of its type (join spec §@join__field). */
function definingGraphs(
  reader: ElementReader,
  carrier: Carrier,
  ofParent: readonly string[],
): readonly string[] {
  const joins = applicationsOf(reader.schema, carrier, reader.names.joinField);
  if (joins.length === 0) return ofParent;
  const defining = joins.filter(
    ({ external, usedOverridden }) => external !== true && usedOverridden !== true,
  );
  return namesOf(reader, defining);
}

/** A field that an `@interfaceObject` adds names no subgraph on the types that get it; the interface's own does. */
function graphsOfInterfaces(reader: ElementReader, parent: Parent, fieldName: string): readonly string[] {
  const graphs = parent.getInterfaces().flatMap((type) => {
    const field = type.getFields()[fieldName];
    return field ? graphsOf(reader, field, reader.names.joinField) : [];
  });
  return [...new Set(graphs)];
}

/**
 * Our own composition writes the subgraph into the name. Where another one did it, every subgraph that has the type
 * counts as the one that states it.
 */
function productsOf(reader: ElementReader, type: Carrier, subgraphs: readonly string[]): readonly string[] {
  const stated = applicationsOf(reader.schema, type, reader.names.product).map(({ name }) => String(name));
  if (stated.length === 0) return nothing;
  const qualified = stated.flatMap((name) =>
    subgraphs.some((subgraph) => name.startsWith(`${subgraph}.`))
      ? [name]
      : subgraphs.map((subgraph) => `${subgraph}.${name}`),
  );
  return Object.freeze([...new Set(qualified)]);
}

/** Join spec §@join__field, `type`. */
function ownTypes(reader: ElementReader, field: Carrier): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const { graph, type } of applicationsOf(reader.schema, field, reader.names.joinField)) {
    const subgraph = reader.graphs.get(String(graph));
    if (subgraph !== undefined && typeof type === 'string')
      types.set(subgraph, typeNameOf(parseType(type, { noLocation: true })));
  }
  return types.size === 0 ? noTypes : types;
}

function graphsOf(reader: ElementReader, carrier: Carrier, directive: string): readonly string[] {
  return namesOf(reader, applicationsOf(reader.schema, carrier, directive));
}

function namesOf(
  reader: ElementReader,
  applications: readonly Readonly<Record<string, unknown>>[],
): string[] {
  const names = applications.map(({ graph }) => reader.graphs.get(String(graph)));
  return [...new Set(names.filter((name) => name !== undefined))];
}
