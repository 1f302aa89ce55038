/** The errors of denied selections: from the operation alone, never from the data, so that they tell nothing of it. */
import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { forbiddenField, type ResponseError } from '../../errors.ts';

export interface DenialOptions {
  readonly includes: (node: SelectionNode) => boolean;
  /** The object types on which a selection is denied. */
  readonly denied: ReadonlyMap<FieldNode, ReadonlySet<string>>;
}

/** The same whether or not there are rows: paths name the selection, hence no list index. */
export function denialsIn(set: SelectionSetNode, options: DenialOptions): readonly ResponseError[] {
  const paths = new Map<string, readonly string[]>();
  collect(set, options, { path: [], paths });
  return [...paths.values()].map(forbiddenField);
}

interface Collecting {
  readonly path: readonly string[];
  readonly paths: Map<string, readonly string[]>;
}

function collect(set: SelectionSetNode, options: DenialOptions, { path, paths }: Collecting): void {
  for (const node of set.selections) {
    if (!options.includes(node)) continue;
    if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, options, { path, paths });
    if (node.kind !== Kind.FIELD) continue;
    const here = [...path, (node.alias ?? node.name).value];
    if (options.denied.has(node)) paths.set(JSON.stringify(here), here);
    if (node.selectionSet !== undefined) collect(node.selectionSet, options, { path: here, paths });
  }
}
