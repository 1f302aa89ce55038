/** The domains' definitions side by side: for each type and field, who declares it and how. */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import type { SubgraphSource } from '../compose/locate.ts';

export type MemberNode = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** One subgraph's word on a type or on a member of it. */
export interface Declaration<Node> {
  readonly node: Node;
  readonly subgraph: SubgraphSource;
}

export interface GraphType {
  readonly name: string;
  readonly declarations: Declaration<TypeDefinitionNode | TypeExtensionNode>[];
  /** Fields, input fields or enum values. */
  readonly members: Map<string, Declaration<MemberNode>[]>;
}

export interface Graph {
  readonly subgraphs: readonly SubgraphSource[];
  readonly types: ReadonlyMap<string, GraphType>;
}

export function graphOf(subgraphs: readonly SubgraphSource[]): Graph {
  const types = new Map<string, GraphType>();
  for (const subgraph of subgraphs) {
    for (const node of subgraph.document.definitions) {
      if (isType(node)) declare(types, node, subgraph);
    }
  }
  return { subgraphs, types };
}

function declare(
  types: Map<string, GraphType>,
  node: TypeDefinitionNode | TypeExtensionNode,
  subgraph: SubgraphSource,
): void {
  const name = node.name.value;
  const type: GraphType = types.get(name) ?? { name, declarations: [], members: new Map() };
  types.set(name, type);
  type.declarations.push({ node, subgraph });
  for (const member of membersOf(node)) {
    const declarations = type.members.get(member.name.value) ?? [];
    type.members.set(member.name.value, [...declarations, { node: member, subgraph }]);
  }
}

function isType(node: DefinitionNode): node is TypeDefinitionNode | TypeExtensionNode {
  return /TypeDefinition$|TypeExtension$/.test(node.kind);
}

function membersOf(node: TypeDefinitionNode | TypeExtensionNode): readonly MemberNode[] {
  if ('fields' in node) return node.fields ?? [];
  return 'values' in node ? (node.values ?? []) : [];
}

/** Input and enum types hold no data; only object and interface types do. */
export function holdsData(type: GraphType): boolean {
  return type.declarations.some(({ node }) => /^(Object|Interface)Type/.test(node.kind));
}

export function directives(
  node: { readonly directives?: readonly ConstDirectiveNode[] },
  name: string,
): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter(
    ({ name: used }) => used.value === name || used.value === `federation__${name}`,
  );
}

/** The text of a directive's argument, where it is a text. */
export function textArgument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** The tags of some declarations together: composition merges them. */
export function tagsOf(
  declarations: readonly Declaration<TypeDefinitionNode | TypeExtensionNode | MemberNode>[],
): Set<string> {
  const names = declarations.flatMap(({ node }) =>
    directives(node, 'tag').map((tag) => textArgument(tag, 'name')),
  );
  return new Set(names.filter((name) => name !== undefined));
}

/** The fields that some declaration's @key names, nested selections included. */
export function keyFields(type: GraphType): Set<string> {
  const keys = type.declarations.flatMap(({ node }) => directives(node, 'key'));
  return new Set(keys.flatMap((key) => (textArgument(key, 'fields') ?? '').match(/\w+/g) ?? []));
}
