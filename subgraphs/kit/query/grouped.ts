/** The statement for a page of groups. */
import { sql } from 'kysely';
import type { Statement } from '../database/session.ts';
import { type Aggregate, type AggregateName, aggregateNames, aggregatesOf } from '../model/aggregates.ts';
import { countAlias, type GroupPlan, keyAlias, resultAlias, usesOf } from './grouping.ts';
import { chosenOnly, isShown, judgedRow, judgements } from './minimum.ts';
import { orderBy } from './ordering.ts';
import { rowsToRead } from './page.ts';
import { all, columnOf, compile, list, type Sql } from './sql.ts';

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
  const { having, page } = plan;
  const { groups, least } = groupsOf(plan, neededAggregates(plan, wanted), sizeOf(plan, wanted));
  const after = page.start === undefined ? [] : [page.start];
  // What is too small is gone before anything compares, orders or counts groups.
  const shown = least === 1 ? [] : [isShown(least)];
  return compile(sql`
    select * from ${groups}
    where ${all([...shown, ...having, ...after])}
    ${page.terms.length === 0 ? sql`` : sql`order by ${orderBy(page.terms)}`} limit ${rowsToRead(page)}`);
}

/**
 * Whether groups of too few are left out of these. It depends on the question and the caller alone: that there was one would tell that
 * somebody exists of whom all conditions hold.
 */
export function leavesOut(plan: GroupPlan, wanted: readonly WantedResult[]): boolean {
  return sizeOf(plan, wanted) > 1;
}

/** @throws GraphQLError FORBIDDEN for a result that the caller may not compute */
function sizeOf({ visible, fields }: GroupPlan, wanted: readonly WantedResult[]): number {
  for (const { name, field } of wanted) visible.column(field, ...usesOf(name));
  return visible.minimum([...fields, ...wanted.map(({ field }) => field)]);
}

interface Groups {
  /** All groups, the small ones among them, as `g`. */
  readonly groups: Sql;
  readonly least: number;
}

function groupsOf(plan: GroupPlan, aggregates: readonly Aggregate[], least: number): Groups {
  const { visible, keys, ofGroups, conditions } = plan;
  const keyNames = keys.map(({ column }) => sql.id(keyAlias(keys, column.field) ?? ''));
  const values = [...new Set(aggregates.map(({ column }) => column.column))];
  const rows = [
    ...keys.map(({ expression }, index) => sql`${expression} as ${keyNames[index]}`),
    ...values.map((column, index) => sql`${columnOf(column)} as ${sql.id(valueName(index))}`),
  ];
  const isJudged = least > 1;
  const only = isJudged ? chosenOnly : sql``;
  const results = [
    ...keyNames,
    sql`count(*) ${only} as ${sql.id(countAlias)}`,
    ...aggregates.map((each) => {
      const value = sql.id(valueName(values.indexOf(each.column.column)));
      return sql`${result(each, value, only)} as ${sql.id(resultAlias(visible.entity, each.name, each.column.field))}`;
    }),
    ...(isJudged ? judgements(visible) : []),
  ];
  const read = isJudged ? [...rows, ...judgedRow(visible, conditions)] : rows;
  const from = visible.where(isJudged ? ofGroups : [...ofGroups, ...conditions]);
  const groups = sql`(
      select ${list(results)} from (
        select ${read.length === 0 ? sql`` : list(read)} from ${from}
      ) as "rows" ${keys.length === 0 ? sql`` : sql`group by ${list(keyNames)}`}
    ) as "g"`;
  return { groups, least };
}

function neededAggregates(
  { visible: { entity }, results }: GroupPlan,
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

function result({ name, column }: Aggregate, value: Sql, only: Sql): Sql {
  switch (name) {
    case 'countDistinct':
      return sql`count(distinct ${value}) ${only}`;
    case 'sum':
      return column.scalar === 'Float'
        ? sql`sum(${value}) ${only}`
        : sql`cast(sum(${value}) ${only} as numeric)`;
    case 'avg':
      return sql`avg(${value}) ${only}`;
    case 'min':
      return sql`min(${value}) ${only}`;
    case 'max':
      return sql`max(${value}) ${only}`;
  }
}
