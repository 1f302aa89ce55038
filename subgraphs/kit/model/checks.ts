/** Checks that need the whole schema: names that meet, tables that are shared, types that nothing defines. */
import type { ASTNode, ConstDirectiveNode, FieldDefinitionNode } from 'graphql';
import { authoringDirectives, has } from './directives.ts';
import { type Entity, rootTypes, scalarNames, type TableEntity } from './domain.ts';
import { fieldType } from './field-type.ts';
import type { Problems } from './problems.ts';
import type { Source } from './source.ts';

type Entities = ReadonlyMap<string, Entity>;

export function checkDomain(entities: Entities, source: Source, problems: Problems): void {
  checkRootNames(entities, source, problems);
  checkColumns(entities, source, problems);
  checkSharedTables(entities, source, problems);
  checkTypesExist(entities, source, problems);
  checkPlainTypes(source, problems);
}

/** Two products, or a product and an authored field, may not publish one root field. */
function checkRootNames(entities: Entities, source: Source, problems: Problems): void {
  const owners = new Map<string, string>();
  for (const field of source.types.get('Query')?.fields ?? []) owners.set(field.name.value, 'type Query');
  for (const entity of entities.values()) {
    if (entity.source !== 'table' || entity.product === undefined) continue;
    const names = [entity.product.list, entity.product.grouped];
    const taken = names.find((name) => owners.has(name));
    if (taken !== undefined) {
      problems.report(
        source.types.get(entity.name)?.node,
        entity.name,
        `publishes the root field "${taken}", and so does ${owners.get(taken)}. Name another, as in @dataProduct(list: "...").`,
      );
    }
    for (const name of names) owners.set(name, entity.name);
  }
}

/** Rules, tags and directives are about fields: what one of two fields hides, the other would show. */
function checkColumns(entities: Entities, source: Source, problems: Problems): void {
  for (const entity of entities.values()) {
    if (entity.source !== 'table') continue;
    const fields = new Map<string, string>();
    for (const { field, column } of entity.columns.values()) {
      const other = fields.get(column);
      if (other !== undefined) {
        problems.report(
          source.types.get(entity.name)?.node,
          `${entity.name}.${field}`,
          `is the column "${column}", and so is ${other}: what a rule says of one it would not say of the other. Leave one of them out.`,
        );
      }
      fields.set(column, field);
    }
  }
}

/** Rows of a shared table are read once for all its types, so a field name means one column there. */
function checkSharedTables(entities: Entities, source: Source, problems: Problems): void {
  for (const shared of entities.values()) {
    if (shared.source !== 'table' || !shared.interface) continue;
    const columns = new Map<string, string>();
    for (const entity of [shared, ...membersOf(shared, entities)]) {
      for (const { field, column } of entity.columns.values()) {
        const other = columns.get(field) ?? column;
        if (other !== column) {
          problems.report(
            source.types.get(entity.name)?.node,
            `${entity.name}.${field}`,
            `is the column "${column}" here and "${other}" in another type of the table "${shared.table.name}". Rename one of the fields.`,
          );
        }
        columns.set(field, other);
      }
    }
  }
}

function membersOf(shared: TableEntity, entities: Entities): readonly TableEntity[] {
  return [...shared.kinds.values()].flatMap((name) => {
    const member = entities.get(name);
    return member?.source === 'table' ? [member] : [];
  });
}

/** Columns check their own type; this covers the fields that resolvers and other domains serve. */
function checkTypesExist(entities: Entities, source: Source, problems: Problems): void {
  for (const type of source.types.values()) {
    const entity = entities.get(type.name);
    for (const field of type.fields) {
      const { name } = fieldType(field);
      const isOwn =
        entity === undefined ||
        entity.resolved.has(field.name.value) ||
        entity.external.has(field.name.value);
      if (isOwn && !isKnown(entities, source, name)) {
        problems.report(
          field,
          `${type.name}.${field.name.value}`,
          `is of the unknown type ${name}. Define it, or correct the name.`,
        );
      }
    }
  }
}

function isKnown(entities: Entities, source: Source, name: string): boolean {
  const node = name.endsWith('Connection') ? entities.get(name.slice(0, -'Connection'.length)) : undefined;
  return source.names.has(name) || scalarNames.some((scalar) => scalar === name) || node?.source === 'table';
}

/** A type that is no entity has no table: a directive of the kit on it would silently mean nothing. */
function checkPlainTypes(source: Source, problems: Problems): void {
  for (const type of source.types.values()) {
    if (has(type, 'key') || has(type, 'table')) continue;
    reportStray(type.node, type.name, type.directives, problems);
    for (const field of type.fields) {
      if (rootTypes.some((root) => root === type.name)) continue;
      reportStray(field, `${type.name}.${field.name.value}`, field.directives, problems);
    }
  }
}

function reportStray(
  node: ASTNode | FieldDefinitionNode,
  coordinate: string,
  directives: readonly ConstDirectiveNode[] | undefined,
  problems: Problems,
): void {
  for (const { name } of directives ?? []) {
    if (authoringDirectives.has(name.value)) {
      problems.report(
        node,
        coordinate,
        `@${name.value} belongs to a type with @key and @table. Add these, or take it off.`,
      );
    }
  }
}
