/** Checks the conventions of the mesh on a graph that composes. */
import type { SubgraphSource } from '../compose/locate.ts';
import type { Problem } from '../compose/problem.ts';
import { graphOf } from './graph.ts';
import {
  classified,
  described,
  keysInTheClear,
  knownTags,
  type LintOptions,
  linkedArguments,
  nullableAcrossDomains,
  nullableWhereProtected,
  type Rule,
} from './rules.ts';

const rules: readonly Rule[] = [
  described,
  classified,
  knownTags,
  keysInTheClear,
  linkedArguments,
  nullableWhereProtected,
  nullableAcrossDomains,
];

export function lint(subgraphs: readonly SubgraphSource[], options: LintOptions): readonly Problem[] {
  const graph = graphOf(subgraphs);
  return rules.flatMap((rule) => [...rule(graph, options)].filter((problem) => problem !== undefined));
}
