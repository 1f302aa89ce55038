/** Reads one entity: sorts its fields by where their values come from. */
import type { ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import { readColumn } from './columns.ts';
import { directive, has, stringArgument, stringsArgument, tagsOf } from './directives.ts';
import type { Collection, Column, Entity, Product, Reference, ResolvedField, Table } from './domain.ts';
import { fieldType } from './field-type.ts';
import type { Key } from './keys.ts';
import { lowerCamelCase } from './names.ts';
import type { Reading } from './reading.ts';
import { readCollection, readReference } from './relations.ts';
import type { SourceType } from './source.ts';

/** Each says where a field's value comes from, so a field has at most one. */
const origins = ['reference', 'collection', 'resolved', 'external'] as const;

const columnOnly = ['column', 'dimension', 'measure'] as const;

interface Fields {
  readonly columns: Map<string, Column>;
  readonly references: Map<string, Reference>;
  readonly collections: Map<string, Collection>;
  readonly resolved: Map<string, FieldDefinitionNode>;
  readonly external: Set<string>;
}

export function readEntity(reading: Reading, type: SourceType): Entity | undefined {
  const table = readTable(reading, type);
  const key = reading.keys.get(type.name)?.[0]?.fields;
  if (key === undefined) {
    reading.problems.report(
      type.node,
      type.name,
      'has a @table but no @key. Name the fields that identify a row, as in @key(fields: "id").',
    );
    return undefined;
  }
  const fields = readFields(reading, type, table !== undefined);
  const base = {
    name: type.name,
    interface: type.interface,
    description: type.description,
    tags: tagsOf(type),
    key,
    keys: (reading.keys.get(type.name) ?? [])
      .filter(({ resolvable }) => resolvable)
      .map((each) => each.fields),
    collections: fields.collections,
    resolved: readNeeds(reading, type, fields),
    external: fields.external,
  };
  const product = readProduct(reading, type, { table, fields });
  if (table !== undefined) checkKeyColumns(reading, type, fields);
  if (table === undefined) return Object.freeze({ ...base, source: 'stub' });
  return Object.freeze({
    ...base,
    source: 'table',
    table,
    columns: fields.columns,
    references: fields.references,
    kinds: readKinds(reading, type, table),
    product,
  });
}

function readTable({ problems }: Reading, type: SourceType): Table | undefined {
  const node = directive(type, 'table');
  if (node === undefined) return undefined;
  const name = stringArgument(node, 'name');
  if (name === undefined || name === '') {
    problems.report(node, type.name, '@table needs the table, as in @table(name: "plays").');
    return undefined;
  }
  return Object.freeze({ name, kind: stringArgument(node, 'kind') });
}

function readProduct(
  reading: Reading,
  type: SourceType,
  { table, fields }: { readonly table: Table | undefined; readonly fields: Fields },
): Product | undefined {
  const { problems } = reading;
  const node = directive(type, 'dataProduct');
  if (node === undefined) return undefined;
  if (table === undefined) {
    problems.report(node, type.name, '@dataProduct publishes rows, so the type needs a @table.');
    return undefined;
  }
  const list = stringArgument(node, 'list') ?? lowerCamelCase(table.name);
  return Object.freeze({
    list,
    grouped: `${list}Grouped`,
    subject: readSubject(reading, type, { node, fields }),
  });
}

/** Whom the rows are about, where several can be about the same one: else each row counts. */
function readSubject(
  { keys, problems }: Reading,
  type: SourceType,
  { node, fields: { columns } }: { readonly node: ConstDirectiveNode; readonly fields: Fields },
): readonly Column[] {
  const name = stringArgument(node, 'subject');
  if (name === undefined)
    return (keys.get(type.name)?.[0]?.fields ?? []).flatMap(({ field }) => columns.get(field) ?? []);
  const column = columns.get(name);
  if (column !== undefined && !column.list) return [column];
  problems.report(
    node,
    type.name,
    `counts persons by "${name}", which is no column of a single value. Name one, as in @dataProduct(subject: "subscriberId").`,
  );
  return [];
}

function readFields(reading: Reading, type: SourceType, hasTable: boolean): Fields {
  const fields: Fields = {
    columns: new Map(),
    references: new Map(),
    collections: new Map(),
    resolved: new Map(),
    external: new Set(),
  };
  for (const field of type.fields) readField(reading, type, field, { fields, hasTable });
  return fields;
}

function readField(
  reading: Reading,
  type: SourceType,
  field: FieldDefinitionNode,
  { fields, hasTable }: { readonly fields: Fields; readonly hasTable: boolean },
): void {
  const name = field.name.value;
  const coordinate = `${type.name}.${name}`;
  const present = origins.filter((origin) => has(field, origin));
  const [origin] = present;
  if (present.length > 1) {
    reading.problems.report(
      field,
      coordinate,
      `has ${present.map((each) => `@${each}`).join(' and ')}. A field's value has one origin: keep one.`,
    );
  }
  for (const role of columnOnly) {
    if (has(field, role) && (origin !== undefined || !hasTable)) {
      reading.problems.report(
        field,
        coordinate,
        `@${role} is for columns, and this field is none. Take it off.`,
      );
    }
  }
  if (origin === 'collection') keep(fields.collections, readCollection(reading, type, field));
  else if (origin === 'resolved') fields.resolved.set(name, field);
  else if (origin === 'external') fields.external.add(name);
  else if (!hasTable) checkStubField(reading, type, field, origin);
  else if (origin === 'reference') keep(fields.references, readReference(reading, type, field));
  else keep(fields.columns, readColumn(reading, type, field));
}

function keep<Value extends { readonly field: string }>(
  map: Map<string, Value>,
  value: Value | undefined,
): void {
  if (value !== undefined) map.set(value.field, value);
}

/** Rows are found and ordered by their key, so it is stored. */
function checkKeyColumns(reading: Reading, type: SourceType, fields: Fields): void {
  const names = (reading.keys.get(type.name) ?? []).flatMap(keyNames);
  for (const name of new Set(names)) {
    if (fields.columns.has(name)) continue;
    reading.problems.report(
      type.node,
      `${type.name}.${name}`,
      'is a key field of a type with a @table, so it must be a column. Take the other directive off.',
    );
  }
}

/** A type without rows here serves its key, what the gateway sends, and what a collection or resolver finds. */
function checkStubField(
  reading: Reading,
  type: SourceType,
  field: FieldDefinitionNode,
  origin: string | undefined,
): void {
  const name = field.name.value;
  if (origin === 'reference') {
    reading.problems.report(
      field,
      `${type.name}.${name}`,
      `@reference reads columns, and ${type.name} has no @table here. Use @resolved.`,
    );
    return;
  }
  const isKey = reading.keys.get(type.name)?.some((key) => key.fields.some((part) => part.field === name));
  if (isKey === true || type.interface) return;
  reading.problems.report(
    field,
    `${type.name}.${name}`,
    `has no source: ${type.name} has no @table here. Add @external, @collection or @resolved.`,
  );
}

function readNeeds(reading: Reading, type: SourceType, fields: Fields): ReadonlyMap<string, ResolvedField> {
  const resolved = new Map<string, ResolvedField>();
  // The gateway sends these with every entity: they need no reading, but a resolver may say that it uses them.
  const sent = new Set([...fields.external, ...(reading.keys.get(type.name) ?? []).flatMap(keyNames)]);
  for (const [name, node] of fields.resolved) {
    const marker = directive(node, 'resolved');
    const needs = (marker === undefined ? [] : stringsArgument(marker, 'needs')).flatMap((need) => {
      const column = fields.columns.get(need);
      if (column === undefined && !sent.has(need)) {
        reading.problems.report(
          node,
          `${type.name}.${name}`,
          `@resolved needs "${need}", which is no column of ${type.name}. Name fields that are stored.`,
        );
      }
      return column ?? [];
    });
    resolved.set(name, Object.freeze({ field: name, type: fieldType(node).name, needs }));
  }
  return resolved;
}

function keyNames({ fields }: Key): readonly string[] {
  return fields.map(({ field }) => field);
}

/** Of an interface with a table: which concrete type a row is, by its `kind`. */
function readKinds(
  { source, problems }: Reading,
  type: SourceType,
  table: Table,
): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  if (!type.interface) return kinds;
  for (const member of source.types.values()) {
    if (member.interface || !member.interfaces.includes(type.name)) continue;
    const node = directive(member, 'table');
    const kind = node && stringArgument(node, 'kind');
    if (node === undefined || stringArgument(node, 'name') !== table.name || kind === undefined) {
      problems.report(
        member.node,
        member.name,
        `implements ${type.name}, whose rows are in "${table.name}". Give it @table(name: "${table.name}", kind: "...").`,
      );
    } else if (kinds.has(kind)) {
      problems.report(
        member.node,
        member.name,
        `has the same kind "${kind}" as ${kinds.get(kind)}. Each type of a shared table needs its own.`,
      );
    } else {
      kinds.set(kind, member.name);
    }
  }
  return kinds;
}
