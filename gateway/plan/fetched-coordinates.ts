/** Every field that a plan asks of subgraphs, by coordinate: what the operation needs and what joining it adds. */
import type { FetchNode } from '@apollo/query-planner';
import type { Coordinate, Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';

/**
 * Keys are left out: the planner may join by a key that the caller cannot read, and it never reaches the client, since
 * the answer is written by the client's own selections.
 */
export function fetchedCoordinates(
  fetches: readonly FetchNode[],
  supergraph: Supergraph,
): ReadonlySet<Coordinate> {
  const found = new Set<Coordinate>();
  for (const fetch of fetches) collectFetch(fetch, supergraph, found);
  for (const key of supergraph.keys) found.delete(key);
  return found;
}

interface Walk {
  readonly supergraph: Supergraph;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly found: Set<Coordinate>;
}

function collectFetch(fetch: FetchNode, supergraph: Supergraph, found: Set<Coordinate>): void {
  const document: DocumentNode = parse(fetch.operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const root = supergraph.api.getRootType(fetch.operationKind)?.name;
  for (const each of document.definitions) {
    if (each.kind === Kind.OPERATION_DEFINITION)
      collect(each.selectionSet, root, { supergraph, fragments, found });
  }
}

/** `type` is undefined below `_entities`, until a fragment says which entity. */
function collect(set: SelectionSetNode, type: string | undefined, walk: Walk): void {
  for (const node of set.selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, node.typeCondition?.name.value ?? type, walk);
    } else if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = walk.fragments.get(node.name.value);
      if (fragment !== undefined) collect(fragment.selectionSet, fragment.typeCondition.name.value, walk);
    } else if (node.name.value === '_entities') {
      if (node.selectionSet !== undefined) collect(node.selectionSet, undefined, walk);
    } else if (node.name.value !== '__typename') {
      const coordinate = `${type}.${node.name.value}`;
      walk.found.add(coordinate);
      const returned = walk.supergraph.elements.get(coordinate)?.type;
      if (node.selectionSet !== undefined) collect(node.selectionSet, returned, walk);
    }
  }
}
