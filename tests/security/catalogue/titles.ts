/** The titles of the tests of a file, as its code has them: what a comment or another string says is no test. */
import { readFile } from 'node:fs/promises';
import { parse } from '@swc/core';

export interface Titles {
  /** Of tests and of what they stand in; of a table also the texts of its rows. */
  readonly titles: readonly string[];
  /** Those of tests that look at what was fetched. */
  readonly watching: readonly string[];
  /** Calls that leave tests out, or all others. */
  readonly leftOut: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** By file: most are named by many rows. */
const known = new Map<string, Promise<Titles>>();

export function titlesIn(file: string): Promise<Titles> {
  const titles = known.get(file) ?? readFile(file, 'utf8').then(titlesOf);
  known.set(file, titles);
  return titles;
}

export async function titlesOf(code: string): Promise<Titles> {
  const module = await parse(code, { syntax: 'typescript', target: 'es2022' });
  const nodes = [...nodesIn(module)];
  const constants = new Map<string, unknown>();
  for (const { type, id, init } of nodes)
    if (type === 'VariableDeclarator' && isNode(id) && typeof id['value'] === 'string')
      constants.set(id['value'], init);
  const titles: string[] = [];
  const watching: string[] = [];
  const leftOut: string[] = [];
  for (const node of nodes) {
    const called = calledBy(node);
    if (called === undefined) continue;
    const { name, table } = called;
    if (!isRunner.test(name)) leftOut.push(name);
    const [title = ''] = textsIn(firstArgument(node), constants);
    const own = [title, ...(/[%$]/.test(title) ? textsIn(table, constants) : [])];
    titles.push(...own);
    if (looksAtFetches(node)) watching.push(...own);
  }
  return { titles, watching, leftOut };
}

const isRunner = /^(it|test|describe)(\.each)?$/;
const isAnyRunner = /^[xf]?(it|test|describe)(\.(each|skip|only|todo|failing|concurrent))*$/;

/** `it(…)`, `it.each(…)(…)` and their like. */
function calledBy({ type, callee }: Node): { readonly name: string; readonly table: unknown } | undefined {
  if (type !== 'CallExpression' || !isNode(callee)) return undefined;
  const name = nameOf(callee);
  if (isAnyRunner.test(name) && !name.endsWith('.each')) return { name, table: undefined };
  const inner = callee['callee'] ?? callee['tag'];
  const innerName = isNode(inner) ? nameOf(inner) : '';
  return isAnyRunner.test(innerName)
    ? { name: innerName, table: callee['arguments'] ?? callee['template'] }
    : undefined;
}

function nameOf({ type, value, object, property }: Node): string {
  if (type === 'Identifier') return String(value);
  return type === 'MemberExpression' && isNode(object) && isNode(property)
    ? `${nameOf(object)}.${nameOf(property)}`
    : '';
}

/** Queries that subgraphs were sent, calls of them, statements in their databases, resolvers that ran. */
const fetches = /^(asked|unasked|calls|sent|sqlOf|heard)$/;

function looksAtFetches({ arguments: given }: Node): boolean {
  for (const { type, value } of nodesIn(given))
    if (type === 'Identifier' && fetches.test(String(value))) return true;
  return false;
}

function firstArgument({ arguments: given }: Node): unknown {
  return Array.isArray(given) ? given[0] : undefined;
}

/** Of a constant that is named, those of what it is made of. */
function textsIn(
  given: unknown,
  constants: ReadonlyMap<string, unknown>,
  seen = new Set<string>(),
): string[] {
  const texts: string[] = [];
  for (const { type, value, cooked } of nodesIn(given)) {
    if (type === 'StringLiteral') texts.push(String(value));
    if (type === 'TemplateElement') texts.push(String(cooked));
    if (type !== 'Identifier' || seen.has(String(value))) continue;
    seen.add(String(value));
    texts.push(...textsIn(constants.get(String(value)), constants, seen));
  }
  return texts;
}

function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesIn(each);
  if (!isNode(value)) return;
  if (typeof value['type'] === 'string') yield value;
  for (const each of Object.values(value)) yield* nodesIn(each);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
