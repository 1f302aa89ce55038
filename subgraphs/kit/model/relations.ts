/** Reads `@reference` and `@collection`: fields that lead to another type through columns. */
import type { FieldDefinitionNode } from 'graphql';
import { directive, has, stringsArgument } from './directives.ts';
import type { Collection, KeyField, Reference, StoredValue } from './domain.ts';
import { fieldType } from './field-type.ts';
import { tooLong } from './names.ts';
import type { Reading } from './reading.ts';
import { possibleTypes, type SourceType } from './source.ts';

const connectionSuffix = 'Connection';

function by(field: FieldDefinitionNode, name: string): readonly string[] {
  const node = directive(field, name);
  return node === undefined ? [] : stringsArgument(node, 'by');
}

/** A value under the alias `@<column>`: `@` is in no GraphQL name, so it never meets a field. */
function hiddenValue(column: string, scalar: KeyField['scalar'], nullable: boolean): StoredValue {
  return Object.freeze({ alias: `@${column}`, column, scalar, list: false, nullable });
}

export function readReference(
  reading: Reading,
  type: SourceType,
  field: FieldDefinitionNode,
): Reference | undefined {
  const { source, problems } = reading;
  const coordinate = `${type.name}.${field.name.value}`;
  const { name: target, nonNull, list } = fieldType(field);
  if (list) {
    problems.report(field, coordinate, '@reference leads to one. Use @collection for many.');
    return undefined;
  }
  const abstract = isAbstract(reading, target);
  const key = abstract ? sharedKey(reading, target) : reading.keys.get(target)?.[0]?.fields;
  if (key === undefined) {
    const known = source.types.has(target) || source.unions.has(target);
    problems.report(
      field,
      coordinate,
      known
        ? `@reference leads to ${target}, which has no @key${abstract ? ' that all its types share' : ''}. Give it one.`
        : `@reference leads to the unknown type ${target}. Define it here, if only by its key.`,
    );
    return undefined;
  }
  const columns = by(field, 'reference');
  const expected = [...(abstract ? ['__typename'] : []), ...key.map(({ field: name }) => name)];
  if (columns.length !== expected.length) {
    problems.report(
      field,
      coordinate,
      `@reference names ${columns.length} column(s), but ${target} is found by ${expected.join(', ')}. Name one column for each, in that order.`,
    );
    return undefined;
  }
  for (const column of columns) {
    const problem = tooLong(column);
    if (problem !== undefined) problems.report(field, coordinate, problem);
  }
  const values = key.flatMap(({ scalar }, index) => {
    const column = columns[index + (abstract ? 1 : 0)];
    return column === undefined ? [] : [hiddenValue(column, scalar, !nonNull)];
  });
  const typename =
    abstract && columns[0] !== undefined ? hiddenValue(columns[0], 'String', !nonNull) : undefined;
  return Object.freeze({ field: field.name.value, target, typename, values });
}

/** Whether a reference must say which concrete type it means: an interface with a table of its own knows from the row. */
function isAbstract({ source }: Reading, target: string): boolean {
  const type = source.types.get(target);
  return source.unions.has(target) || (type?.interface === true && !has(type, 'table'));
}

/** The key that every concrete type of an interface or union has: same fields, same scalars. */
function sharedKey({ source, keys }: Reading, target: string): readonly KeyField[] | undefined {
  const [first, ...others] = (possibleTypes(source).get(target) ?? []).map(
    (name) => keys.get(name)?.[0]?.fields,
  );
  const text = (fields: readonly KeyField[] | undefined): string =>
    fields?.map(({ field, scalar }) => `${field}:${scalar}`).join() ?? '';
  return others.every((other) => text(other) === text(first)) ? first : undefined;
}

export function readCollection(
  reading: Reading,
  type: SourceType,
  field: FieldDefinitionNode,
): Collection | undefined {
  const { source, problems } = reading;
  const coordinate = `${type.name}.${field.name.value}`;
  const { name, list } = fieldType(field);
  const target = name.endsWith(connectionSuffix) ? name.slice(0, -connectionSuffix.length) : undefined;
  if (target === undefined || list) {
    problems.report(
      field,
      coordinate,
      '@collection needs the type <Target>Connection, as in plays: PlayConnection!.',
    );
    return undefined;
  }
  const targetType = source.types.get(target);
  if (targetType === undefined || !has(targetType, 'table')) {
    problems.report(
      field,
      coordinate,
      `@collection leads to ${target}, which has no @table here. Give it one, or resolve the field by hand.`,
    );
    return undefined;
  }
  const key = reading.keys.get(type.name)?.[0]?.fields;
  if (key === undefined) {
    problems.report(
      field,
      coordinate,
      `@collection needs a @key on ${type.name}: its columns hold that key.`,
    );
    return undefined;
  }
  const columns = by(field, 'collection');
  if (columns.length !== key.length) {
    const names = key.map((part) => part.field).join(', ');
    problems.report(
      field,
      coordinate,
      `@collection names ${columns.length} column(s), but the key of ${type.name} is ${names}. Name one column of ${target}'s table for each, in that order.`,
    );
    return undefined;
  }
  return Object.freeze({ field: field.name.value, target, by: columns });
}
