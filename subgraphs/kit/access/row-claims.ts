/** Row filters as row security in the database reads them from `app.claims`, beside those of every statement. */
import { type Domain, kindColumn, type TableEntity, tableEntities } from '../model/domain.ts';
import type { Access } from './access.ts';
import type { NoRow, RowTest } from './row-test.ts';

/**
 * By table: three texts for each condition (a column, an operator, a value). A row meets all of them up to an `or`,
 * or all of those behind it. A table that is not named is not filtered.
 */
export type RowClaims = Readonly<Record<string, readonly string[]>>;

export function rowClaims(domain: Domain, access: Access): RowClaims {
  const claims: Record<string, readonly string[]> = Object.create(null);
  if (!access.hasFilters) return claims;
  for (const [table, entities] of entitiesByTable(domain)) {
    const tests = entities.map((entity) => ({ entity, tests: access.testsOf(entity) }));
    if (tests.every((each) => each.tests.length === 0)) continue;
    const ways = tests.map(({ entity, tests: own }) => [...ofKind(entity), ...own.map(conditionOf)]);
    // A type of the same table that shows every row: there is nothing for the table as a whole to hide.
    if (ways.some((way) => way.length === 0)) continue;
    claims[table] = ways.flatMap((way, index) => [...(index === 0 ? [] : OR), ...way.flat()]);
  }
  return claims;
}

type Condition = readonly [column: string, operator: string, value: string];

const OR = ['', 'or', ''];
const NOTHING: Condition = ['', '', ''];

/** Types that rows of a table are, by table; those of an interface are its concrete ones. */
export function entitiesByTable(domain: Domain): ReadonlyMap<string, readonly TableEntity[]> {
  const byTable = new Map<string, TableEntity[]>();
  for (const entity of tableEntities(domain)) {
    if (entity.kinds.size > 0) continue;
    byTable.set(entity.table.name, [...(byTable.get(entity.table.name) ?? []), entity]);
  }
  return byTable;
}

function ofKind({ table: { kind } }: TableEntity): readonly Condition[] {
  return kind === undefined ? [] : [[kindColumn.column, '=', kind]];
}

function conditionOf(test: RowTest | NoRow): Condition {
  if ('reason' in test) return NOTHING;
  const { column, op, values } = test;
  return [column, op, op === 'in' ? arrayText(values) : (values[0] ?? '')];
}

/** PostgreSQL's text for an array of texts (8.15.6). */
function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
