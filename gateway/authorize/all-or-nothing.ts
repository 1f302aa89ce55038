/** For callers that are answered whole or not at all. */
import { type DirectiveNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { ParsedRequest } from '../request.ts';
import { type RefusedOperation, refusal } from './refusal.ts';

/** @throws ClientError one text for whatever is denied */
export function assertNothingDenied(decided: RefusedOperation): void {
  const { operation, coerced } = decided.parsed;
  const { denied } = decided.decision;
  if (denied.length === 0) return;
  const nodes = new Set<SelectionNode>(denied.map(({ selection }) => selection));
  if (!selects(operation.definition.selectionSet, { nodes, coerced })) return;
  throw refusal('Access to a part of this operation is denied; nothing of it was carried out.', decided);
}

interface Sought {
  readonly nodes: ReadonlySet<SelectionNode>;
  readonly coerced: ParsedRequest['coerced'];
}

function selects({ selections }: SelectionSetNode, sought: Sought): boolean {
  return selections.some((node) => {
    if (!isIncluded(node.directives ?? [], sought.coerced)) return false;
    if (sought.nodes.has(node)) return true;
    const below = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet;
    return below !== undefined && selects(below, sought);
  });
}

/** GraphQL §3.13: a variable that is left out, or null, is none that is true. */
function isIncluded(directives: readonly DirectiveNode[], coerced: ParsedRequest['coerced']): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? coerced[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return holds === (name.value === 'include');
  });
}
