/** What clients see of the graph. */
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  parse,
  type TypeNode,
  validateSchema,
} from 'graphql';
import type { Link } from './links.ts';
import { SupergraphError } from './supergraph.ts';

interface Hiding {
  readonly links: readonly Link[];
  /** The name of `@inaccessible` in this supergraph. */
  readonly inaccessible: string | undefined;
  /** Names of types that clients do not see. */
  readonly types: ReadonlySet<string>;
  /** Whether a directive is an element of something linked, once found out: there are thousands of applications of a few. */
  readonly directives: Map<string, boolean>;
}

/**
 * The supergraph without what is `@inaccessible` and without the elements of what it links, which is how it is joined.
 * What still names one of these makes the supergraph unfit to serve: nothing hidden is shown in its place.
 * @throws SupergraphError
 */
export function apiSchema(
  document: DocumentNode,
  links: ReadonlyMap<string, Link>,
  inaccessible: string | undefined,
): GraphQLSchema {
  const shown = apiDocument(document, links, inaccessible);
  const api = build({ ...shown, definitions: [...shown.definitions, ...incrementalDelivery] });
  const [error] = validateSchema(api);
  if (error !== undefined) throw unfit(error);
  return api;
}

/** What the gateway itself adds, whatever subgraphs can do. */
const incrementalDelivery = parse(
  `"Lets a part of the answer come later, to a client that accepts an answer in parts."
  directive @defer(
    "Whether it is deferred."
    if: Boolean! = true
    "By which the client knows the part."
    label: String
  ) on FRAGMENT_SPREAD | INLINE_FRAGMENT`,
  { noLocation: true },
).definitions;

/** The same as SDL, without what the gateway adds. */
export function apiDocument(
  document: DocumentNode,
  links: ReadonlyMap<string, Link>,
  inaccessible: string | undefined,
): DocumentNode {
  const hiding = hidingOf(document, links, inaccessible);
  const definitions = document.definitions.flatMap((node) => shownDefinition(hiding, node));
  return { kind: Kind.DOCUMENT, definitions: withoutUnused(hiding, document, definitions) };
}

function hidingOf(
  document: DocumentNode,
  links: ReadonlyMap<string, Link>,
  inaccessible: string | undefined,
): Hiding {
  const hiding = {
    links: [...links.values()],
    inaccessible,
    types: new Set<string>(),
    directives: new Map(),
  };
  for (const node of document.definitions) {
    if (isType(node) && (isOwned(hiding, node.name.value) || !isShown(hiding, node)))
      hiding.types.add(node.name.value);
  }
  return hiding;
}

function build(document: DocumentNode): GraphQLSchema {
  try {
    return buildASTSchema(document, { assumeValidSDL: true });
  } catch (cause) {
    throw unfit(cause);
  }
}

function unfit(cause: unknown): SupergraphError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new SupergraphError(`what clients may see of the supergraph is no schema: ${text}`, { cause });
}

function isType(node: DefinitionNode): node is Extract<DefinitionNode, { kind: `${string}Type${string}` }> {
  return /Type(Definition|Extension)$/.test(node.kind);
}

function isOwned({ links }: Hiding, type: string): boolean {
  return links.some((link) => link.ownsType(type));
}

interface Named {
  readonly name: { readonly value: string };
}

/** Whatever carries directives, or elements that do. */
interface Carrier {
  readonly directives?: readonly Named[] | undefined;
  readonly fields?: readonly Carrier[] | undefined;
  readonly arguments?: readonly Carrier[] | undefined;
  readonly values?: readonly Carrier[] | undefined;
  readonly interfaces?: readonly Named[] | undefined;
  /** The members of a union. */
  readonly types?: readonly Named[] | undefined;
}

function shownDefinition(hiding: Hiding, node: DefinitionNode): readonly DefinitionNode[] {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) {
    // Those of subgraphs; whether clients may defer is not up to them.
    const isHidden =
      ['defer', 'stream'].includes(node.name.value) || isOwnedDirective(hiding, node.name.value);
    return isHidden ? [] : [shown(hiding, node)];
  }
  if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
    const operationTypes =
      node.operationTypes?.filter(({ type }) => !hiding.types.has(type.name.value)) ?? [];
    return [{ ...shown(hiding, node), operationTypes } as DefinitionNode];
  }
  return isType(node) && hiding.types.has(node.name.value)
    ? []
    : [shown(hiding, node as Carrier & DefinitionNode)];
}

function shown<Node extends Carrier>(hiding: Hiding, node: Node): Node {
  const elements = (given: readonly Carrier[]) =>
    given.filter((each) => isShown(hiding, each)).map((each) => shown(hiding, each));
  const names = (given: readonly Named[]) => given.filter(({ name }) => !hiding.types.has(name.value));
  return {
    ...node,
    ...(node.directives && {
      directives: node.directives.filter(({ name }) => !isOwnedDirective(hiding, name.value)),
    }),
    ...(node.fields && { fields: elements(node.fields) }),
    ...(node.arguments && { arguments: elements(node.arguments) }),
    ...(node.values && { values: elements(node.values) }),
    ...(node.interfaces && { interfaces: names(node.interfaces) }),
    ...(node.types && { types: names(node.types) }),
  };
}

function isShown({ inaccessible }: Hiding, { directives = [] }: Carrier): boolean {
  return inaccessible === undefined || !directives.some(({ name }) => name.value === inaccessible);
}

function isOwnedDirective({ links, directives }: Hiding, name: string): boolean {
  const known = directives.get(name);
  if (known !== undefined) return known;
  const found = links.some((link) => link.ownsDirective(name));
  directives.set(name, found);
  return found;
}

/**
 * Types that only the hidden directives have as arguments go with them: composition leaves, for one, the enum of `@uses`.
 */
function withoutUnused(hiding: Hiding, document: DocumentNode, shownOnes: readonly DefinitionNode[]) {
  const names = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION && isOwnedDirective(hiding, node.name.value))
      addTypes(node, names);
  }
  if (names.size === 0) return shownOnes;
  const used = new Set<string>();
  for (const node of shownOnes) addTypes(node as Typed, used);
  return shownOnes.filter(
    (node) => !isType(node) || !names.has(node.name.value) || used.has(node.name.value),
  );
}

interface Typed {
  readonly type?: TypeNode | undefined;
  readonly fields?: readonly Typed[] | undefined;
  readonly arguments?: readonly Typed[] | undefined;
}

/** Named by a field, an argument or an input field of it. */
function addTypes({ type, fields = [], arguments: given = [] }: Typed, names: Set<string>): void {
  if (type !== undefined) names.add(namedType(type));
  for (const each of fields) addTypes(each, names);
  for (const each of given) addTypes(each, names);
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
