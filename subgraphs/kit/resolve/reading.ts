/** Which values of a row a selection needs: its columns, and the columns that its other fields start from. */
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Access } from '../access/access.ts';
import { type Domain, type StoredValue, type TableEntity, tableEntity } from '../model/domain.ts';
import { keyColumns } from '../query/rows.ts';
import { selectionOf } from './selection.ts';

/** For whom, of what. */
export interface Reader {
  readonly domain: Domain;
  readonly access: Access;
}

/** Rows of an interface's table are of several types, and each may select its own fields. */
export function valuesToRead(
  { domain, access }: Reader,
  entity: TableEntity,
  info: GraphQLResolveInfo,
  nodes: readonly FieldNode[],
): readonly StoredValue[] {
  const types = entity.interface ? [...entity.kinds.values()] : [entity.name];
  return types.flatMap((name) => {
    const type = tableEntity(domain, name);
    return [...selectionOf(info, nodes, name).keys()].flatMap((field) => valuesOfField(access, type, field));
  });
}

/** What the caller may not have is not read: the field's resolver says so. */
function valuesOfField(access: Access, entity: TableEntity, field: string): readonly StoredValue[] {
  const column = entity.columns.get(field);
  if (column !== undefined) return access.isShown(entity.name, field) ? [column] : [];
  const reference = entity.references.get(field);
  if (reference !== undefined) {
    if (!access.isShown(entity.name, field)) return [];
    return reference.typename === undefined ? reference.values : [reference.typename, ...reference.values];
  }
  if (entity.collections.has(field)) return keyColumns(entity);
  const needs = entity.resolved.get(field)?.needs ?? [];
  const used = [field, ...needs.map((need) => need.field)];
  return used.every((each) => access.isShown(entity.name, each)) ? needs : [];
}
