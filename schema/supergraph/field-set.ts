/** Coordinates that a field set names (`@key(fields:)`, `@requires(fields:)`), nested selections and arguments included. */
import {
  type FieldNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { type Coordinate, SupergraphError } from './supergraph.ts';

export function fieldSetCoordinates(
  schema: GraphQLSchema,
  typeName: string,
  fields: string,
): ReadonlySet<Coordinate> {
  const found = new Set<Coordinate>();
  // A field set may be written with or without its outer braces (federation spec, "FieldSet").
  const text = fields.trim().startsWith('{') ? fields : `{${fields}}`;
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind === 'OperationDefinition') collect(schema, typeName, definition.selectionSet, found);
  return found;
}

function collect(
  schema: GraphQLSchema,
  typeName: string,
  set: SelectionSetNode,
  found: Set<Coordinate>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === 'FragmentSpread')
      throw new SupergraphError('a field set cannot spread a named fragment');
    if (selection.kind === 'InlineFragment') {
      collect(schema, selection.typeCondition?.name.value ?? typeName, selection.selectionSet, found);
    } else if (selection.name.value !== '__typename') {
      collectField(schema, typeName, selection, found);
    }
  }
}

function collectField(
  schema: GraphQLSchema,
  typeName: string,
  node: FieldNode,
  found: Set<Coordinate>,
): void {
  const coordinate = `${typeName}.${node.name.value}`;
  const type = schema.getType(typeName);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  if (field === undefined)
    throw new SupergraphError(`a field set names \`${coordinate}\`, which does not exist`);
  found.add(coordinate);
  for (const argument of node.arguments ?? []) {
    found.add(`${coordinate}(${argument.name.value}:)`);
    const definition = field.args.find((candidate) => candidate.name === argument.name.value);
    if (definition !== undefined) collectLiteral(definition.type, argument.value, found);
  }
  if (node.selectionSet !== undefined) {
    collect(schema, getNamedType(field.type).name, node.selectionSet, found);
  }
}

/** A literal names input fields and enum values, which are uses of their own. */
function collectLiteral(type: GraphQLInputType, value: ValueNode, found: Set<Coordinate>): void {
  const named = getNamedType(type);
  if (value.kind === 'ListValue') {
    for (const item of value.values) collectLiteral(type, item, found);
  } else if (value.kind === 'EnumValue' && isEnumType(named)) {
    found.add(`${named.name}.${value.value}`);
  } else if (value.kind === 'ObjectValue' && isInputObjectType(named)) {
    for (const entry of value.fields) {
      found.add(`${named.name}.${entry.name.value}`);
      const field = named.getFields()[entry.name.value];
      if (field !== undefined) collectLiteral(field.type, entry.value, found);
    }
  }
}
