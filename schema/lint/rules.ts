/** The conventions that all data products share (`dp-*`), each a small function over the graph. */
import { type InputValueDefinitionNode, Kind, type TypeNode } from 'graphql';
import { placeOf } from '../compose/locate.ts';
import type { Problem } from '../compose/problem.ts';
import {
  type Declaration,
  directives,
  type Graph,
  type GraphType,
  holdsData,
  keyFields,
  type MemberNode,
  tagsOf,
} from './graph.ts';

export interface LintOptions {
  /** The closed list of tags and how sensitive what carries them is; it stands with the policies. */
  readonly tags: ReadonlyMap<string, { readonly classification: string }>;
  /** From the least sensitive to the most. */
  readonly classification: readonly string[];
}

export type Rule = (graph: Graph, options: LintOptions) => Iterable<Problem | undefined>;

/** Whoever finds a field in the catalogue reads there what it means. One owner's description serves all. */
export const described: Rule = function* ({ types, subgraphs }) {
  for (const { coordinate, declarations } of [...typesOf(types), ...members(types)]) {
    if (declarations.some(({ node }) => 'description' in node && node.description !== undefined)) continue;
    const advice = 'say what it means, in a sentence';
    const message = `${coordinate} has no description`;
    yield problemAt({ severity: 'error', code: 'dp-description', message, advice }, declarations, subgraphs);
  }
};

/** Every field that holds data says how sensitive it is, by a tag of its own or of its type, or by the column it uses. */
export const classified: Rule = function* ({ types, subgraphs }) {
  for (const { coordinate, type, declarations } of members(types)) {
    if (!holdsData(type) || isRoot(type) || isPlumbing(type)) continue;
    const uses = declarations.some(({ node }) => directives(node, 'uses').length > 0);
    if (uses || tagsOf(declarations).size > 0 || tagsOf(type.declarations).size > 0) continue;
    const advice =
      'add @tag(name: "…") to the field or its type, from the list in policies/global/vocabulary.yaml';
    const message = `${coordinate} is not classified`;
    yield problemAt({ severity: 'error', code: 'dp-classified', message, advice }, declarations, subgraphs);
  }
};

/** A tag outside the closed list protects nobody knows what, so it closes the field; mostly it is a slip of the pen. */
export const knownTags: Rule = function* ({ types, subgraphs }, { tags }) {
  for (const { coordinate, declarations } of [...typesOf(types), ...members(types)]) {
    for (const tag of tagsOf(declarations)) {
      if (tags.has(tag)) continue;
      const message = `${coordinate} carries the tag "${tag}", which is not in the list`;
      const advice = `use one of ${[...tags.keys()].join(', ')}`;
      yield problemAt({ severity: 'error', code: 'dp-tag', message, advice }, declarations, subgraphs);
    }
  }
};

/** What an argument uses decides who may give it; of one that says nothing, it is all that its subgraph can reach. */
export const linkedArguments: Rule = function* ({ types, subgraphs }) {
  for (const { coordinate, type, declarations } of members(types)) {
    if (!holdsData(type)) continue;
    for (const { node, subgraph } of declarations) {
      for (const argument of argumentsOf(node)) {
        if (isLinked(argument) || hasLinks(types, namedType(argument))) continue;
        const message = `${coordinate}(${argument.name.value}:) does not say which columns it uses`;
        const advice =
          'add @uses(field: "Type.field", as: FILTER), or @usesNothing(reason: "…") if it reads none';
        yield problemAt(
          { severity: 'error', code: 'dp-argument', message, advice },
          [{ node: argument, subgraph }],
          subgraphs,
        );
      }
    }
  }
};

/** A refused field is null; where it may not be null, the refusal takes its whole parent along (GraphQL §6.4.4). */
export const nullableWhereProtected: Rule = function* ({ types, subgraphs }, options) {
  for (const { coordinate, name, type, declarations } of members(types)) {
    // A key cannot be null, and a type whose key is refused is absent as a whole.
    if (!holdsData(type) || keyFields(type).has(name)) continue;
    const required = declarations.filter(({ node }) => directives(node, 'requiresScopes').length > 0);
    const isProtected =
      required.length > 0 || [...tagsOf(declarations)].some((tag) => protects(tag, options));
    const strict = declarations.filter(({ node }) => isNonNull(node));
    if (!isProtected || strict.length === 0) continue;
    const message = `${coordinate} is protected but non-null: refusing it would refuse its parent`;
    const advice = 'make the field nullable';
    yield problemAt(
      { severity: 'warning', code: 'dp-nullable-protected', message, advice },
      strict,
      subgraphs,
    );
  }
};

/** What another domain serves can be missing while that domain is down; the link must be able to say so. */
export const nullableAcrossDomains: Rule = function* ({ types, subgraphs }) {
  for (const { coordinate, type, declarations } of members(types)) {
    for (const declaration of declarations.filter(({ node }) => isNonNull(node))) {
      const keys = keyFields(type);
      const home = homeOf(type);
      const foreign = home !== undefined && home !== declaration.subgraph.name;
      const target = types.get(namedType(declaration.node));
      const leaves =
        target !== undefined && homeOf(target) !== undefined && homeOf(target) !== declaration.subgraph.name;
      const adds =
        foreign && !isRoot(type) && !keys.has(declaration.node.name.value) && !isExternal(declaration);
      if (!adds && !leaves) continue;
      const message = adds
        ? `${coordinate} adds a non-null field to a type of ${home}: ${type.name} would vanish whenever ${declaration.subgraph.name} is down`
        : `${coordinate} links to a type of ${homeOf(target ?? type)} and is non-null: it would vanish whenever that is down`;
      const advice = 'make the field nullable';
      yield problemAt(
        { severity: 'warning', code: 'dp-nullable-link', message, advice },
        [declaration],
        subgraphs,
      );
    }
  }
};

/** Keys travel between subgraphs on everybody's behalf, so they must be nobody's secret. */
export const keysInTheClear: Rule = function* ({ types, subgraphs }, options) {
  for (const type of types.values()) {
    for (const key of keyFields(type)) {
      const declarations = type.members.get(key) ?? [];
      const secret = [...tagsOf(declarations)].find((tag) => protects(tag, options));
      if (secret === undefined) continue;
      const message = `${type.name}.${key} is a key and tagged "${secret}"`;
      const advice = 'key the type by a field that carries no protected data';
      yield problemAt({ severity: 'error', code: 'dp-key-clear', message, advice }, declarations, subgraphs);
    }
  }
};

type AnyNode = GraphType['declarations'][number]['node'] | MemberNode;

/** More sensitive than what everybody in the company may know; a tag that nobody knows is taken for the most. */
function protects(tag: string, { tags, classification }: LintOptions): boolean {
  const known = tags.get(tag);
  return known === undefined || classification.indexOf(known.classification) > 1;
}

function argumentsOf(node: MemberNode): readonly InputValueDefinitionNode[] {
  return node.kind === Kind.FIELD_DEFINITION ? (node.arguments ?? []) : [];
}

function isLinked(node: MemberNode): boolean {
  return ['uses', 'usesNothing'].some((name) => directives(node, name).length > 0);
}

/** Whether something within an input type says what it uses. */
function hasLinks(types: Graph['types'], name: string, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(name)) return false;
  const within = new Set([...seen, name]);
  const declared = [...(types.get(name)?.members.values() ?? [])].flat();
  return declared.some(({ node }) => isLinked(node) || hasLinks(types, namedType(node), within));
}

/** Types but the roots, which belong to everybody. */
function* typesOf(types: Graph['types']) {
  for (const type of types.values()) {
    if (!isRoot(type)) yield { coordinate: type.name, declarations: type.declarations };
  }
}

function* members(types: Graph['types']) {
  for (const type of types.values()) {
    for (const [name, declarations] of type.members) {
      yield { coordinate: `${type.name}.${name}`, name, type, declarations };
    }
  }
}

function isRoot(type: GraphType): boolean {
  return ['Query', 'Mutation', 'Subscription'].includes(type.name);
}

/** Connections, their edges and groups carry other types' data and have none of their own (Relay's specification). */
function isPlumbing({ name, members }: GraphType): boolean {
  const shapes = [['pageInfo'], ['node', 'cursor'], ['key', 'count']];
  return name === 'PageInfo' || shapes.some((shape) => shape.every((field) => members.has(field)));
}

function isNonNull(node: MemberNode): boolean {
  return 'type' in node && node.kind === Kind.FIELD_DEFINITION && node.type.kind === Kind.NON_NULL_TYPE;
}

function isExternal({ node }: Declaration<MemberNode>): boolean {
  return directives(node, 'external').length > 0;
}

function namedType(node: MemberNode): string {
  let type: TypeNode | undefined = 'type' in node ? node.type : undefined;
  while (type !== undefined && type.kind !== Kind.NAMED_TYPE) type = type.type;
  return type?.name.value ?? '';
}

/** The subgraph that is at home in an entity: the one that gives it the most fields. Shared value types have none. */
function homeOf(type: GraphType): string | undefined {
  const keys = keyFields(type);
  if (keys.size === 0) return undefined;
  const given = new Map<string, number>();
  for (const [name, declarations] of type.members) {
    for (const declaration of declarations) {
      const counts = !keys.has(name) && !isExternal(declaration) ? 1 : 0;
      given.set(declaration.subgraph.name, (given.get(declaration.subgraph.name) ?? 0) + counts);
    }
  }
  return [...given].reduce((best, next) => (next[1] > best[1] ? next : best), ['', -1] as [
    string,
    number,
  ])[0];
}

function problemAt(
  problem: Omit<Problem, 'places'>,
  declarations: readonly Declaration<AnyNode>[],
  subgraphs: Graph['subgraphs'],
): Problem | undefined {
  const [first, ...others] = declarations.flatMap(({ node }) => placeOf(node, subgraphs) ?? []);
  return first === undefined ? undefined : { ...problem, places: [first, ...others] };
}
