/** The authored document, indexed: each type with its extensions merged, so that later passes see one thing per name. */
import {
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
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
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION:
        types.set(node.name.value, merge(types.get(node.name.value), node, problems));
        break;
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.UNION_TYPE_EXTENSION:
        unions.set(node.name.value, [
          ...(unions.get(node.name.value) ?? []),
          ...(node.types ?? []).map((type) => type.name.value),
        ]);
        break;
      case Kind.ENUM_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_EXTENSION:
        enums.set(node.name.value, [
          ...(enums.get(node.name.value) ?? []),
          ...(node.values ?? []).map((value) => value.name.value),
        ]);
        break;
      default:
    }
  }
  return { document, types, unions, enums, names };
}

type TypeNode = Extract<
  DocumentNode['definitions'][number],
  { readonly fields?: readonly FieldDefinitionNode[] }
>;

function merge(before: SourceType | undefined, node: TypeNode, problems: Problems): SourceType {
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
