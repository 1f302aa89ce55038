/**
 * Whether all that subgraphs state about access is in the supergraph. What composition does not know it leaves out in
 * silence, and the gateway would serve what its owner believes protected.
 */
import { parse } from 'graphql';
import type { Link } from '../../supergraph/links.ts';
import type { Problem } from '../problem.ts';
import { type AccessDirective, type AccessNames, namesInSupergraph } from './names.ts';
import { problemAt, type StatedSubgraph } from './stated.ts';
import { argumentOf, type Declarations, declarationsOf, type Statement } from './statements.ts';

export function lostStatements(stated: readonly StatedSubgraph[], supergraphSdl: string): readonly Problem[] {
  const document = parse(supergraphSdl, { noLocation: true });
  const composed: Composed = {
    declarations: declarationsOf(document, namesInSupergraph(document)),
    implementations: implementationsIn(stated),
  };
  const sources = stated.map(({ subgraph }) => subgraph);
  return stated.flatMap(({ subgraph, declarations }) =>
    [...declarations.values()].flatMap(({ coordinate, statements }) =>
      statements
        .filter((statement) => !isKept(composed, coordinate, statement))
        .map((statement) =>
          problemAt(sources, [statement.node], {
            code: 'ACCESS_LOST',
            message: `\`@${statement.node.name.value}\` on ${coordinate} in ${subgraph.name} is not in the supergraph, or says less there`,
          }),
        ),
    ),
  );
}

interface Composed {
  readonly declarations: Declarations;
  /** Object types by the interface that they implement, in whichever subgraph. */
  readonly implementations: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What restricts by its name alone, but is linked from nowhere: it would look like protection and be none. */
const restricting: ReadonlySet<string> = new Set(['authenticated', 'requiresScopes', 'policy', 'uses']);

export function unlinkedStatements(stated: readonly StatedSubgraph[]): readonly Problem[] {
  const sources = stated.map(({ subgraph }) => subgraph);
  return stated.flatMap(({ subgraph, names, applied }) =>
    applied
      .filter(({ name: { value } }) => isUnlinked(value, names))
      .map((node) =>
        problemAt(sources, [node], {
          code: 'ACCESS_NOT_LINKED',
          message: `\`@${node.name.value}\` in ${subgraph.name} is linked from no spec: it would protect nothing`,
        }),
      ),
  );
}

function isUnlinked(name: string, { directives, links }: AccessNames): boolean {
  const bare = name.slice(name.lastIndexOf('__') === -1 ? 0 : name.lastIndexOf('__') + 2);
  return (
    restricting.has(bare) && !directives.has(name) && !links.some((link: Link) => link.ownsDirective(name))
  );
}

function implementationsIn(stated: readonly StatedSubgraph[]): Composed['implementations'] {
  const found = new Map<string, Set<string>>();
  for (const { subgraph } of stated) {
    for (const node of subgraph.document.definitions) {
      if (!('interfaces' in node) || !node.kind.startsWith('ObjectType')) continue;
      for (const { name } of node.interfaces ?? [])
        found.set(name.value, (found.get(name.value) ?? new Set()).add(node.name.value));
    }
  }
  return found;
}

/**
 * On the element itself, or, where it is an interface's, on every object type that has it. What has not come through,
 * as an input field that not all subgraphs have, needs no protection.
 */
function isKept(composed: Composed, coordinate: string, statement: Statement): boolean {
  const own = composed.declarations.get(coordinate);
  if (own === undefined || isAmong(own.statements, statement)) return true;
  const [type = '', ...rest] = coordinate.split(/(?=\.)/);
  const objects = [...(composed.implementations.get(type) ?? [])].flatMap(
    (name) => composed.declarations.get([name, ...rest].join('')) ?? [],
  );
  return objects.length > 0 && objects.every(({ statements }) => isAmong(statements, statement));
}

function isAmong(given: readonly Statement[], statement: Statement): boolean {
  return given.some(
    (each) => each.directive === statement.directive && comparisons[each.directive](each, statement),
  );
}

const byPresence = () => true;
const bySameName = same('name');

/** Whether what is composed says as much as what was stated. */
const comparisons: Readonly<Record<AccessDirective, (composed: Statement, stated: Statement) => boolean>> = {
  authenticated: byPresence,
  requiresScopes: (composed, stated) => asksNoLess(composed, stated, 'scopes'),
  policy: (composed, stated) => asksNoLess(composed, stated, 'policies'),
  tag: bySameName,
  inaccessible: byPresence,
  external: byPresence,
  uses: same('field', 'as'),
  usesNothing: byPresence,
  carrier: byPresence,
  product: bySameName,
  declassify: byPresence,
};

function same(...names: readonly string[]): (composed: Statement, stated: Statement) => boolean {
  return (composed, stated) => names.every((name) => argumentOf(composed, name) === argumentOf(stated, name));
}

/** Each way to satisfy `composed` satisfies `stated` too. */
function asksNoLess(composed: Statement, stated: Statement, argument: 'scopes' | 'policies'): boolean {
  const asked = alternatives(argumentOf(stated, argument));
  return alternatives(argumentOf(composed, argument)).every((way) =>
    asked.some((list) => list.every((each) => way.includes(each))),
  );
}

/** A value stands for a list of one (GraphQL §3.11). */
function alternatives(value: unknown): readonly (readonly unknown[])[] {
  const lists: readonly unknown[] = Array.isArray(value) ? value : [value];
  return lists.map((list): readonly unknown[] => (Array.isArray(list) ? list : [list]));
}
