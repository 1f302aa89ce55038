/** What `_entities` is given (federation spec, `_Any`): nobody has coerced it, so it may be anything. */
import {
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Domain } from '../model/domain.ts';
import { badUserInput } from '../query/errors.ts';

/**
 * Lets only representations through to `_entities`. For anything else its place in the answer is an error of the one
 * who asked, and the others are served; `@apollo/subgraph` would call it a fault of ours and serve none.
 */
export function guardEntities(schema: GraphQLSchema, domain: Domain): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) return;
  const names = entityNames(schema, domain);
  field.resolve = (source, args: { readonly representations: readonly unknown[] }, context, info) => {
    const checked = args.representations.map((sent) => problemOf(schema, names, sent));
    const representations = args.representations.filter((_, at) => checked[at] === undefined);
    const answers = (resolve(source, { representations }, context, info) as readonly unknown[]).values();
    return checked.map((problem) => problem ?? answers.next().value);
  };
}

/** Objects that have a key, and interfaces whose objects share one. */
function entityNames(schema: GraphQLSchema, { entities }: Domain): ReadonlySet<string> {
  const union = schema.getType('_Entity');
  const objects = isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
  const interfaces = [...entities.values()].filter((entity) => entity.interface).map(({ name }) => name);
  return new Set([...objects, ...interfaces]);
}

function problemOf(
  schema: GraphQLSchema,
  names: ReadonlySet<string>,
  sent: unknown,
): GraphQLError | undefined {
  const name: unknown =
    typeof sent === 'object' && sent !== null && '__typename' in sent ? sent.__typename : undefined;
  const type = typeof name === 'string' && names.has(name) ? schema.getType(name) : undefined;
  if (typeof sent !== 'object' || sent === null || !(isObjectType(type) || isInterfaceType(type))) {
    return badUserInput('a representation must be an object with the __typename of an entity of this domain');
  }
  const fields = type.getFields();
  for (const [key, value] of Object.entries(sent)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined || !isLeafType(getNamedType(field.type))) continue;
    if (!isValueOf(field.type as GraphQLInputType, value)) {
      return badUserInput(
        `a representation of ${type.name} has a value that ${type.name}.${key} cannot have`,
      );
    }
  }
  return undefined;
}

/** Null is no fault here: a key that is null is found missing, and another domain's field may be null. */
function isValueOf(type: GraphQLInputType, value: unknown): boolean {
  if (value === null) return true;
  if (isNonNullType(type)) return isValueOf(type.ofType, value);
  if (isListType(type)) return Array.isArray(value) && value.every((item) => isValueOf(type.ofType, item));
  if (!isLeafType(type)) return true;
  try {
    type.parseValue(value);
    return true;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return false;
  }
}
