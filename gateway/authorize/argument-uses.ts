/** What arguments make use of: a filter, an order or a group key on a column reveals it as reading it does. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { ClientError } from '../errors.ts';
import type { Operation } from '../program.ts';

/** A selection that can carry arguments, on one of the object types it can be made on. */
export interface ArgumentSite {
  readonly node: FieldNode;
  readonly type: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Every place of an operation that can carry arguments; fields with defaults alone included. */
export function argumentSites(schema: GraphQLSchema, { definition }: Operation): readonly ArgumentSite[] {
  const root = schema.getRootType(definition.operation);
  const sites: ArgumentSite[] = [];
  if (root) collect(schema, { type: root, set: definition.selectionSet }, sites);
  return sites;
}

interface Typed {
  readonly type: GraphQLCompositeType;
  readonly set: SelectionSetNode;
}

function collect(schema: GraphQLSchema, { type, set }: Typed, sites: ArgumentSite[]): void {
  for (const node of set.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition =
        node.typeCondition === undefined ? type : schema.getType(node.typeCondition.name.value);
      if (isCompositeType(condition)) collect(schema, { type: condition, set: node.selectionSet }, sites);
    } else if (node.kind === Kind.FIELD) {
      collectField(schema, type, node, sites);
    }
  }
}

function collectField(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  node: FieldNode,
  sites: ArgumentSite[],
): void {
  for (const type of isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent]) {
    const field = type.getFields()[node.name.value];
    if (field !== undefined && field.args.length > 0) sites.push({ node, type: type.name, field });
  }
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  const type = field && getNamedType(field.type);
  if (node.selectionSet !== undefined && isCompositeType(type)) {
    collect(schema, { type, set: node.selectionSet }, sites);
  }
}

/** The coordinates that the arguments at `site` use, given the coerced variables. */
export function usesOf(
  site: ArgumentSite,
  variables: Readonly<Record<string, unknown>>,
): ReadonlySet<Coordinate> {
  const uses = new Set<Coordinate>();
  const values = valuesOf(site, variables);
  for (const argument of site.field.args) {
    if (!Object.hasOwn(values, argument.name)) continue;
    uses.add(`${site.type}.${site.field.name}(${argument.name}:)`);
    collectUses(argument.type, values[argument.name], uses);
  }
  return uses;
}

function valuesOf({ field, node }: ArgumentSite, variables: Readonly<Record<string, unknown>>) {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // An optional variable in a required place may be left out by the client only (GraphQL §5.8.5); the text of
    // graphql-js would quote literals.
    throw new ClientError(
      'BAD_USER_INPUT',
      `An argument of the field "${field.name}" has no value that fits.`,
    );
  }
}

/** A key counts also when its value is null: that it is there is a use. */
function collectUses(type: GraphQLInputType, value: unknown, uses: Set<Coordinate>): void {
  if (isNonNullType(type)) {
    collectUses(type.ofType, value, uses);
  } else if (isListType(type)) {
    for (const item of Array.isArray(value) ? value : []) collectUses(type.ofType, item, uses);
  } else if (isEnumType(type)) {
    if (typeof value === 'string') uses.add(`${type.name}.${value}`);
  } else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    for (const [name, given] of Object.entries(value)) {
      uses.add(`${type.name}.${name}`);
      const field = type.getFields()[name];
      if (field !== undefined) collectUses(field.type, given, uses);
    }
  }
}
