/** What a representation is made of, for entities of one type. */
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { onlyTree } from './only-tree.ts';

/** Response names in their order: leaves only. */
export function requiredNames(
  requires: readonly QueryPlanSelectionNode[],
  meets: (condition: string | undefined) => boolean,
): readonly string[] {
  const names = new Set<string>();
  for (const node of requires) {
    if (node.kind === 'InlineFragment') {
      if (!meets(node.typeCondition)) continue;
      for (const name of requiredNames(node.selections, meets)) names.add(name);
    } else if (node.selections === undefined) {
      names.add(node.alias ?? node.name);
    } else {
      throw onlyTree;
    }
  }
  return [...names];
}
