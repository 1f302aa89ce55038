/** Another world: the same data but for what one caller may not see of them, be the rows hidden, the column denied or the group too small. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import {
  columnNamed,
  type RandomColumn,
  type RandomDomain,
  type RandomLink,
  type RandomType,
  stub,
  typeNamed,
} from './domain.ts';
import { groupingOf, smallGroups } from './groups.ts';
import { type Operation, resultsOf } from './operation.ts';
import { type Cell, type Data, keyOf, type Row, randomCell, randomKey, randomRow } from './rows.ts';
import { concreteNames, concreteOf, type Sight } from './sight.ts';
import { fieldsIn, holds } from './where.ts';

export interface Case {
  readonly domain: RandomDomain;
  readonly data: Data;
  readonly sight: Sight;
  readonly operation: Operation;
}

export function otherWorld(choose: Chooser, given: Case): Data {
  return new Map(
    given.domain.types.map((type) => {
      const visible = given.sight
        .rowsOf(type, given.data)
        .map((row) => otherCells(choose, given, { type, row }));
      const rows = [
        ...otherGroups(choose, given, { type, rows: visible }),
        ...otherHidden(choose, given, type),
      ];
      // Nor may the order tell in which rows are stored.
      return [type.name, choose.shuffled(renamed(given, type, rows))];
    }),
  );
}

/** Whether the values of a concrete type's column are closed to this operation. */
export function isClosed(
  { sight, operation }: Case,
  type: RandomType,
  { name, column }: { readonly name: string; readonly column: RandomColumn },
): boolean {
  if (column.isKey || !sight.denies(name, column.name, 'read')) return false;
  // What may not be read may still be added up, if that is not denied as well.
  return sight.deniesAny(type, column.name, 'aggregate') || !addedUp(operation).has(column.name);
}

function addedUp(operation: Operation): ReadonlySet<string> {
  return new Set(
    operation
      .flatMap((root) => (root.kind === 'groups' ? resultsOf(root.groups) : []))
      .flatMap(({ aggregate, field }) => (aggregate === 'sum' || aggregate === 'avg' ? [field] : [])),
  );
}

interface Placed {
  readonly type: RandomType;
  readonly row: Row;
}

/** Other values in a visible row, which stays visible. */
function otherCells(choose: Chooser, given: Case, { type, row }: Placed): Row {
  const { sight } = given;
  const name = concreteOf(type, row);
  let other = row;
  for (const column of type.columns) {
    if (column.name === type.subject || !isClosed(given, type, { name, column })) continue;
    const changed = { ...other, [column.name]: randomCell(choose, column) };
    if (sight.sees(type, changed)) other = changed;
  }
  const links = type.links.map((link) => [link.column, otherKey(choose, given, { type, row, link })]);
  return { ...other, ...Object.fromEntries(links) };
}

/** Where a link leads to what the caller does not see, it may as well lead to nothing, or to another such row. */
function otherKey(
  choose: Chooser,
  given: Case,
  { type, row, link }: Placed & { readonly link: RandomLink },
): Cell {
  const own = row[link.column] ?? null;
  const isDenied = given.sight.denies(concreteOf(type, row), link.field, 'read');
  if (isDenied && isBackDenied(given, link)) return randomKey(choose, link.target);
  if (link.target === stub) return own;
  const target = typeNamed(given.domain, link.target);
  const visible = new Set(given.sight.rowsOf(target, given.data).map(({ id }) => id));
  if (visible.has(own ?? '')) return own;
  const others = (given.data.get(target.name) ?? []).flatMap(({ id }) =>
    id === undefined || visible.has(id) ? [] : [id],
  );
  return choose.pick([null, 'gone', keyOf(500), ...others]);
}

function isBackDenied({ domain, sight }: Case, { target, back }: RandomLink): boolean {
  const names = target === stub ? [stub] : concreteNames(typeNamed(domain, target));
  return names.every((name) => sight.denies(name, back, 'read'));
}

/** Persons by other names: how many they are is told by minimums, whoever may read who they are. */
function renamed(given: Case, type: RandomType, rows: readonly Row[]): readonly Row[] {
  const { sight } = given;
  const column = columnNamed(type, type.subject);
  const isHidden = concreteNames(type).every((name) => isClosed(given, type, { name, column }));
  if (!isHidden || sight.filtersBy(type, type.subject)) return rows;
  return rows.map((row) => ({
    ...row,
    [type.subject]: row[type.subject] === null ? null : `x${row[type.subject]}`,
  }));
}

/** Of hidden rows others are there, fewer or more, with other values and leading elsewhere. */
function otherHidden(choose: Chooser, { data, sight }: Case, type: RandomType): readonly Row[] {
  const hidden = (data.get(type.name) ?? []).filter((row) => !sight.sees(type, row));
  const kept = hidden.filter(() => choose.chance(60)).map((row) => ({ ...row, ...someOthers(choose, type) }));
  const fresh = Array.from({ length: choose.below(8) }, (_, at) => randomRow(choose, type, 500 + at));
  return [...kept, ...fresh].filter((row) => !sight.sees(type, row));
}

function someOthers(choose: Chooser, type: RandomType): Row {
  const columns = choose.some(type.columns.filter(({ isKey }) => !isKey));
  return {
    ...Object.fromEntries(columns.map((column) => [column.name, randomCell(choose, column)])),
    ...Object.fromEntries(
      choose.some(type.links).map(({ column, target }) => [column, randomKey(choose, target)]),
    ),
  };
}

/** Of a group that is too small some may be missing, have other values, or be there twice. */
function otherGroups(
  choose: Chooser,
  { sight, operation }: Case,
  { type, rows }: { readonly type: RandomType; readonly rows: readonly Row[] },
): readonly Row[] {
  const grouping = groupingOf(operation);
  if (grouping?.type !== type.name) return rows;
  const small = new Set(smallGroups(sight, type, { rows, grouping }).flatMap(({ chosen }) => chosen));
  const used = new Set([
    ...(grouping.where === undefined ? [] : fieldsIn(grouping.where)),
    ...grouping.by.map(({ field }) => field),
    type.subject,
  ]);
  const free = type.columns.filter((column) => !column.isKey && !used.has(column.name));
  return rows.flatMap((row, at) => {
    if (!small.has(row)) return [row];
    if (choose.chance(40)) return [];
    const changed = {
      ...row,
      ...Object.fromEntries(free.map((column) => [column.name, randomCell(choose, column)])),
    };
    const other = sight.sees(type, changed) ? changed : row;
    const copy = copyOf(type, other, 700 + at);
    const isAlike = type.subject !== 'id' && sight.sees(type, copy) && holds(type, copy, grouping.where);
    return isAlike && choose.chance(30) ? [other, copy] : [other];
  });
}

/** The same person once more. */
function copyOf(type: RandomType, row: Row, number: number): Row {
  const keys = type.columns.filter(({ isKey }) => isKey);
  return {
    ...row,
    ...Object.fromEntries(
      keys.map(({ name, scalar }) => [name, scalar === 'ID' ? keyOf(number) : String(1000 + number)]),
    ),
  };
}
