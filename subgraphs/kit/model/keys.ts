/** Reads every `@key`: which fields identify an entity, and what their values are compared as. */
import { type ConstDirectiveNode, type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import { booleanArgument, directives, stringArgument } from './directives.ts';
import type { KeyField } from './domain.ts';
import { fieldType, scalarOf } from './field-type.ts';
import type { Problems } from './problems.ts';
import type { Source, SourceType } from './source.ts';

export interface Key {
  readonly fields: readonly KeyField[];
  readonly resolvable: boolean;
}

/** The keys of each type that has one, in the order they are written. */
export type Keys = ReadonlyMap<string, readonly Key[]>;

export function readKeys(source: Source, problems: Problems): Keys {
  const keys = new Map<string, readonly Key[]>();
  for (const type of source.types.values()) {
    const nodes = directives(type, 'key');
    if (nodes.length === 0) continue;
    keys.set(
      type.name,
      nodes.map((node) => ({
        fields: keyFieldNames(type, node, problems).flatMap((name) => keyField(source, type, name, problems)),
        resolvable: booleanArgument(node, 'resolvable') ?? true,
      })),
    );
  }
  return keys;
}

function keyFieldNames(type: SourceType, node: ConstDirectiveNode, problems: Problems): readonly string[] {
  const selection = parseFieldSet(stringArgument(node, 'fields') ?? '')?.definitions[0];
  if (selection?.kind !== Kind.OPERATION_DEFINITION) {
    problems.report(node, type.name, '@key needs fields, as in @key(fields: "id").');
    return [];
  }
  const names: string[] = [];
  for (const item of selection.selectionSet.selections) {
    if (item.kind === Kind.FIELD && item.selectionSet === undefined) names.push(item.name.value);
    else problems.report(node, type.name, '@key names nested fields. Use fields of the type itself only.');
  }
  return names;
}

function parseFieldSet(fields: string): DocumentNode | undefined {
  try {
    return parse(`{ ${fields} }`);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function keyField(source: Source, type: SourceType, name: string, problems: Problems): readonly KeyField[] {
  const field = type.fields.find((candidate) => candidate.name.value === name);
  if (field === undefined) {
    problems.report(
      type.node,
      type.name,
      `@key names "${name}", which is no field of ${type.name}. Add it or correct the key.`,
    );
    return [];
  }
  const { name: typeName, nonNull, list } = fieldType(field);
  const scalar = scalarOf(source, typeName);
  const coordinate = `${type.name}.${name}`;
  if (scalar === undefined || list || !nonNull) {
    problems.report(
      field,
      coordinate,
      'is a key field, so its type must be a non-null scalar or enum, as in ID!.',
    );
  } else if (scalar === 'Decimal' || scalar === 'Float') {
    problems.report(
      field,
      coordinate,
      `is a key field of type ${scalar}, whose equal values have several texts. Use ID, String, Int or Long.`,
    );
  }
  // Kept even if wrong: a second problem that follows from this one would only distract.
  return [{ field: name, scalar: scalar ?? 'ID' }];
}
