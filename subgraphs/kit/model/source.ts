/** The authored document, indexed: each type with its extensions merged, so that later passes see one thing per name. */
import {
  type ASTNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql';
import type { Problems } from './problems.ts';

/** An object type or interface as authored. */
export interface SourceType {
  readonly name: string;
  readonly interface: boolean;
  readonly node: ASTNode;
  readonly description: string | undefined;
  readonly directives: readonly ConstDirectiveNode[];
  readonly interfaces: readonly string[];
  readonly fields: readonly FieldDefinitionNode[];
}

export interface Source {
  readonly document: DocumentNode;
  readonly types: ReadonlyMap<string, SourceType>;
  readonly unions: ReadonlyMap<string, readonly string[]>;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Every name the document defines, whatever its kind. */
  readonly names: ReadonlySet<string>;
}

export function readSource(authored: string, problems: Problems): Source {
  const document = parse(authored);
  const types = new Map<string, SourceType>();
  const unions = new Map<string, readonly string[]>();
  const enums = new Map<string, readonly string[]>();
  const names = new Set<string>();
  for (const node of document.definitions) {
    if ('name' in node && node.name !== undefined && node.kind !== Kind.DIRECTIVE_DEFINITION) {
      names.add(node.name.value);
    }
    if (isFieldsNode(node)) {
      types.set(node.name.value, merge(types.get(node.name.value), node, problems));
    } else if (node.kind === Kind.UNION_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_EXTENSION) {
      append(unions, node.name.value, node.types ?? []);
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION) {
      append(enums, node.name.value, node.values ?? []);
    }
  }
  return { document, types, unions, enums, names };
}

type FieldsNode =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

function isFieldsNode(node: DefinitionNode): node is FieldsNode {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.OBJECT_TYPE_EXTENSION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}

/** Members of a union or values of an enum, from its definition and its extensions. */
function append(
  map: Map<string, readonly string[]>,
  name: string,
  members: readonly { readonly name: NameNode }[],
): void {
  map.set(name, [...(map.get(name) ?? []), ...members.map((member) => member.name.value)]);
}

function merge(before: SourceType | undefined, node: FieldsNode, problems: Problems): SourceType {
  const name = node.name.value;
  const fields = [...(before?.fields ?? []), ...(node.fields ?? [])];
  const seen = new Set<string>();
  for (const field of fields) {
    if (seen.has(field.name.value)) {
      problems.report(field, `${name}.${field.name.value}`, 'is defined twice. Remove one definition.');
    }
    seen.add(field.name.value);
  }
  return {
    name,
    interface: node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION,
    node: before?.node ?? node,
    description: before?.description ?? ('description' in node ? node.description?.value : undefined),
    directives: [...(before?.directives ?? []), ...(node.directives ?? [])],
    interfaces: [...(before?.interfaces ?? []), ...(node.interfaces ?? []).map((type) => type.name.value)],
    fields,
  };
}

/** Concrete types of every object, interface and union. */
export function possibleTypes(source: Source): ReadonlyMap<string, readonly string[]> {
  const possible = new Map<string, readonly string[]>(source.unions);
  for (const type of source.types.values()) {
    possible.set(type.name, type.interface ? implementations(source, type.name) : [type.name]);
  }
  return possible;
}

function implementations(source: Source, name: string): readonly string[] {
  return [...source.types.values()]
    .filter((type) => !type.interface && type.interfaces.includes(name))
    .map((type) => type.name);
}
