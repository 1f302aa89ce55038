/**
 * Minimum sizes of groups: a group is shown only where as many subjects as it takes are in it, and either none or as
 * many are among the rows that its `where` leaves out. Without the second part, two groups that differ by one
 * person would tell about that person (docs/decisions/0015-row-filters-groups-and-columns-in-sql.md).
 */
import { sql } from 'kysely';
import type { Visible } from '../access/access.ts';
import { all, columnOf, list, parameter, type Sql } from './sql.ts';

/** Names that no GraphQL name can be. */
const names = { chosen: '@chosen', subjects: '@subjects', rest: '@rest', others: '@others' } as const;

/** For an aggregate over the rows that `where` chooses. */
export const chosenOnly = sql`filter (where ${sql.id(names.chosen)})`;

/** What each row is given: whether `where` chooses it, and whom it is about. */
export function judgedRow({ entity }: Visible, conditions: readonly Sql[]): readonly Sql[] {
  const subject = subjectOf(entity);
  return [
    sql`(${all(conditions)}) is true as ${sql.id(names.chosen)}`,
    ...subject.map((column, part) => sql`${columnOf(column)} as ${sql.id(subjectPart(part))}`),
  ];
}

/** How many subjects a group has on either side of its `where`, beside its other results. */
export function judgements({ entity }: Visible): readonly Sql[] {
  const parts = subjectOf(entity).map((_, part) => sql.id(subjectPart(part)));
  // Rows about nobody count nobody.
  const subject = parts.length === 1 ? sql`${parts[0]}` : sql`(${list(parts)})`;
  const chosen = sql.id(names.chosen);
  return [
    sql`count(distinct ${subject}) filter (where ${chosen}) as ${sql.id(names.subjects)}`,
    sql`count(*) filter (where not ${chosen}) as ${sql.id(names.rest)}`,
    sql`count(distinct ${subject}) filter (where not ${chosen}) as ${sql.id(names.others)}`,
  ];
}

/** Whether a group `g` is large enough to be shown. */
export function isShown(size: number): Sql {
  const least = parameter(size, 'Long');
  return sql`(${group(names.subjects)} >= ${least} and (${group(names.rest)} = 0 or ${group(names.others)} >= ${least}))`;
}

function group(name: string): Sql {
  return sql.id('g', name);
}

/** Columns of the persons that a product counts; of a type that is none, every row counts. */
function subjectOf({ product, key, columns }: Visible['entity']): readonly string[] {
  const subject = product?.subject ?? key.flatMap(({ field }) => columns.get(field) ?? []);
  if (subject.length === 0) throw new Error('a type without a key has no subject');
  return subject.map(({ column }) => column);
}

function subjectPart(part: number): string {
  return `@subject ${part}`;
}
