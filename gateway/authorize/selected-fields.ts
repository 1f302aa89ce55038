/** The fields of an operation, by the object types that they can be selected on; `@skip` and `@include` have no say. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../program.ts';

export interface SelectedField {
  readonly type: GraphQLObjectType;
  readonly node: FieldNode;
}

/** In the order in which the operation names them, without introspection. */
export function* selectedFields(schema: GraphQLSchema, { definition }: Operation): Generator<SelectedField> {
  const root = schema.getRootType(definition.operation);
  if (root) yield* within(schema, root, definition.selectionSet);
}

function* within(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  { selections }: SelectionSetNode,
): Generator<SelectedField> {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition && schema.getType(node.typeCondition.name.value);
      yield* within(schema, isCompositeType(condition) ? condition : type, node.selectionSet);
    } else if (node.kind === Kind.FIELD && !node.name.value.startsWith('__')) {
      const name = node.name.value;
      for (const each of isAbstractType(type) ? schema.getPossibleTypes(type) : [type])
        if (Object.hasOwn(each.getFields(), name)) yield { type: each, node };
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      const returned = field && getNamedType(field.type);
      if (node.selectionSet !== undefined && isCompositeType(returned))
        yield* within(schema, returned, node.selectionSet);
    }
  }
}
