/** Reads a field that is a column: its SQL name, its type, and whether it is a dimension or a measure. */
import type { FieldDefinitionNode } from 'graphql';
import { directive, has, stringArgument, tagsOf } from './directives.ts';
import type { Column, ScalarName } from './domain.ts';
import { type FieldType, fieldType, scalarOf } from './field-type.ts';
import { snakeCase, tooLong } from './names.ts';
import type { Reading } from './reading.ts';
import type { SourceType } from './source.ts';

const measurable: ReadonlySet<ScalarName> = new Set(['Int', 'Long', 'Decimal', 'Float', 'DateTime', 'Date']);

export function readColumn(
  reading: Reading,
  type: SourceType,
  field: FieldDefinitionNode,
): Column | undefined {
  const coordinate = `${type.name}.${field.name.value}`;
  const named = fieldType(field);
  const scalar = scalarOf(reading.source, named.name);
  if (scalar === undefined) {
    reading.problems.report(field, coordinate, unservable(reading, named));
    return undefined;
  }
  checkRoles(reading, field, coordinate, { ...named, scalar });
  if (has(field, 'requires')) {
    reading.problems.report(
      field,
      coordinate,
      'has @requires, so it is computed. Add @resolved and a resolver.',
    );
  }
  const columnDirective = directive(field, 'column');
  const column = columnDirective ? stringArgument(columnDirective, 'name') : snakeCase(field.name.value);
  if (column === undefined || column === '') {
    reading.problems.report(field, coordinate, '@column needs the column, as in @column(name: "played_at").');
    return undefined;
  }
  checkNames(reading, field, coordinate, column);
  return Object.freeze({
    alias: field.name.value,
    column,
    scalar,
    list: named.list,
    nullable: !named.nonNull,
    field: field.name.value,
    type: named.name,
    dimension: has(field, 'dimension'),
    measure: has(field, 'measure'),
    inaccessible: has(field, 'inaccessible'),
    tags: tagsOf(field),
    description: field.description?.value,
  });
}

function checkRoles(
  { problems }: Reading,
  field: FieldDefinitionNode,
  coordinate: string,
  type: FieldType & { readonly scalar: ScalarName },
): void {
  for (const role of ['dimension', 'measure']) {
    if (has(field, role) && type.list) {
      problems.report(
        field,
        coordinate,
        `@${role} is on a list. Take it off, or make the field a single value.`,
      );
    }
  }
  if (has(field, 'measure') && !type.list && !measurable.has(type.scalar)) {
    problems.report(
      field,
      coordinate,
      `@measure is on a ${type.name}. Measures are Int, Long, Decimal, Float, DateTime or Date.`,
    );
  }
}

/** These combine conditions in every generated filter. */
const reserved: ReadonlySet<string> = new Set(['and', 'or', 'not']);

function checkNames(
  { problems }: Reading,
  field: FieldDefinitionNode,
  coordinate: string,
  column: string,
): void {
  if (reserved.has(field.name.value)) {
    problems.report(
      field,
      coordinate,
      'has a name that filters use. Rename the field; @column keeps the column.',
    );
  }
  for (const name of new Set([field.name.value, column])) {
    const problem = tooLong(name);
    if (problem !== undefined) problems.report(field, coordinate, problem);
  }
}

function unservable({ source }: Reading, { name }: FieldType): string {
  if (source.types.has(name) || source.unions.has(name)) {
    return `is of type ${name}, which no column can hold. Add @reference, @collection or @resolved.`;
  }
  if (name.endsWith('Connection')) return 'is a connection. Add @collection(by: [...]) or @resolved.';
  return source.names.has(name)
    ? `is of type ${name}, which no column can hold. Add @resolved and a resolver.`
    : `is of the unknown type ${name}. Define it, or use a scalar the kit knows (ID, String, Boolean, Int, Float, Long, Decimal, DateTime, Date).`;
}
