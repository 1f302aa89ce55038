/** Writes an operation without fragments on abstract types: each object type that can be there gets one of its own. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * @apollo/query-planner 2.14.4 asserts where an `@interfaceObject` is narrowed to an abstract type that its subgraph does not
 * know and nothing but `__typename` is asked there. It plans the same question asked type by type, at the price of a longer
 * text, so only then.
 */
export function withoutAbstractFragments(
  definition: OperationDefinitionNode,
  schema: GraphQLSchema,
): OperationDefinitionNode {
  const root = schema.getRootType(definition.operation);
  return root ? { ...definition, selectionSet: exploded(definition.selectionSet, root, schema) } : definition;
}

/** The planner's assertion, which has no code. */
export function isTypenameAssertion(error: unknown): boolean {
  return error instanceof Error && /^We should have an edge from .* for __typename$/.test(error.message);
}

function exploded(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  schema: GraphQLSchema,
): SelectionSetNode {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return [explodedField(node, parent, schema)];
    return node.kind === Kind.INLINE_FRAGMENT ? explodedFragment(node, parent, schema) : [node];
  });
  return { kind: Kind.SELECTION_SET, selections };
}

function explodedField(node: FieldNode, parent: GraphQLCompositeType, schema: GraphQLSchema): FieldNode {
  const field = isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
  const type = field && getNamedType(field.type);
  if (node.selectionSet === undefined || !isCompositeType(type)) return node;
  const selectionSet = exploded(node.selectionSet, type, schema);
  return { ...node, selectionSet: selectionSet.selections.length === 0 ? justTypename : selectionSet };
}

function explodedFragment(
  node: InlineFragmentNode,
  parent: GraphQLCompositeType,
  schema: GraphQLSchema,
): readonly InlineFragmentNode[] {
  const condition = node.typeCondition === undefined ? parent : schema.getType(node.typeCondition.name.value);
  if (!isCompositeType(condition)) return [node];
  const common = possible(parent, schema).filter((type) => possible(condition, schema).includes(type));
  const types = condition === parent ? [parent] : common;
  return types.flatMap((type) => {
    const selectionSet = exploded(node.selectionSet, type, schema);
    if (selectionSet.selections.length === 0) return [];
    const name = { kind: Kind.NAME as const, value: type.name };
    return [{ ...node, typeCondition: { kind: Kind.NAMED_TYPE as const, name }, selectionSet }];
  });
}

function possible(type: GraphQLCompositeType, schema: GraphQLSchema): readonly GraphQLCompositeType[] {
  return isObjectType(type) ? [type] : schema.getPossibleTypes(type);
}

const justTypename: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};
