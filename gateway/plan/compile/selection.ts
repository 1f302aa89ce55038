/** What a fetch asks for, as its answer is read. */
import { Kind, type SelectionSetNode } from 'graphql';
import type { ReplySelection } from '../../program.ts';

export function replySelection(sets: readonly SelectionSetNode[]): ReplySelection {
  const below = new Map<string, SelectionSetNode[]>();
  for (const set of sets) collect(set, below);
  const fields = new Map<string, ReplySelection | undefined>();
  for (const [name, inner] of below) fields.set(name, inner.length === 0 ? undefined : replySelection(inner));
  return { fields };
}

/** The planner's fetches have inline fragments only; the parts of one response name can stand in several. */
function collect({ selections }: SelectionSetNode, below: Map<string, SelectionSetNode[]>): void {
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, below);
    if (node.kind !== Kind.FIELD) continue;
    const name = (node.alias ?? node.name).value;
    const sets = below.get(name) ?? [];
    if (node.selectionSet !== undefined) sets.push(node.selectionSet);
    below.set(name, sets);
  }
}
