/** The authored part of the served SDL: the kit's own directives taken out, arguments and uses of collections put in. */
import {
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  visit,
} from 'graphql';
import { authoringDirectives, has } from '../model/directives.ts';
import { type Domain, tableEntities } from '../model/domain.ts';
import { fieldType } from '../model/field-type.ts';
import { connectionArguments, defaultFirst } from './connection.ts';
import { product } from './spec.ts';
import { usesKey } from './uses.ts';

export function servedDocument(domain: Domain): DocumentNode {
  const products = productsByType(domain);
  const served = (node: ObjectNode) => withProducts(node, products);
  return visit(domain.document, {
    ObjectTypeDefinition: { enter: served },
    ObjectTypeExtension: { enter: served },
    FieldDefinition: {
      enter: (field) => servedConnection(domain, field),
    },
    Directive: {
      enter: (node) => (authoringDirectives.has(node.name.value) ? null : undefined),
    },
    SchemaExtension: {
      // It may have said something to the kit alone.
      leave: ({ directives = [], operationTypes = [] }) =>
        directives.length + operationTypes.length === 0 ? null : undefined,
    },
  });
}

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/** The rows of an interface's table are of the types that implement it. */
function productsByType(domain: Domain): ReadonlyMap<string, readonly string[]> {
  const products = new Map<string, readonly string[]>();
  for (const { name, interface: isInterface, kinds, product: published } of tableEntities(domain)) {
    if (published === undefined) continue;
    for (const type of isInterface ? kinds.values() : [name])
      products.set(type, [...(products.get(type) ?? []), published.list]);
  }
  return products;
}

/** A type may be written in parts; the one that has its table says what it belongs to. */
function withProducts(
  node: ObjectNode,
  products: ReadonlyMap<string, readonly string[]>,
): ObjectNode | undefined {
  const names = has(node, 'table') ? (products.get(node.name.value) ?? []) : [];
  if (names.length === 0) return undefined;
  const [stated] = parse(`type _ ${names.map(product).join(' ')}`).definitions;
  const added = stated?.kind === Kind.OBJECT_TYPE_DEFINITION ? (stated.directives ?? []) : [];
  return { ...node, directives: [...(node.directives ?? []), ...added] };
}

/** A field that leads to a connection uses the key of its rows; only a collection is paged by the kit. */
function servedConnection(domain: Domain, field: FieldDefinitionNode): FieldDefinitionNode | undefined {
  const { name } = fieldType(field);
  const target = domain.entities.get(name.replace(/Connection$/, ''));
  if (!name.endsWith('Connection') || target?.source !== 'table') return undefined;
  const paging = has(field, 'collection') ? connectionArguments(target, defaultFirst.collection) : '';
  const [generated] = parsedFields(`_${paging}: Int ${usesKey(target, 'ORDER')}`);
  return {
    ...field,
    arguments: [...(field.arguments ?? []), ...(generated?.arguments ?? [])],
    directives: [...(field.directives ?? []), ...(generated?.directives ?? [])],
  };
}

/** Fields written as SDL, as nodes. */
export function parsedFields(fields: string): readonly FieldDefinitionNode[] {
  const [definition] = parse(`type _ { ${fields} }`).definitions;
  return definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.fields ?? []) : [];
}

/** Adds root fields where `Query` is written, or writes it. */
export function withQueryFields(
  document: DocumentNode,
  fields: readonly FieldDefinitionNode[],
): DocumentNode {
  if (fields.length === 0) return document;
  const isQuery = (node: {
    readonly kind: Kind;
  }): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
    'name' in node &&
    (node as ObjectTypeDefinitionNode).name.value === 'Query';
  const index = document.definitions.findIndex(isQuery);
  const query = document.definitions[index];
  if (query === undefined || !isQuery(query)) {
    const added: ObjectTypeDefinitionNode = {
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name: { kind: Kind.NAME, value: 'Query' },
      fields,
    };
    return { ...document, definitions: [...document.definitions, added] };
  }
  return {
    ...document,
    definitions: document.definitions.with(index, { ...query, fields: [...(query.fields ?? []), ...fields] }),
  };
}
