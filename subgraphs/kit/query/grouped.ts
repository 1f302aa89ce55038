/** The statement for a page of groups. */
import { sql } from 'kysely';
import type { Statement } from '../database/session.ts';
import { type Aggregate, type AggregateName, aggregateNames, aggregatesOf } from '../model/aggregates.ts';
import { countAlias, type GroupPlan, keyAlias, resultAlias } from './grouping.ts';
import { orderBy } from './ordering.ts';
import { rowsToRead } from './page.ts';
import { all, columnOf, compile, list, type Sql, table } from './sql.ts';

/** A result to compute, as selected. */
export interface WantedResult {
  readonly name: AggregateName;
  readonly field: string;
}

/**
 * Three layers, because a parameter is never equal to another, not even with the same value: an expression
 * such as `date_trunc($1, …)` gets its name in the first layer, is grouped by name in the second, and is
 * compared and ordered by name in the third.
 */
export function groupsStatement(plan: GroupPlan, wanted: readonly WantedResult[]): Statement {
  const { entity, keys, conditions, having, page } = plan;
  const aggregates = neededAggregates(plan, wanted);
  const keyNames = keys.map(({ column }) => sql.id(keyAlias(keys, column.field) ?? ''));
  const values = [...new Set(aggregates.map(({ column }) => column.column))];
  const rows = [
    ...keys.map(({ expression }, index) => sql`${expression} as ${keyNames[index]}`),
    ...values.map((column, index) => sql`${columnOf(column)} as ${sql.id(valueName(index))}`),
  ];
  const results = [
    ...keyNames,
    sql`count(*) as ${sql.id(countAlias)}`,
    ...aggregates.map(
      (each) =>
        sql`${result(each, sql.id(valueName(values.indexOf(each.column.column))))} as ${sql.id(resultAlias(entity, each.name, each.column.field))}`,
    ),
  ];
  const after = page.start === undefined ? [] : [page.start];
  return compile(sql`
    select * from (
      select ${list(results)} from (
        select ${rows.length === 0 ? sql`` : list(rows)} from ${table(entity.table.name)} where ${all(conditions)}
      ) as "rows" ${keys.length === 0 ? sql`` : sql`group by ${list(keyNames)}`}
    ) as "g"
    where ${all([...having, ...after])}
    ${page.terms.length === 0 ? sql`` : sql`order by ${orderBy(page.terms)}`} limit ${rowsToRead(page)}`);
}

function neededAggregates(
  { entity, results }: GroupPlan,
  wanted: readonly WantedResult[],
): readonly Aggregate[] {
  return aggregateNames.flatMap((name) =>
    aggregatesOf(entity, name).filter(
      ({ column: { field } }) =>
        results.has(resultAlias(entity, name, field)) ||
        wanted.some((each) => each.name === name && each.field === field),
    ),
  );
}

function valueName(index: number): string {
  return `v${index}`;
}

function result({ name, column }: Aggregate, value: Sql): Sql {
  switch (name) {
    case 'countDistinct':
      return sql`count(distinct ${value})`;
    case 'sum':
      return column.scalar === 'Float' ? sql`sum(${value})` : sql`cast(sum(${value}) as numeric)`;
    case 'avg':
      return sql`avg(${value})`;
    case 'min':
      return sql`min(${value})`;
    case 'max':
      return sql`max(${value})`;
  }
}
