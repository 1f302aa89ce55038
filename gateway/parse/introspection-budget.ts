/** How large an answer about the schema may be: it needs no subgraph, but the whole of it is written at one go. */
import {
  type GraphQLSchema,
  getIntrospectionQuery,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { ClientError } from '../errors.ts';
import type { Operation } from '../program.ts';
import { normalize } from './normalize.ts';

/**
 * As often as tools ask: GraphiQL and code generators send this one query, once. On the six demo domains it counts for
 * 104,000 values (0.1 s), and 400 aliases of every type's name, 5 MB, for 208,000.
 */
const mostWholeSchemas = 1.5;
const wholeSchema = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});

/** Small graphs can be asked for in any way. */
const alwaysAllowed = 50_000;

export function assertIntrospectionWithinBudget({ definition }: Operation, schema: GraphQLSchema): void {
  const asked = rootsOf(definition.selectionSet);
  if (asked.length === 0) return;
  const { sizes, budget } = measured(schema);
  if (countOf(asked, sizes) <= budget) return;
  throw new ClientError('COST_LIMIT', 'The operation asks for too much of the schema at once.');
}

function countOf(asked: readonly Root[], sizes: Sizes): number {
  let values = 0;
  for (const { name, set } of asked) {
    values += valuesOf(set, sizes, { objects: 1, distinct: name === '__schema' });
  }
  return values;
}

interface Root {
  readonly name: '__schema' | '__type';
  readonly set: SelectionSetNode;
}

function rootsOf({ selections }: SelectionSetNode): readonly Root[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT) return rootsOf(node.selectionSet);
    if (node.kind !== Kind.FIELD || node.selectionSet === undefined) return [];
    const name = node.name.value;
    return name === '__schema' || name === '__type' ? [{ name, set: node.selectionSet }] : [];
  });
}

/** How long the lists of the introspection types are: for all of a schema together, and the longest one. */
type Sizes = ReadonlyMap<string, { readonly all: number; readonly longest: number }>;

interface Met {
  readonly objects: number;
  /** Each of the schema's objects at most once: their lists are then together no longer than the schema's. */
  readonly distinct: boolean;
}

function valuesOf({ selections }: SelectionSetNode, sizes: Sizes, { objects, distinct }: Met): number {
  let values = 0;
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      values += valuesOf(node.selectionSet, sizes, { objects, distinct });
    } else if (node.kind === Kind.FIELD) {
      values += objects;
      if (node.selectionSet !== undefined) {
        values += valuesOf(node.selectionSet, sizes, below(node.name.value, sizes, { objects, distinct }));
      }
    }
  }
  return values;
}

function below(field: string, sizes: Sizes, { objects, distinct }: Met): Met {
  const size = sizes.get(field);
  // Of one object one object, such as `ofType`; several objects can have the same.
  if (size === undefined) return { objects, distinct: false };
  return {
    objects: distinct ? size.all : objects * size.longest,
    distinct: distinct && field !== 'interfaces' && field !== 'possibleTypes',
  };
}

interface Measured {
  readonly sizes: Sizes;
  readonly budget: number;
}

const known = new WeakMap<GraphQLSchema, Measured>();

function measured(schema: GraphQLSchema): Measured {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const sizes = measure(schema);
  const { document, definition } = wholeSchemaOperation();
  const { selectionSet } = normalize(document, definition, { depth: 100, selections: 1_000 }).definition;
  const budget = Math.max(alwaysAllowed, mostWholeSchemas * countOf(rootsOf(selectionSet), sizes));
  known.set(schema, { sizes, budget });
  return { sizes, budget };
}

function wholeSchemaOperation() {
  const document = parse(wholeSchema);
  const definition = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (definition === undefined) throw new TypeError('the introspection query of graphql-js has no operation');
  return { document, definition };
}

function measure(schema: GraphQLSchema): Sizes {
  const types = Object.values(schema.getTypeMap());
  const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  const fields = composite.map((type) => Object.values(type.getFields()));
  const withArguments = [...fields.flat(), ...schema.getDirectives()];
  const lists: Readonly<Record<string, readonly number[]>> = {
    types: [types.length],
    directives: [schema.getDirectives().length],
    fields: fields.map(({ length }) => length),
    args: withArguments.map(({ args }) => args.length),
    inputFields: types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
    enumValues: types.map((type) => (isEnumType(type) ? type.getValues().length : 0)),
    interfaces: composite.map((type) => type.getInterfaces().length),
    possibleTypes: types.map((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)),
    locations: schema.getDirectives().map(({ locations }) => locations.length),
  };
  return new Map(
    Object.entries(lists).map(([name, lengths]) => [
      name,
      { all: lengths.reduce((sum, length) => sum + length, 0), longest: Math.max(0, ...lengths) },
    ]),
  );
}
