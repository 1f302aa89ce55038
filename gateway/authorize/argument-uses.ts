/** What arguments make use of: a filter, an order or a group key on a column reveals it as reading it does. */
import type { Coordinate } from '@portcullis/schema/supergraph/supergraph';
import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLList,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
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

/** What the arguments of one request use, given its coerced variables. */
export class ArgumentUses {
  readonly #variables: Readonly<Record<string, unknown>>;
  /** By value: hundreds of selections can share a variable that holds thousands of conditions. */
  readonly #known = new WeakMap<object, Map<GraphQLInputType, ReadonlySet<Coordinate>>>();

  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  /** The coordinates that the arguments at `site` use. */
  of(site: ArgumentSite): ReadonlySet<Coordinate> {
    const uses = new Set<Coordinate>();
    const values = valuesOf(site, this.#variables);
    for (const argument of site.field.args) {
      if (!Object.hasOwn(values, argument.name)) continue;
      uses.add(`${site.type}.${site.field.name}(${argument.name}:)`);
      this.#add(argument.type, values[argument.name], uses);
    }
    return uses;
  }

  #add(type: GraphQLInputType, value: unknown, uses: Set<Coordinate>): void {
    if (isNonNullType(type)) {
      this.#add(type.ofType, value, uses);
    } else if (isEnumType(type)) {
      if (typeof value === 'string') uses.add(`${type.name}.${value}`);
    } else if (typeof value === 'object' && value !== null && !isScalarType(type)) {
      for (const coordinate of this.#inside(type, value)) uses.add(coordinate);
    }
  }

  #inside(type: ListOrObject, value: object): ReadonlySet<Coordinate> {
    const known = this.#known.get(value)?.get(type);
    if (known !== undefined) return known;
    const uses = new Set<Coordinate>();
    if (isListType(type)) {
      for (const item of Array.isArray(value) ? value : []) this.#add(type.ofType, item, uses);
    } else {
      this.#addFields(type, value, uses);
    }
    const byType = this.#known.get(value) ?? new Map<GraphQLInputType, ReadonlySet<Coordinate>>();
    this.#known.set(value, byType.set(type, uses));
    return uses;
  }

  /** A key counts also when its value is null: that it is there is a use. */
  #addFields(type: GraphQLInputObjectType, value: object, uses: Set<Coordinate>): void {
    for (const [name, given] of Object.entries(value)) {
      uses.add(`${type.name}.${name}`);
      const field = type.getFields()[name];
      if (field !== undefined) this.#add(field.type, given, uses);
    }
  }
}

type ListOrObject = GraphQLInputObjectType | GraphQLList<GraphQLInputType>;

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
