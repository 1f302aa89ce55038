/** Which values of a row a selection needs: its columns, and the columns that its other fields start from. */
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Domain, type StoredValue, type TableEntity, tableEntity } from '../model/domain.ts';
import { keyColumns } from '../query/rows.ts';
import { selectionOf } from './selection.ts';

/** Rows of an interface's table are of several types, and each may select its own fields. */
export function valuesToRead(
  domain: Domain,
  entity: TableEntity,
  info: GraphQLResolveInfo,
  nodes: readonly FieldNode[],
): readonly StoredValue[] {
  const types = entity.interface ? [...entity.kinds.values()] : [entity.name];
  return types.flatMap((name) => {
    const type = tableEntity(domain, name);
    return [...selectionOf(info, nodes, name).keys()].flatMap((field) => valuesOfField(type, field));
  });
}

function valuesOfField(entity: TableEntity, field: string): readonly StoredValue[] {
  const column = entity.columns.get(field);
  if (column !== undefined) return [column];
  const reference = entity.references.get(field);
  if (reference !== undefined) {
    return reference.typename === undefined ? reference.values : [reference.typename, ...reference.values];
  }
  if (entity.collections.has(field)) return keyColumns(entity);
  return entity.resolved.get(field)?.needs ?? [];
}
