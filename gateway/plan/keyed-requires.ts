/** Keeps a representation that is not a whole one from being sent. */
import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { mapFetches } from './map-fetches.ts';
import { intersection, type TypeNames } from './place.ts';
import type { GraphTypes } from './provided.ts';

type Fragment = Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;

/**
 * For a field that is asked of one type of an interface, the planner takes the key from objects of that type, and what the
 * field requires from all that implement the interface: `... on Film { id } ... on Media { title }`. Of a `Song` it would
 * send a title, by which no subgraph finds anything. What is required is taken from those alone whose key is.
 */
export function withKeyedRequires(node: PlanNode, graph: GraphTypes): PlanNode {
  return mapFetches(node, (fetch) => [keyed(fetch, graph)]);
}

function keyed(fetch: FetchNode, graph: GraphTypes): FetchNode {
  const { requires } = fetch;
  const keys = graph.subgraphs.get(fetch.serviceName)?.keys;
  if (requires === undefined || requires.length < 2 || keys === undefined) return fetch;
  const fragments = requires.filter((each): each is Fragment => each.kind === 'InlineFragment');
  const possible = ({ typeCondition }: Fragment): TypeNames =>
    graph.possibleTypes.get(typeCondition ?? '') ?? new Set();
  const ofType = (fragment: Fragment) =>
    [...keys].flatMap(([type, own]) =>
      intersection(graph.possibleTypes.get(type) ?? new Set(), possible(fragment)).size > 0 ? own : [],
    );
  const withKey = fragments.filter((each) =>
    ofType(each).some((key) => key.every((name) => selects(each, name))),
  );
  if (withKey.length === 0 || withKey.length === fragments.length) return fetch;
  const narrowed = fragments.flatMap((fragment): readonly Fragment[] => {
    if (withKey.includes(fragment)) return [fragment];
    const types = possible(fragment);
    const has = (each: Fragment) => intersection(possible(each), types);
    if (withKey.some((each) => has(each).size === types.size)) return [fragment];
    return withKey
      .filter((each) => has(each).size > 0)
      .map(({ typeCondition }) => ({ ...fragment, ...(typeCondition !== undefined && { typeCondition }) }));
  });
  return { ...fetch, requires: narrowed };
}

function selects({ selections }: Fragment, name: string): boolean {
  return selections.some((each) => each.kind === 'Field' && each.name === name);
}
