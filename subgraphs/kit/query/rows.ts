/** What every statement over an entity's rows shares: its table, its discriminator, its key, its filter. */
import { sql } from 'kysely';
import { type Column, kindColumn, type StoredValue, type TableEntity } from '../model/domain.ts';
import { compileConditions, type Input } from './conditions.ts';
import type { OrderTerm } from './ordering.ts';
import { columnOf, listParameter, parameter, type Sql } from './sql.ts';

/** The column of a field that the model and the schema both have. */
export function columnNamed(entity: TableEntity, field: string): Column {
  const column = entity.columns.get(field);
  if (column === undefined) throw new Error(`${entity.name} has no column for ${field}`);
  return column;
}

/** Rows of a shared table that are of this type. */
export function ofKind({ table, kinds }: TableEntity): readonly Sql[] {
  const kind = columnOf(kindColumn.column);
  if (table.kind !== undefined) return [sql`${kind} = ${parameter(table.kind, 'String')}`];
  return kinds.size === 0 ? [] : [sql`${kind} = any(${listParameter([...kinds.keys()], 'String')})`];
}

export function compileWhere(entity: TableEntity, where: Input | undefined): readonly Sql[] {
  if (where === undefined) return [];
  return [
    compileConditions(where, (field) => {
      const { column, scalar } = columnNamed(entity, field);
      return { expression: columnOf(column), scalar };
    }),
  ];
}

export function keyColumns(entity: TableEntity): readonly Column[] {
  return entity.key.map(({ field }) => columnNamed(entity, field));
}

/** What every row is read with: its identity, and which concrete type it is. */
export function identityOf(entity: TableEntity): readonly StoredValue[] {
  return [...keyColumns(entity), ...(entity.kinds.size === 0 ? [] : [kindColumn])];
}

export function orderTerm(column: Column, direction: OrderTerm['direction']): OrderTerm {
  const { alias, scalar, nullable } = column;
  return { alias, expression: columnOf(column.column), scalar, nullable, direction };
}
