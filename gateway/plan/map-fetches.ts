/** Replaces each fetch of a plan by one or several, where it stands. */
import type { FetchNode, PlanNode } from '@apollo/query-planner';

export function mapFetches(node: PlanNode, parts: (fetch: FetchNode) => readonly FetchNode[]): PlanNode {
  const map = (each: PlanNode): PlanNode => mapFetches(each, parts);
  switch (node.kind) {
    case 'Fetch':
      return parallel(parts(node));
    case 'Flatten': {
      const { node: child } = node;
      if (child.kind !== 'Fetch') return { ...node, node: map(child) };
      return parallel(parts(child).map((fetch) => ({ ...node, node: fetch })));
    }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(map) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: map(node.ifClause) }),
        ...(node.elseClause && { elseClause: map(node.elseClause) }),
      };
    case 'Defer':
      return {
        ...node,
        primary: { ...node.primary, ...(node.primary.node && { node: map(node.primary.node) }) },
        deferred: node.deferred.map((each) => ({ ...each, ...(each.node && { node: map(each.node) }) })),
      };
  }
}

function parallel(nodes: readonly PlanNode[]): PlanNode {
  const [first, ...others] = nodes;
  return first !== undefined && others.length === 0 ? first : { kind: 'Parallel', nodes: [...nodes] };
}
