/** The authored part of the served SDL: the kit's own directives taken out, the arguments of collections put in. */
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

export function servedDocument(domain: Domain): DocumentNode {
  return visit(domain.document, {
    FieldDefinition: {
      enter: (field) => (has(field, 'collection') ? withConnectionArguments(field) : undefined),
    },
    Directive: {
      enter: (node) => (authoringDirectives.has(node.name.value) ? null : undefined),
    },
  });
}

function withConnectionArguments(field: FieldDefinitionNode): FieldDefinitionNode {
  const target = fieldType(field).name.replace(/Connection$/, '');
  const [generated] = parsedFields(`_${connectionArguments(target, defaultFirst.collection)}: Int`);
  return { ...field, arguments: [...(field.arguments ?? []), ...(generated?.arguments ?? [])] };
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
