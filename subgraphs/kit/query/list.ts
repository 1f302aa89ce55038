/** Lists of an entity's rows: a page of all of them, a page for each of many parents, and how many there are. */
import { sql } from 'kysely';
import type { Visible } from '../access/access.ts';
import type { Statement } from '../database/session.ts';
import type { Collection, KeyField, StoredValue } from '../model/domain.ts';
import type { Input } from './conditions.ts';
import { chosenOnly, isShown, judgedRow, judgements } from './minimum.ts';
import { type Direction, keyDirection, type OrderTerm, orderBy, totalOrder } from './ordering.ts';
import { type PageArguments, type PagePlan, planPage, rowsToRead } from './page.ts';
import { columnNamed, compileWhere, identityOf, keyColumns, orderTerm, selectList } from './rows.ts';
import { columnOf, compile, list, listParameter, type Sql } from './sql.ts';

/** The coerced arguments of a connection field. */
export interface ListArguments extends PageArguments {
  readonly where?: Input | null;
  readonly orderBy?: readonly { readonly field: string; readonly direction: Direction }[] | null;
}

/** A list as asked for: which rows, in which order, which page. */
export interface ListPlan {
  readonly visible: Visible;
  readonly page: PagePlan;
  readonly conditions: readonly Sql[];
}

/** @param scope names the list among all lists: a cursor of one is refused by another. */
export function planList(visible: Visible, scope: string, list: ListArguments): ListPlan {
  const where = list.where ?? undefined;
  const asked = (list.orderBy ?? []).map(({ field, direction }) =>
    orderTerm(visible.column(field, 'read', 'filter'), direction),
  );
  const key = keyColumns(visible.entity).map((column) => orderTerm(column, keyDirection(asked)));
  return {
    visible,
    page: planPage(scope, totalOrder(asked, key), { where }, list),
    conditions: compileWhere(visible, where),
  };
}

/** A page of all rows. */
export function listStatement(plan: ListPlan, read: readonly StoredValue[]): Statement {
  const { visible, page, conditions } = plan;
  return compile(sql`
    select ${selectList(visible, valuesOf(plan, read))} from ${visible.where([...conditions, ...startOf(page)])}
    order by ${orderBy(page.terms)} limit ${rowsToRead(page)}`);
}

/** How many rows there are, whatever the page; null where that would tell of too few. The alias is `count`. */
export function countStatement({ visible, conditions }: ListPlan): Statement {
  const least = countedBy(visible);
  if (least === 1) return compile(sql`select count(*) as "count" from ${visible.where(conditions)}`);
  return compile(sql`
    select case when ${isShown(least)} then ${sql.id('g', 'count')} end as "count" from (
      select ${judgedCount(visible)} from (select ${list(judgedRow(visible, conditions))} from ${visible.where([])}) as "rows"
    ) as "g"`);
}

/**
 * How many subjects a count needs: it tells of the key that rows exist.
 * @throws GraphQLError FORBIDDEN
 */
function countedBy(visible: Visible): number {
  const key = visible.entity.key.map(({ field }) => field);
  for (const field of key) visible.column(field, 'aggregate');
  return visible.minimum(key);
}

function judgedCount(visible: Visible): Sql {
  return list([sql`count(*) ${chosenOnly} as "count"`, ...judgements(visible)]);
}

/** The parents whose collections are read: their keys, in the order of the collection's columns. */
export interface Parents {
  readonly key: readonly KeyField[];
  readonly values: readonly (readonly string[])[];
}

/** The alias of a row's parent: its place among the parents, from 1. */
export const parentAlias = '@parent';

/** A page for each of many parents, in one statement whose text does not depend on how many there are. */
export function collectionStatement(
  plan: ListPlan,
  { by }: Collection,
  parents: Parents,
  read: readonly StoredValue[],
): Statement {
  const { visible, page, conditions } = plan;
  const values = valuesOf(plan, read);
  const own = [...joined(by), ...conditions, ...startOf(page)];
  // The order within a parent is fixed by the inner query and must be said again: a join promises none.
  const outer = page.terms.map((term): OrderTerm => ({ ...term, expression: sql.id('r', term.alias) }));
  return compile(sql`
    select ${sql.id('p', parentAlias)}, ${list([...new Set(values.map(({ alias }) => alias))].map((alias) => sql.id('r', alias)))}
    from ${parentRows(parents)} cross join lateral (
      select ${selectList(visible, values)} from ${visible.where(own)}
      order by ${orderBy(page.terms)} limit ${rowsToRead(page)}
    ) as "r"
    order by ${sql.id('p', parentAlias)}, ${orderBy(outer)}`);
}

/** How many rows each parent has; parents without any are absent, and null is where that would tell of too few. */
export function collectionCountStatement(
  { visible, conditions }: ListPlan,
  { by }: Collection,
  parents: Parents,
): Statement {
  const least = countedBy(visible);
  const parent = sql.id('p', parentAlias);
  if (least === 1) {
    return compile(sql`
      select ${parent}, count(*) as "count"
      from ${parentRows(parents)}, ${visible.where([...joined(by), ...conditions])} group by ${parent}`);
  }
  const own = sql.id(parentAlias);
  return compile(sql`
    select ${own}, case when ${isShown(least)} then ${sql.id('g', 'count')} end as "count" from (
      select ${own}, ${judgedCount(visible)} from (
        select ${list([parent, ...judgedRow(visible, conditions)])} from ${parentRows(parents)}, ${visible.where(joined(by))}
      ) as "rows" group by ${own}
    ) as "g"`);
}

/** What a parent without rows is told: none, unless one would not have been told either. */
export function countOfNone({ visible }: ListPlan): string | null {
  return countedBy(visible) === 1 ? '0' : null;
}

/** Rows carry their identity and the values that their cursors are made of, besides what is selected. */
function valuesOf(
  { visible: { entity }, page }: ListPlan,
  read: readonly StoredValue[],
): readonly StoredValue[] {
  const ordering = page.terms.map(({ alias }) => columnNamed(entity, alias));
  return [...identityOf(entity), ...ordering, ...read];
}

function startOf({ start }: PagePlan): readonly Sql[] {
  return start === undefined ? [] : [start];
}

/** `unnest($1, $2) with ordinality as p(k0, k1, "@parent")`: one array for each part of the key. */
function parentRows({ key, values }: Parents): Sql {
  const arrays = key.map(({ scalar }, part) =>
    listParameter(
      values.map((each) => each[part]),
      scalar,
    ),
  );
  const names = [...key.map((_, part) => sql.id(keyPart(part))), sql.id(parentAlias)];
  return sql`unnest(${list(arrays)}) with ordinality as "p"(${list(names)})`;
}

function joined(by: readonly string[]): readonly Sql[] {
  return by.map((column, part) => sql`${columnOf(column)} = ${sql.id('p', keyPart(part))}`);
}

function keyPart(part: number): string {
  return `k${part}`;
}
