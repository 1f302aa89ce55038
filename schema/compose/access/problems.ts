/** All that is wrong with what subgraphs state about access, although it composes. */
import type { Problem } from '../problem.ts';
import { lostStatements, unlinkedStatements } from './kept.ts';
import { relaxedBySome } from './relaxed.ts';
import type { StatedSubgraph } from './stated.ts';

export function accessProblems(stated: readonly StatedSubgraph[], supergraphSdl: string): readonly Problem[] {
  return [...unlinkedStatements(stated), ...lostStatements(stated, supergraphSdl), ...relaxedBySome(stated)];
}
