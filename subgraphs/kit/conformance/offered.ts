/** What a subgraph offers, as its SDL says: which fields can be asked for without knowing anything of its data. */
import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
} from 'graphql';

/** A way to rows of a type: a field of `Query`, and within its answer the list, where it is not the list itself. */
export interface Way {
  readonly field: string;
  /** Name of the list within the answer; undefined where the field is the list, or the one object. */
  readonly list: string | undefined;
  /** What is written behind the field: `(first: 5)`, or nothing. */
  readonly arguments: string;
  readonly type: string;
}

const scalars = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);

/** The fields of an object type or an interface, its extensions included. */
export function fieldsOf(schema: DocumentNode, type: string): readonly FieldDefinitionNode[] {
  return partsOf(schema, type).flatMap(({ fields = [] }) => fields);
}

/** Fields of one value each, whose names are all that a query needs. */
export function leavesOf(schema: DocumentNode, type: string): readonly string[] {
  const leaves = new Set([
    ...scalars,
    ...schema.definitions.flatMap((each) =>
      each.kind === Kind.SCALAR_TYPE_DEFINITION || each.kind === Kind.ENUM_TYPE_DEFINITION
        ? [each.name.value]
        : [],
    ),
  ]);
  return fieldsOf(schema, type)
    .filter((field) => isFree(field) && !isList(field.type) && leaves.has(namedType(field.type)))
    .map(({ name }) => name.value);
}

/** Keys of an entity that are written as fields of its own: `["id", "country code"]`. */
export function keysOf(schema: DocumentNode, type: string): readonly string[] {
  return partsOf(schema, type).flatMap(({ directives = [] }) =>
    directives
      .filter(({ name }) => /(?:^|__)key$/.test(name.value))
      .flatMap(({ arguments: given = [] }) =>
        given.flatMap(({ name, value }) =>
          name.value === 'fields' && value.kind === Kind.STRING ? [value.value.trim()] : [],
        ),
      ),
  );
}

/** Every way to rows that needs no argument; first those whose rows can be asked for by their key as well. */
export function waysOf(schema: DocumentNode): readonly Way[] {
  const rank = ({ type }: Way) => {
    const keys = keysOf(schema, type);
    if (keys.length === 0) return 2;
    return keys.some((key) => /^\w+$/.test(key)) && !isInterface(schema, type) ? 0 : 1;
  };
  return [...allWaysOf(schema)].sort((one, other) => rank(one) - rank(other));
}

function allWaysOf(schema: DocumentNode): readonly Way[] {
  return fieldsOf(schema, rootOf(schema, 'query')).flatMap((field) => {
    const name = field.name.value;
    if (!isFree(field) || name.startsWith('_')) return [];
    const type = namedType(field.type);
    const base = { field: name, arguments: firstOf(field) };
    if (isList(field.type)) return isObject(schema, type) ? [{ ...base, list: undefined, type }] : [];
    const lists = fieldsOf(schema, type).filter(
      (each) => isFree(each) && isList(each.type) && isObject(schema, namedType(each.type)),
    );
    const within = lists.map((list) => ({ ...base, list: list.name.value, type: namedType(list.type) }));
    return isObject(schema, type) ? [...within, { ...base, list: undefined, type }] : within;
  });
}

/** Name of the root type of an operation; undefined where no schema definition names one, and it is by its usual name. */
export function rootOf(schema: DocumentNode, operation: 'query' | 'subscription'): string {
  for (const each of schema.definitions) {
    if (each.kind !== Kind.SCHEMA_DEFINITION && each.kind !== Kind.SCHEMA_EXTENSION) continue;
    const found = each.operationTypes?.find((type) => type.operation === operation);
    if (found !== undefined) return found.type.name.value;
  }
  return operation === 'query' ? 'Query' : 'Subscription';
}

export function isList(type: TypeNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE ? isList(type.type) : type.kind === Kind.LIST_TYPE;
}

export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isFree({ arguments: given = [] }: FieldDefinitionNode): boolean {
  return given.every(
    ({ type, defaultValue }) => type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined,
  );
}

/** A few rows are enough, where few can be asked for. */
function firstOf({ arguments: given = [] }: FieldDefinitionNode): string {
  return given.some(({ name, type }) => name.value === 'first' && namedType(type) === 'Int')
    ? '(first: 5)'
    : '';
}

/** A type of rows, and not of what only carries them: an edge, a page. */
function isObject(schema: DocumentNode, type: string): boolean {
  const parts = partsOf(schema, type);
  const carries = parts.some(({ directives = [] }) =>
    directives.some(({ name }) => name.value === 'carrier'),
  );
  return parts.length > 0 && !carries && !/(?:Connection|Edge)$/.test(type);
}

function isInterface(schema: DocumentNode, type: string): boolean {
  return partsOf(schema, type).some(({ kind }) => kind === Kind.INTERFACE_TYPE_DEFINITION);
}

type Part =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

function partsOf(schema: DocumentNode, type: string): readonly Part[] {
  return schema.definitions.flatMap((each) =>
    (each.kind === Kind.OBJECT_TYPE_DEFINITION ||
      each.kind === Kind.OBJECT_TYPE_EXTENSION ||
      each.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      each.kind === Kind.INTERFACE_TYPE_EXTENSION) &&
    each.name.value === type
      ? [each]
      : [],
  );
}
