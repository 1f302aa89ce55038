/** Random operations on a random domain. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import {
  backsOf,
  columnNamed,
  type RandomColumn,
  type RandomDomain,
  type RandomType,
  stub,
  typeNamed,
} from './domain.ts';
import type {
  GroupAsk,
  ListAsk,
  Operation,
  Representation,
  ResultAsk,
  RootAsk,
  Selection,
} from './operation.ts';
import { examplesOf, keyOf } from './rows.ts';
import { randomWhere } from './where.ts';

interface Asking {
  readonly choose: Chooser;
  readonly domain: RandomDomain;
}

export function randomOperation(choose: Chooser, domain: RandomDomain): Operation {
  const asking = { choose, domain };
  return Array.from({ length: choose.chance(80) ? 1 : 2 }, () => randomRoot(asking));
}

function randomRoot(asking: Asking): RootAsk {
  const { choose, domain } = asking;
  const type = choose.pick(domain.types);
  const chance = choose.below(100);
  if (chance < 40) return { kind: 'list', list: randomList(asking, type, 2) };
  if (chance < 78) return { kind: 'groups', groups: randomGroups(choose, type) };
  if (chance < 90) return randomEntities(asking, type);
  return {
    kind: 'found',
    type: type.name,
    keys: someKeys(choose),
    selection: randomSelection(asking, type, 1),
  };
}

function randomList(asking: Asking, type: RandomType, depth: number): ListAsk {
  const { choose } = asking;
  const ordering = choose.some(
    type.columns.filter(({ isList }) => !isList),
    15,
  );
  const isShown = choose.chance(80);
  return {
    type: type.name,
    where: choose.chance(35) ? randomWhere(choose, type) : undefined,
    orderBy: ordering.map(({ name }) => ({ field: name, direction: choose.pick(['ASC', 'DESC']) })),
    first: choose.chance(35) ? 1 + choose.below(6) : undefined,
    selection: isShown ? randomSelection(asking, type, depth) : undefined,
    isCounted: !isShown || choose.chance(40),
    hasEdges: choose.chance(25),
  };
}

function randomSelection(asking: Asking, type: RandomType, depth: number): Selection {
  const { choose, domain } = asking;
  const fields = type.columns.map(({ name }) => name).filter((name) => name !== 'id');
  const links = depth > 0 ? choose.some(type.links, 35) : [];
  return {
    scalars: ['id', ...choose.some(fields, 35)],
    links: links.map(({ field, target }) => ({
      field,
      selection:
        target === stub
          ? { ...onlyKey, backs: randomBacks(asking, stub, depth) }
          : randomSelection(asking, typeNamed(domain, target), depth - 1),
    })),
    backs: depth > 0 ? randomBacks(asking, type.name, depth) : [],
  };
}

function randomBacks(asking: Asking, name: string, depth: number): Selection['backs'] {
  return asking.choose.some(backsOf(asking.domain, name), 30).map(({ type, link }) => ({
    field: link.back,
    list: randomList(asking, type, depth - 1),
  }));
}

const onlyKey: Selection = { scalars: ['id'], links: [], backs: [] };

function someKeys(choose: Chooser): readonly string[] {
  return Array.from({ length: 3 + choose.below(5) }, () => keyOf(1 + choose.below(26)));
}

function randomEntities(asking: Asking, type: RandomType): RootAsk {
  const { choose, domain } = asking;
  if (choose.chance(25) && backsOf(domain, stub).length > 0) {
    const keys = ['e1', 'e2', 'e4'].map((id) => ({ __typename: stub, id }));
    return {
      kind: 'entities',
      type: stub,
      keys,
      selection: { ...onlyKey, backs: randomBacks(asking, stub, 2) },
    };
  }
  const names = [type.name, ...type.variants];
  const other = type.columns.find(({ isKey, name }) => isKey && name !== 'id');
  const keys = someKeys(choose).map((id): Representation => {
    const __typename = choose.pick(names);
    if (other === undefined || choose.chance(60)) return { __typename, id };
    return { __typename, [other.name]: String(1000 + Number(id.slice(1))) };
  });
  return { kind: 'entities', type: type.name, keys, selection: randomSelection(asking, type, 2) };
}

function randomGroups(choose: Chooser, type: RandomType): GroupAsk {
  const dimensions = type.columns.filter(({ isDimension }) => isDimension);
  const by = choose
    .some(dimensions, 30)
    .slice(0, 2)
    .map((column) => ({
      field: column.name,
      unit: isTime(column) && choose.chance(50) ? choose.pick(['DAY', 'MONTH', 'YEAR'] as const) : undefined,
    }));
  const possible = resultsOn(type);
  const orderable: GroupAsk['orderBy'] = [
    { name: 'count', result: undefined, direction: 'DESC' },
    ...by.map(({ field }) => ({ name: `key_${field}`, result: undefined, direction: 'ASC' as const })),
    ...possible.map((result) => ({
      name: `${result.aggregate}_${result.field}`,
      result,
      direction: 'DESC' as const,
    })),
  ];
  return {
    type: type.name,
    by,
    where: choose.chance(50) ? randomWhere(choose, type) : undefined,
    having: choose.chance(25) ? randomHaving(choose, type, possible) : undefined,
    orderBy: choose.chance(30) ? [choose.pick(orderable)] : [],
    first: choose.chance(25) ? 1 + choose.below(3) : undefined,
    results: choose.some(possible, 20),
  };
}

function isTime({ scalar }: RandomColumn): boolean {
  return scalar === 'DateTime' || scalar === 'Date';
}

function resultsOn({ columns }: RandomType): readonly ResultAsk[] {
  const of = (column: RandomColumn, ...names: readonly ResultAsk['aggregate'][]): readonly ResultAsk[] =>
    names.map((aggregate) => ({ aggregate, field: column.name }));
  return columns.flatMap((column) => [
    ...(column.isDimension ? of(column, 'countDistinct') : []),
    ...(column.isMeasure ? of(column, 'min', 'max') : []),
    ...(column.isMeasure && !isTime(column) ? of(column, 'sum', 'avg') : []),
  ]);
}

function randomHaving(choose: Chooser, type: RandomType, possible: readonly ResultAsk[]): GroupAsk['having'] {
  if (possible.length === 0 || choose.chance(40)) {
    return { text: `{count: {gte: "${1 + choose.below(4)}"}}`, results: [] };
  }
  const result = choose.pick(possible);
  return {
    text: `{${result.aggregate}: {${result.field}: {gt: ${bound(choose, type, result)}}}}`,
    results: [result],
  };
}

/** A value of the type that the result has. */
function bound(choose: Chooser, type: RandomType, { aggregate, field }: ResultAsk): string {
  if (aggregate === 'countDistinct') return '"1"';
  const column = columnNamed(type, field);
  const value = choose.pick(examplesOf(column));
  const isExact = (aggregate === 'sum' || aggregate === 'avg') && column.scalar !== 'Float';
  return JSON.stringify(isExact ? String(value) : value);
}
