/** The authoring vocabulary: the directives a domain writes in `schema.graphql`, and how their arguments are read. */
import { type ConstDirectiveNode, type ConstValueNode, valueFromASTUntyped } from 'graphql';

/** Directives that mean something to the kit alone; the served SDL does not have them. */
export const authoringDirectives: ReadonlySet<string> = new Set([
  'table',
  'dataProduct',
  'column',
  'dimension',
  'measure',
  'reference',
  'collection',
  'resolved',
  'guard',
]);

interface Annotated {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

export function directive(node: Annotated, name: string): ConstDirectiveNode | undefined {
  return node.directives?.find((candidate) => candidate.name.value === name);
}

export function directives(node: Annotated, name: string): readonly ConstDirectiveNode[] {
  return node.directives?.filter((candidate) => candidate.name.value === name) ?? [];
}

export function has(node: Annotated, name: string): boolean {
  return directive(node, name) !== undefined;
}

function argument(node: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return node.arguments?.find((candidate) => candidate.name.value === name)?.value;
}

/** A string argument; `undefined` where it is absent or not a string. */
export function stringArgument(node: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(node, name);
  return value?.kind === 'StringValue' ? value.value : undefined;
}

export function booleanArgument(node: ConstDirectiveNode, name: string): boolean | undefined {
  const value = argument(node, name);
  return value?.kind === 'BooleanValue' ? value.value : undefined;
}

/** A list-of-strings argument. One string counts as a list of one (GraphQL §3.11, list input coercion). */
export function stringsArgument(node: ConstDirectiveNode, name: string): readonly string[] {
  const value = argument(node, name);
  if (value === undefined) return [];
  const plain: unknown = valueFromASTUntyped(value);
  return (Array.isArray(plain) ? plain : [plain]).filter((item) => typeof item === 'string');
}

/** `@tag(name:)`s of a type or field. */
export function tagsOf(node: Annotated): readonly string[] {
  return directives(node, 'tag').flatMap((tag) => stringArgument(tag, 'name') ?? []);
}
