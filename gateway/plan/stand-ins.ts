/** Puts back, in the text of each fetch, the fields that stand-ins stand for (schema/supergraph/argument-free.ts). */
import type { FetchDataRewrite, FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { JoinNames } from '@portcullis/schema/supergraph/join-names';
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { mapFetches } from './map-fetches.ts';
import { type Split, splitFetch } from './split-fetch.ts';

/**
 * A stand-in is asked for under its own name, `price__given1: price(currency: "EUR")`, so that nothing the client asked can
 * be taken for it. In a representation it has the name that its subgraph knows: an input rewrite renames it, whatever its
 * value; `0`, `""`, `false` and `null` are values. These renamers come first, while `__typename` still is the object's own.
 */
export function withoutStandIns(node: PlanNode, names: JoinNames, split: Split): PlanNode {
  if (names.needs.size === 0 && names.standIns.size === 0) return node;
  return mapFetches(node, (fetch) => splitFetch(fetch, names, split).map((part) => restored(part, names)));
}

/** The same fetch, as its subgraph understands it. */
export function restored(fetch: FetchNode, { standIns }: JoinNames): FetchNode {
  if (standIns.size === 0) return fetch;
  const document = visit(parse(fetch.operation, { noLocation: true }), {
    Field(node) {
      const original = standIns.get(node.name.value);
      return original && { ...node, ...original, alias: node.alias ?? node.name };
    },
  });
  const renamers = renamersOf(fetch.requires ?? [], standIns, []);
  const inputRewrites = [...renamers, ...(fetch.inputRewrites ?? [])];
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print(document)),
    ...(inputRewrites.length > 0 && { inputRewrites }),
  };
}

function renamersOf(
  selections: readonly QueryPlanSelectionNode[],
  standIns: JoinNames['standIns'],
  path: readonly string[],
): readonly FetchDataRewrite[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const within = node.typeCondition === undefined ? path : [...path, `... on ${node.typeCondition}`];
      return renamersOf(node.selections, standIns, within);
    }
    const here = [...path, node.name];
    const below = renamersOf(node.selections ?? [], standIns, here);
    const original = standIns.get(node.name);
    if (original === undefined) return below;
    // What is below is renamed while its path is still there.
    return [...below, { kind: 'KeyRenamer', path: here, renameKeyTo: original.name.value }];
  });
}
