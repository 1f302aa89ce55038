/**
 * `@skip` and `@include` (GraphQL §3.13), decided before planning: an operation is planned once for each combination of
 * conditions that is really asked for. What is left out is planned, fetched and waited for by nobody, and nothing after this
 * has to know conditions (docs/decisions/0012-the-engine.md).
 */
import {
  type DirectiveNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { createOperation, type Operation } from '../program.ts';
import { deferCondition, deferInForce } from './defer/directive.ts';

/** The variables that conditions of an operation name, in a fixed order. */
export function conditionVariables({ selectionSet }: OperationDefinitionNode): readonly string[] {
  const names = new Set<string>();
  visit(selectionSet, {
    Directive: {
      enter(directive) {
        const value = conditionOf(directive) ?? deferCondition(directive);
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    },
  });
  return [...names].sort();
}

/** Whether a condition's variable is true. */
export type Conditions = (variable: string) => boolean;

export function includes({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.every((directive) => {
    const value = conditionOf(directive);
    if (value === undefined) return true;
    const holds =
      value.kind === Kind.VARIABLE
        ? conditions(value.name.value)
        : value.kind === Kind.BOOLEAN && value.value;
    return holds === (directive.name.value === 'include');
  });
}

function conditionOf({ name, arguments: given = [] }: DirectiveNode) {
  if (name.value !== 'skip' && name.value !== 'include') return undefined;
  return given.find((argument) => argument.name.value === 'if')?.value;
}

/** What is left of an operation under these conditions: without `@skip` and `@include`, and every `@defer` in force. */
export function specialize(operation: Operation, conditions: Conditions): Operation {
  const { definition } = operation;
  if (!hasConditions(definition)) return operation;
  const selectionSet = remaining(definition.selectionSet, conditions);
  return createOperation(withUsedVariables({ ...definition, selectionSet }));
}

function hasConditions({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some(isConditional);
}

function isConditional(node: SelectionNode): boolean {
  if ((node.directives ?? []).some((each) => conditionOf(each) ?? deferCondition(each))) return true;
  return node.kind !== Kind.FRAGMENT_SPREAD && (node.selectionSet?.selections ?? []).some(isConditional);
}

function remaining(set: SelectionSetNode, conditions: Conditions): SelectionSetNode {
  const selections = set.selections.flatMap((node): readonly SelectionNode[] => {
    if (!includes(node, conditions) || node.kind === Kind.FRAGMENT_SPREAD) return [];
    const left = withoutConditions(node, conditions);
    if (left.selectionSet === undefined) return [left];
    const below = remaining(left.selectionSet, conditions);
    if (below.selections.length > 0) return [{ ...left, selectionSet: below }];
    // That there is an object is still asked for, though nothing of it.
    return left.kind === Kind.FIELD ? [{ ...left, selectionSet: { ...below, selections: [typename] } }] : [];
  });
  return { kind: Kind.SELECTION_SET, selections };
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function withoutConditions<T extends FieldNode | InlineFragmentNode>(node: T, conditions: Conditions): T {
  const directives = (node.directives ?? []).flatMap((each) => {
    if (conditionOf(each) !== undefined) return [];
    return each.name.value === 'defer' ? deferInForce(each, conditions) : [each];
  });
  return { ...node, directives };
}

/** A variable that only a condition, or what was left out, used is sent to nobody. */
function withUsedVariables(definition: OperationDefinitionNode): OperationDefinitionNode {
  const used = new Set<string>();
  visit(definition.selectionSet, { Variable: { enter: (node) => void used.add(node.name.value) } });
  const { variableDefinitions = [] } = definition;
  return {
    ...definition,
    variableDefinitions: variableDefinitions.filter(({ variable }) => used.has(variable.name.value)),
  };
}
