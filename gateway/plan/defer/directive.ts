/**
 * `@defer`: a fragment whose part of the answer may come later. `parse` gives each an id, by which it is known wherever the
 * operation is rewritten; whether it is in force is a condition like any other.
 */
import { type DirectiveNode, Kind, type SelectionNode } from 'graphql';

/** Whether a variable is true. */
type Conditions = (variable: string) => boolean;

export function deferOf({ directives = [] }: SelectionNode): DirectiveNode | undefined {
  return directives.find(isDefer);
}

/** The one that is in force. */
export function activeDefer(node: SelectionNode, conditions: Conditions): DirectiveNode | undefined {
  const defer = deferOf(node);
  return defer !== undefined && isInForce(defer, conditions) ? defer : undefined;
}

/** Without its condition; nothing if that does not hold. */
export function deferInForce(defer: DirectiveNode, conditions: Conditions): readonly DirectiveNode[] {
  if (!isInForce(defer, conditions)) return [];
  const given = (defer.arguments ?? []).filter(({ name }) => name.value !== 'if');
  return [{ ...defer, arguments: given }];
}

/** The value of its `if`. */
export function deferCondition(directive: DirectiveNode) {
  return isDefer(directive) ? argument(directive, 'if') : undefined;
}

export function idOf(defer: DirectiveNode): string {
  return text(defer, 'id') ?? '';
}

export function labelOf(defer: DirectiveNode): string | undefined {
  return text(defer, 'label');
}

function isDefer({ name }: DirectiveNode): boolean {
  return name.value === 'defer';
}

function isInForce(defer: DirectiveNode, conditions: Conditions): boolean {
  const value = argument(defer, 'if');
  if (value?.kind === Kind.VARIABLE) return conditions(value.name.value);
  return value?.kind !== Kind.BOOLEAN || value.value;
}

function text(defer: DirectiveNode, name: string): string | undefined {
  const value = argument(defer, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function argument({ arguments: given = [] }: DirectiveNode, name: string) {
  return given.find((each) => each.name.value === name)?.value;
}
