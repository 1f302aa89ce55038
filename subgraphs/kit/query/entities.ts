/** Entities by key: any number of them in one statement, whose text does not depend on how many. */
import { sql } from 'kysely';
import type { Statement } from '../database/session.ts';
import type { KeyField, StoredValue, TableEntity } from '../model/domain.ts';
import { columnNamed, identityOf, ofKind } from './rows.ts';
import { all, columnOf, compile, list, listParameter, type Sql, selectList, table } from './sql.ts';

export interface EntityKeys {
  readonly key: readonly KeyField[];
  /** One text for each part of the key. */
  readonly values: readonly (readonly string[])[];
}

export function entitiesStatement(
  entity: TableEntity,
  { key, values }: EntityKeys,
  read: readonly StoredValue[],
): Statement {
  const columns = key.map(({ field }) => columnNamed(entity, field));
  const selected = selectList([...identityOf(entity), ...columns, ...read]);
  const arrays = key.map(({ scalar }, part) =>
    listParameter(
      values.map((each) => each[part]),
      scalar,
    ),
  );
  const [array] = arrays;
  if (columns.length === 1 && array !== undefined) {
    const isOne = columns.map(({ column }) => sql`${columnOf(column)} = any(${array})`);
    return compile(
      sql`select ${selected} from ${table(entity.table.name)} where ${all([...isOne, ...ofKind(entity)])}`,
    );
  }
  const parts = columns.map((_, part) => sql.id(`k${part}`));
  const matches = columns.map(
    ({ column }, part): Sql => sql`${columnOf(column)} = ${sql.id('k', `k${part}`)}`,
  );
  return compile(sql`
    select ${selected} from unnest(${list(arrays)}) as "k"(${list(parts)})
    join ${table(entity.table.name)} on ${all([...matches, ...ofKind(entity)])}`);
}
