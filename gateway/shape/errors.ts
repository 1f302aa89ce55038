/** The errors of an answer: one for each denied selection, and none that names what the client did not ask for. */
import { Kind, type SelectionSetNode } from 'graphql';
import type { ResponseError } from '../errors.ts';
import type { UnexplainedNull } from './complete.ts';
import type { Selections } from './selections.ts';

/** Always the same text: a refusal tells neither why nor what there would have been. */
const forbidden = 'Access to this field is denied.';

/**
 * From the operation alone, never from the data: the same errors come whether or not there are rows. Their paths name the
 * selection, hence no list index.
 */
export function denialErrors(set: SelectionSetNode, selections: Selections): readonly ResponseError[] {
  const paths = new Map<string, readonly string[]>();
  collectDenied(set, selections, { path: [], paths });
  return [...paths.values()].map((path) => ({ message: forbidden, path, extensions: { code: 'FORBIDDEN' } }));
}

interface Collecting {
  readonly path: readonly string[];
  readonly paths: Map<string, readonly string[]>;
}

function collectDenied(set: SelectionSetNode, selections: Selections, { path, paths }: Collecting): void {
  for (const node of set.selections) {
    if (!selections.includes(node)) continue;
    if (node.kind === Kind.INLINE_FRAGMENT) collectDenied(node.selectionSet, selections, { path, paths });
    if (node.kind !== Kind.FIELD) continue;
    const here = [...path, (node.alias ?? node.name).value];
    if (selections.denies(node)) paths.set(JSON.stringify(here), here);
    if (node.selectionSet !== undefined) collectDenied(node.selectionSet, selections, { path: here, paths });
  }
}

/** An error of a field that was fetched for another one, such as an input of it, is reported where the client asked. */
export function withVisiblePath(error: ResponseError, set: SelectionSetNode): ResponseError {
  if (error.path === undefined) return error;
  const { path: given, ...rest } = error;
  const path = visiblePart(given, set);
  return path.length === 0 ? rest : { ...rest, path };
}

/** Step by step, without calling itself: the length of a path is a subgraph's to choose. */
function visiblePart(
  path: readonly (string | number)[],
  root: SelectionSetNode,
): readonly (string | number)[] {
  let sets: readonly SelectionSetNode[] = [root];
  for (const [at, step] of path.entries()) {
    if (typeof step === 'number') continue;
    const nodes = sets.flatMap((set) => selectedAs(step, set));
    if (nodes.length === 0) return path.slice(0, at);
    sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return path;
}

function selectedAs(
  responseName: string,
  { selections }: SelectionSetNode,
): readonly { selectionSet?: SelectionSetNode }[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT) return selectedAs(responseName, node.selectionSet);
    if (node.kind !== Kind.FIELD || (node.alias ?? node.name).value !== responseName) return [];
    return [node.selectionSet === undefined ? {} : { selectionSet: node.selectionSet }];
  });
}

/** GraphQL §6.4.4: a null that propagated has an error. */
export function unexplainedError({ path, hidden }: UnexplainedNull): ResponseError {
  return hidden
    ? { message: forbidden, path, extensions: { code: 'FORBIDDEN' } }
    : {
        message: 'A subgraph gave no value for a field that has to have one.',
        path,
        extensions: { code: 'SUBGRAPH_ERROR' },
      };
}
