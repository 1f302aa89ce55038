/** What is right, said without SQL: the rows that the caller sees, chosen, ordered and joined in memory. */
import type { Use } from '@portcullis/kit/identity/obligations';
import { backsOf, columnNamed, type RandomDomain, type RandomType, stub, typeNamed } from './domain.ts';
import { groupingOfAsk, groupsIn, leastOf } from './groups.ts';
import {
  type GroupAsk,
  type ListAsk,
  type Representation,
  type ResultAsk,
  type RootAsk,
  resultsOf,
  type Selection,
} from './operation.ts';
import type { Cell, Data, Row } from './rows.ts';
import { concreteOf, isLargeEnough, type Sight } from './sight.ts';
import { compareCells, fieldsIn, holds } from './where.ts';

export interface Truth {
  readonly domain: RandomDomain;
  readonly data: Data;
  readonly sight: Sight;
}

/** A null takes what is around it along, up to what can be null. */
class Refused extends Error {}

/** Of groups how many rows they have; undefined where it says nothing: groups that are compared or cut. */
export function expectedOf(truth: Truth, root: RootAsk): unknown {
  return orNull(() => {
    switch (root.kind) {
      case 'list':
        return expectedList(truth, root.list, (data) => data);
      case 'groups':
        return expectedGroups(truth, root.groups);
      case 'entities':
        return root.keys.map((key) => orNull(() => expectedEntity(truth, key, root)));
      case 'found':
        return expectedFound(truth, root);
    }
  });
}

function orNull<Value>(value: () => Value): Value | null {
  try {
    return value();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function expectedList(truth: Truth, list: ListAsk, among: (rows: readonly Row[]) => readonly Row[]): unknown {
  const { sight, domain } = truth;
  const type = typeNamed(domain, list.type);
  const compared = [
    ...(list.where === undefined ? [] : fieldsIn(list.where)),
    ...list.orderBy.map(({ field }) => field),
  ];
  if (compared.some((field) => sight.deniesAny(type, field, 'read', 'filter'))) throw new Refused();
  const all = among(sight.rowsOf(type, truth.data));
  const chosen = all.filter((row) => holds(type, row, list.where));
  const first = list.first ?? Number.POSITIVE_INFINITY;
  const ordered = chosen.toSorted((one, other) => ordering(type, list, one, other));
  const { selection } = list;
  const page = selection && ordered.slice(0, first).map((row) => selected(truth, { type, row }, selection));
  return {
    ...(list.isCounted && {
      totalCount: expectedCount(truth, type, { chosen, rest: all.filter((row) => !chosen.includes(row)) }),
    }),
    ...(page && {
      ...(list.hasEdges ? { edges: page.map((node) => ({ node })) } : { nodes: page }),
      pageInfo: { hasNextPage: chosen.length > first },
    }),
  };
}

function ordering(type: RandomType, { orderBy }: ListAsk, one: Row, other: Row): number {
  const last = orderBy.at(-1)?.direction ?? 'ASC';
  for (const { field, direction } of [...orderBy, { field: 'id', direction: last }]) {
    const order = compareCells(columnNamed(type, field), one[field] ?? null, other[field] ?? null);
    if (order !== 0) return direction === 'ASC' ? order : -order;
  }
  return 0;
}

function expectedCount(
  { sight }: Truth,
  type: RandomType,
  group: { readonly chosen: readonly Row[]; readonly rest: readonly Row[] },
): string | null {
  if (sight.deniesAny(type, 'id', 'aggregate')) return null;
  return isLargeEnough(type, sight.minimum(type, ['id']), group) ? String(group.chosen.length) : null;
}

interface Placed {
  readonly type: RandomType;
  readonly row: Row;
}

function selected(truth: Truth, { type, row }: Placed, { scalars, links, backs }: Selection): unknown {
  const { sight } = truth;
  const name = concreteOf(type, row);
  const value = (field: string): Cell => {
    if (sight.shows(type, name, field)) return row[field] ?? null;
    if (columnNamed(type, field).isNullable) return null;
    throw new Refused();
  };
  const linked = ({ field, selection }: Selection['links'][number]): unknown => {
    const link = type.links.find((each) => each.field === field);
    if (link === undefined || !sight.shows(type, name, field)) return null;
    const key = row[link.column] ?? null;
    if (link.target === stub) return key === null ? null : orNull(() => stubOf(truth, key, selection));
    return orNull(() =>
      entityOf(truth, typeNamed(truth.domain, link.target), { field: 'id', key }, selection),
    );
  };
  return {
    ...Object.fromEntries(scalars.map((field) => [field, value(field)])),
    ...Object.fromEntries(links.map((each) => [each.field, linked(each)])),
    ...expectedBacks(truth, { name, of: type.name, key: row['id'] ?? null }, backs),
  };
}

interface Parent {
  /** Its concrete type, and the type that has the fields. */
  readonly name: string;
  readonly of: string;
  readonly key: Cell;
}

function expectedBacks(truth: Truth, { name, of, key }: Parent, backs: Selection['backs']) {
  const entries = backs.map(({ field, list }) => {
    const link = backsOf(truth.domain, of).find((each) => each.link.back === field)?.link;
    if (link === undefined || truth.sight.denies(name, field, 'read')) throw new Refused();
    const own = (rows: readonly Row[]) => rows.filter((row) => row[link.column] === key);
    return [field, expectedList(truth, list, own)] as const;
  });
  return Object.fromEntries(entries);
}

interface EntityKey {
  readonly field: string;
  readonly key: Cell;
  /** Undefined: whichever concrete type the row is of. */
  readonly name?: string;
}

function entityOf(
  truth: Truth,
  type: RandomType,
  { field, key, name }: EntityKey,
  selection: Selection,
): unknown {
  const row = truth.sight.rowsOf(type, truth.data).find((each) => each[field] === key);
  if (row === undefined || (name !== undefined && name !== type.name && name !== concreteOf(type, row)))
    return null;
  return selected(truth, { type, row }, selection);
}

function expectedEntity(
  truth: Truth,
  key: Representation,
  { type, selection }: RootAsk & { readonly kind: 'entities' },
): unknown {
  const [[field, value] = ['id', ''] as const] = Object.entries(key).filter(
    ([name]) => name !== '__typename',
  );
  if (type !== stub) {
    return entityOf(
      truth,
      typeNamed(truth.domain, type),
      { field, key: value, name: key['__typename'] ?? type },
      selection,
    );
  }
  return truth.sight.isStubOpen(stub) ? stubOf(truth, value, selection) : null;
}

/** Its key is a value of the row that refers to it; what leads on from there is closed where a filter would have to be carried out. */
function stubOf(truth: Truth, key: Cell, { backs }: Selection): unknown {
  if (backs.length > 0 && !truth.sight.isStubOpen(stub)) throw new Refused();
  return { id: key, ...expectedBacks(truth, { name: stub, of: stub, key }, backs) };
}

/** A resolver of a domain answers with keys, or with what its own SQL finds where the database is secured. */
function expectedFound(
  truth: Truth,
  { type: name, keys, selection }: RootAsk & { readonly kind: 'found' },
): unknown {
  const type = typeNamed(truth.domain, name);
  const visible = new Set(truth.sight.rowsOf(type, truth.data).map(({ id }) => id));
  const answered = truth.domain.isSecured
    ? [...new Set(keys)].filter((key) => visible.has(key)).toSorted()
    : keys;
  return answered.map((key) => orNull(() => entityOf(truth, type, { field: 'id', key }, selection)));
}

function expectedGroups({ domain, data, sight }: Truth, groups: GroupAsk): unknown {
  const type = typeNamed(domain, groups.type);
  if (groups.having !== undefined || groups.first !== undefined) return undefined;
  const used = [
    ...groups.by.map(({ field }) => field),
    ...(groups.where === undefined ? [] : fieldsIn(groups.where)),
  ];
  const isRefused =
    used.some((field) => sight.deniesAny(type, field, 'read', 'filter')) ||
    resultsOf(groups).some((result) => sight.deniesAny(type, result.field, ...usesOf(result))) ||
    sight.deniesAny(type, 'id', 'aggregate');
  if (isRefused) throw new Refused();
  const grouping = groupingOfAsk(groups);
  const least = leastOf(sight, type, grouping);
  const found = groupsIn(type, sight.rowsOf(type, data), grouping);
  const shown = [...found.values()].filter(
    (group) => group.chosen.length > 0 && isLargeEnough(type, least, group),
  );
  const counts = shown.map(({ chosen }) => String(chosen.length));
  const isOfAll = groups.by.length === 0 && counts.length === 0 && least === 1;
  return { counts: isOfAll ? ['0'] : counts.toSorted(), suppressed: least > 1 };
}

/** A smallest, largest or distinct value is that of some row. */
function usesOf({ aggregate }: ResultAsk): readonly Use[] {
  return aggregate === 'sum' || aggregate === 'avg' ? ['aggregate'] : ['read', 'aggregate'];
}
