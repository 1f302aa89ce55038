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
import type { Domain } from '../model/domain.ts';
import { fieldType } from '../model/field-type.ts';
import { connectionArguments, defaultFirst } from './connection.ts';
import { usesKey } from './uses.ts';

export function servedDocument(domain: Domain): DocumentNode {
  return visit(domain.document, {
    FieldDefinition: {
      enter: (field) => servedConnection(domain, field),
    },
    Directive: {
      enter: (node) => (authoringDirectives.has(node.name.value) ? null : undefined),
    },
  });
}

/** A field that leads to a connection uses the key of its rows; only a collection is paged by the kit. */
function servedConnection(domain: Domain, field: FieldDefinitionNode): FieldDefinitionNode | undefined {
  const { name } = fieldType(field);
  const target = domain.entities.get(name.replace(/Connection$/, ''));
  if (!name.endsWith('Connection') || target?.source !== 'table') return undefined;
  const paging = has(field, 'collection') ? connectionArguments(target.name, defaultFirst.collection) : '';
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
