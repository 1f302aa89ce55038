/** What each subgraph states about access, and problems with it. */
import { type ASTNode, type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { SupergraphError } from '../../supergraph/supergraph.ts';
import { adviceFor } from '../advice.ts';
import { placeOf, type SubgraphSource } from '../locate.ts';
import { type Problem, SourceError } from '../problem.ts';
import { type AccessNames, namesInSubgraph } from './names.ts';
import { withProductsOf } from './products.ts';
import { type Declarations, declarationsOf } from './statements.ts';

export interface StatedSubgraph {
  readonly subgraph: SubgraphSource;
  /** What is composed: its data products are said to be its own. */
  readonly document: DocumentNode;
  readonly names: AccessNames;
  readonly declarations: Declarations;
  /** Every directive that is applied anywhere in it. */
  readonly applied: readonly ConstDirectiveNode[];
}

/** @throws SourceError if it cannot be told what the subgraph links */
export function statedIn(subgraph: SubgraphSource): StatedSubgraph {
  const names = namesOf(subgraph);
  const document = withProductsOf(subgraph.name, subgraph.document, names);
  const applied: ConstDirectiveNode[] = [];
  visit(document, { Directive: (node) => void applied.push(node as ConstDirectiveNode) });
  return { subgraph, document, names, declarations: declarationsOf(document, names), applied };
}

function namesOf({ document, name, owner, schemaFile }: SubgraphSource): AccessNames {
  try {
    return namesInSubgraph(document);
  } catch (error) {
    if (!(error instanceof SupergraphError)) throw error;
    const places = [{ file: schemaFile, line: 1, column: 1, subgraph: name, owner }] as const;
    const code = 'INVALID_LINK';
    throw new SourceError([
      { severity: 'error', code, message: error.message, places, advice: 'correct the @link' },
    ]);
  }
}

export function problemAt(
  sources: readonly SubgraphSource[],
  nodes: readonly ASTNode[],
  what: Pick<Problem, 'code' | 'message'>,
): Problem {
  const [first, ...others] = nodes.flatMap((node) => placeOf(node, sources) ?? []);
  const place = first ?? sources[0]?.place;
  if (place === undefined) throw new Error('a statement stands in a subgraph');
  return { severity: 'error', ...what, places: [place, ...others], advice: adviceFor(what.code) };
}
