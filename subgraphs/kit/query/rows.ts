/** What every statement over an entity's rows shares: its key, its filter, what it selects. */
import { sql } from 'kysely';
import type { Visible } from '../access/access.ts';
import { type Column, kindColumn, type StoredValue, type TableEntity } from '../model/domain.ts';
import { compileConditions, type Input } from './conditions.ts';
import type { OrderTerm } from './ordering.ts';
import { columnOf, list, type Sql } from './sql.ts';

/** The column of a field that the model and the schema both have. */
export function columnNamed(entity: TableEntity, field: string): Column {
  const column = entity.columns.get(field);
  if (column === undefined) throw new Error(`${entity.name} has no column for ${field}`);
  return column;
}

export function compileWhere(visible: Visible, where: Input | undefined): readonly Sql[] {
  if (where === undefined) return [];
  return [
    compileConditions(where, (field) => {
      const { column, scalar } = visible.column(field, 'read', 'filter');
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

/** `t."played_at" as "playedAt", …`, each once. */
export function selectList(visible: Visible, values: readonly StoredValue[]): Sql {
  const byAlias = new Map(values.map((value) => [value.alias, value]));
  return list(
    [...byAlias.values()].map((value) => sql`${visible.selected(value)} as ${sql.id(value.alias)}`),
  );
}
