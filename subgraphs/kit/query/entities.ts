/** Entities by key: any number of them in one statement, whose text does not depend on how many. */
import { sql } from 'kysely';
import type { Visible } from '../access/access.ts';
import type { Statement } from '../database/session.ts';
import type { KeyField, StoredValue } from '../model/domain.ts';
import { columnNamed, identityOf, selectList } from './rows.ts';
import { columnOf, compile, list, listParameter, type Sql } from './sql.ts';

export interface EntityKeys {
  readonly key: readonly KeyField[];
  /** One text for each part of the key. */
  readonly values: readonly (readonly string[])[];
}

export function entitiesStatement(
  visible: Visible,
  { key, values }: EntityKeys,
  read: readonly StoredValue[],
): Statement {
  const { entity } = visible;
  const columns = key.map(({ field }) => columnNamed(entity, field));
  const selected = selectList(visible, [...identityOf(entity), ...columns, ...read]);
  const arrays = key.map(({ scalar }, part) =>
    listParameter(
      values.map((each) => each[part]),
      scalar,
    ),
  );
  const [array] = arrays;
  if (columns.length === 1 && array !== undefined) {
    const isOne = columns.map(({ column }) => sql`${columnOf(column)} = any(${array})`);
    return compile(sql`select ${selected} from ${visible.where(isOne)}`);
  }
  const parts = columns.map((_, part) => sql.id(`k${part}`));
  const matches = columns.map(
    ({ column }, part): Sql => sql`${columnOf(column)} = ${sql.id('k', `k${part}`)}`,
  );
  return compile(sql`
    select ${selected} from unnest(${list(arrays)}) as "k"(${list(parts)}), ${visible.where(matches)}`);
}
