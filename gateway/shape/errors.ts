/** The errors of an answer: none that names what the client did not ask for, and one for every null that has to have one. */
import { Kind, type SelectionSetNode } from 'graphql';
import { forbiddenField, type ResponseError, unusableValue } from '../errors.ts';
import type { ResponseShape } from '../program.ts';
import type { PlannedRequest } from '../request.ts';
import { type Gap, mostGaps } from './write.ts';

/** As the client is told them: where it asked, and by its own names. What several inputs of a field have in common is told once. */
export function visibleErrors(
  errors: readonly ResponseError[],
  { program, authorized }: PlannedRequest,
): readonly ResponseError[] {
  const { selectionSet } = authorized.parsed.operation.definition;
  const told = new Set<string>();
  return errors.flatMap((error) => {
    const named = withClientNames(error, program.response);
    const visible = withVisiblePath(named, selectionSet);
    if (visible.path?.length === named.path?.length) return [visible];
    const text = JSON.stringify(visible);
    if (told.has(text)) return [];
    told.add(text);
    return [visible];
  });
}

/** An error of a field that was fetched for another one, such as an input of it, is reported where the client asked. */
export function withVisiblePath(error: ResponseError, set: SelectionSetNode): ResponseError {
  if (error.path === undefined) return error;
  const path = visiblePart(error.path, set);
  return at(path.length === 0 ? undefined : path, error);
}

/** Member by member, so that equal errors are the same text however they came here. */
function at(
  path: readonly (string | number)[] | undefined,
  { message, locations, extensions }: ResponseError,
): ResponseError {
  return { message, ...(path && { path }), ...(locations && { locations }), extensions };
}

/** What clashed with other names was called otherwise on the way. */
function withClientNames(
  error: ResponseError,
  { nameInAnswer }: Pick<ResponseShape, 'nameInAnswer'>,
): ResponseError {
  const path = error.path?.map((step) => (typeof step === 'string' ? nameInAnswer(step) : step));
  return at(path, error);
}

/** The index of an item, or how many errors there are, would tell how many hidden ones stand before it in the list. */
export function withoutPlaces(errors: readonly ResponseError[]): readonly ResponseError[] {
  return withoutRepeats(errors.map((each) => at(each.path && namesIn(each.path), each)));
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

/** GraphQL §6.4.4: a null that propagated, and a value that was none of its type, has an error. */
export function gapErrors(
  gaps: readonly Gap[],
  reported: readonly ResponseError[],
): readonly ResponseError[] {
  if (gaps.length === 0) return [];
  // Of so many errors not all were told: those that were stand for the same fields of the other items.
  const explained = reported.map(({ path = [] }) => (reported.length < mostGaps ? path : namesIn(path)));
  const unexplained = gaps.filter(({ path }) => !explained.some((other) => isWithin(path, other)));
  return withoutRepeats(
    unexplained.map(({ path, because, misfit }) => {
      if (because === 'hidden') return forbiddenField(namesIn(path));
      return misfit === undefined ? unusableValue(path) : misfit.errorAt(path);
    }),
  );
}

/** What has no index is the same for all items of a list. */
function withoutRepeats(errors: readonly ResponseError[]): readonly ResponseError[] {
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}

/** Indexes left out. */
function namesIn(path: readonly (string | number)[]): readonly string[] {
  return path.filter((step) => typeof step === 'string');
}

/**
 * Whether one of the places holds the other: a null can be explained by what is below it, from where it came. An error
 * that stands for all items of a list has no index.
 */
function isWithin(place: readonly (string | number)[], error: readonly (string | number)[]): boolean {
  let at = 0;
  for (const step of error) {
    while (typeof step === 'string' && typeof place[at] === 'number') at += 1;
    if (at >= place.length) return true;
    if (place[at] !== step) return false;
    at += 1;
  }
  return true;
}
