/** The operation in a form in which the planner forgets no object. */
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { createOperation, type Operation } from '../program.ts';

/**
 * Where everything that is asked of an object has a condition, or is asked of some types, @apollo/query-planner 2.14.4 leaves
 * out the object with it, although the object is asked for: `__typename` is asked with it.
 */
export function withTypenames(operation: Operation): Operation {
  const definition: OperationDefinitionNode = visit(operation.definition, {
    Field: {
      leave(node): FieldNode | undefined {
        const { selectionSet } = node;
        if (selectionSet === undefined || selectionSet.selections.some(isUnconditional)) return undefined;
        const selections = [typename, ...selectionSet.selections];
        return { ...node, selectionSet: { ...selectionSet, selections } };
      },
    },
  });
  return definition === operation.definition ? operation : createOperation(definition);
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function isUnconditional(node: SelectionNode): boolean {
  if ((node.directives ?? []).length > 0) return false;
  if (node.kind !== Kind.INLINE_FRAGMENT) return true;
  return node.typeCondition === undefined && someUnconditional(node.selectionSet);
}

function someUnconditional({ selections }: SelectionSetNode): boolean {
  return selections.some(isUnconditional);
}
