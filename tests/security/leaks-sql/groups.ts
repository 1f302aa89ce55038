/** Groups as the minimum sees them, said without SQL. */
import type { RandomType } from './domain.ts';
import { type GroupAsk, type GroupKeyAsk, type Operation, resultsOf } from './operation.ts';
import type { Row } from './rows.ts';
import { isLargeEnough, type Sight } from './sight.ts';
import { holds, type Where } from './where.ts';

export interface Grouping {
  readonly type: string;
  readonly by: readonly GroupKeyAsk[];
  readonly where: Where | undefined;
  /** Fields whose minimum counts, beside the key's. */
  readonly fields: readonly string[];
}

export interface Group {
  readonly chosen: readonly Row[];
  readonly rest: readonly Row[];
}

/** What an operation groups by and shows nothing else of: then what is in groups of too few can be other. */
export function groupingOf(operation: Operation): Grouping | undefined {
  const [root, ...others] = operation;
  if (root === undefined || others.length > 0) return undefined;
  if (root.kind === 'groups') return groupingOfAsk(root.groups);
  if (root.kind !== 'list' || root.list.selection !== undefined) return undefined;
  return { type: root.list.type, by: [], where: root.list.where, fields: [] };
}

export function groupingOfAsk(groups: GroupAsk): Grouping {
  const { type, by, where } = groups;
  return { type, by, where, fields: [...by, ...resultsOf(groups)].map(({ field }) => field) };
}

export function leastOf(sight: Sight, type: RandomType, { fields }: Grouping): number {
  return sight.minimum(type, ['id', ...fields]);
}

/** Groups of these rows by what they agree in. */
export function groupsIn(
  type: RandomType,
  rows: readonly Row[],
  { by, where }: Grouping,
): ReadonlyMap<string, Group> {
  const all = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((each) => keyIn(row, each)));
    all.set(key, [...(all.get(key) ?? []), row]);
  }
  return new Map(
    [...all].map(([key, members]) => [
      key,
      {
        chosen: members.filter((row) => holds(type, row, where)),
        rest: members.filter((row) => !holds(type, row, where)),
      },
    ]),
  );
}

/** Instants are in UTC, and so a bucket is what their texts begin with. */
function keyIn(row: Row, { field, unit }: GroupKeyAsk): unknown {
  const value = row[field] ?? null;
  if (unit === undefined || value === null) return value;
  return String(value).slice(0, { DAY: 10, MONTH: 7, YEAR: 4 }[unit]);
}

export function smallGroups(
  sight: Sight,
  type: RandomType,
  { rows, grouping }: { readonly rows: readonly Row[]; readonly grouping: Grouping },
): readonly Group[] {
  const least = leastOf(sight, type, grouping);
  return [...groupsIn(type, rows, grouping).values()].filter((group) => !isLargeEnough(type, least, group));
}
