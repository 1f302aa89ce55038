/** What clients see of the graph. */
import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
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
  const hiding = hidingOf(document, links, inaccessible);
  const api = build(shownDocument(hiding, document));
  const [error] = validateSchema(api);
  if (error !== undefined) throw unfit(error);
  return withoutTypes(argumentTypes(hiding, document), api);
}

/** The same as SDL. It may still hold types that nothing names. */
export function apiDocument(
  document: DocumentNode,
  links: ReadonlyMap<string, Link>,
  inaccessible: string | undefined,
): DocumentNode {
  return shownDocument(hidingOf(document, links, inaccessible), document);
}

function hidingOf(
  document: DocumentNode,
  links: ReadonlyMap<string, Link>,
  inaccessible: string | undefined,
): Hiding {
  const hiding = { links: [...links.values()], inaccessible, types: new Set<string>() };
  for (const node of document.definitions) {
    if (isType(node) && (isOwned(hiding, node.name.value) || !isShown(hiding, node)))
      hiding.types.add(node.name.value);
  }
  return hiding;
}

function shownDocument(hiding: Hiding, document: DocumentNode): DocumentNode {
  const definitions = document.definitions.flatMap((node) => shownDefinition(hiding, node));
  return { kind: Kind.DOCUMENT, definitions };
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

function isOwnedDirective({ links }: Hiding, name: string): boolean {
  return links.some((link) => link.ownsDirective(name));
}

/** Names of types that the hidden directives have as arguments: composition leaves, for one, the enum of `@uses`. */
function argumentTypes(hiding: Hiding, { definitions }: DocumentNode): ReadonlySet<string> {
  const hidden = definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION && isOwnedDirective(hiding, node.name.value)
      ? (node.arguments ?? [])
      : [],
  );
  return new Set(hidden.map(({ type }) => namedType(type)));
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** Clients see them only where something else names them. */
function withoutTypes(names: ReadonlySet<string>, api: GraphQLSchema): GraphQLSchema {
  if (![...names].some((name) => api.getType(name))) return api;
  const config = api.toConfig();
  const used = referencedTypes(api);
  return new GraphQLSchema({
    ...config,
    types: config.types.filter(({ name }) => !names.has(name) || used.has(name)),
  });
}

/** Named by a field, an argument or a directive of the API itself. */
function referencedTypes(api: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (typed: { readonly type: Parameters<typeof getNamedType>[0] }) => {
    const named = getNamedType(typed.type);
    if (named) names.add(named.name);
  };
  for (const { args } of api.getDirectives()) args.forEach(add);
  for (const type of Object.values(api.getTypeMap())) {
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) [field, ...field.args].forEach(add);
    } else if (isInputObjectType(type)) {
      Object.values(type.getFields()).forEach(add);
    }
  }
  return names;
}
