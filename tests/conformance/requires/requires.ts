/** Fields that are computed from what other subgraphs serve. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const requires: ConformanceGraph = {
  topic: '@requires: chains, circles, lists, falsy values',
  subgraphs: {
    base: fed2`
      type Query { things: [Thing!]! thing(id: ID!): Thing }
      type Thing @key(fields: "id") { id: ID! zero: Int empty: String no: Boolean none: Int list: [Int!] size: Size }
      type Size @shareable { w: Int h: Int }`,
    first: fed2`
      type Thing @key(fields: "id") {
        id: ID!
        zero: Int @external empty: String @external no: Boolean @external none: Int @external
        list: [Int!] @external size: Size @external
        falsy: String @requires(fields: "zero empty no none")
        area: Int @requires(fields: "size { w h }")
        sum: Int @requires(fields: "list")
        twin: Thing @requires(fields: "zero")
      }
      type Size @shareable { w: Int h: Int }`,
    second: fed2`
      type Thing @key(fields: "id") {
        id: ID! area: Int @external third: Int @external
        volume: Int @requires(fields: "area")
        last: Int @requires(fields: "third")
      }`,
    third: fed2`
      type Thing @key(fields: "id") {
        id: ID! volume: Int @external sum: Int @external
        third: Int @requires(fields: "volume sum")
      }`,
  },
  rows: () => [
    {
      __typename: 'Thing',
      id: '1',
      zero: 0,
      empty: '',
      no: false,
      none: null,
      list: [1, 2],
      size: { w: 2, h: 3 },
      twin: '2',
    },
    {
      __typename: 'Thing',
      id: '2',
      zero: 7,
      empty: 'x',
      no: true,
      none: 0,
      list: [],
      size: { w: 0, h: 3 },
      twin: null,
    },
    {
      __typename: 'Thing',
      id: '3',
      zero: null,
      empty: null,
      no: null,
      none: null,
      list: null,
      size: null,
      twin: '3',
    },
  ],
  resolvers: {
    Query: {
      things: (_, __, store) => store.all('Thing'),
      thing: (_, { id }, store) => store.find('Thing', { id }),
    },
    Thing: {
      falsy: ({ zero, empty, no, none }) => JSON.stringify([zero, empty, no, none]),
      area: ({ size }) => size && size.w * size.h,
      sum: ({ list }) => list?.reduce((one: number, other: number) => one + other, 0) ?? null,
      twin: ({ twin }, _, store) => twin && store.find('Thing', { id: twin }),
      // In the monolith nothing was computed before; a subgraph was given it.
      volume: (row) =>
        times(
          given(row, 'area', () => area(row)),
          10,
        ),
      third: (row) =>
        plus(
          given(row, 'volume', () => times(area(row), 10)),
          given(row, 'sum', () => sum(row)),
        ),
      last: (row) =>
        times(
          given(row, 'third', () => plus(times(area(row), 10), sum(row))),
          -1,
        ),
    },
  },
  cases: [
    ...[true, false].map((v) => ({
      name: `one of two is left out, ${v}`,
      query: 'query ($v: Boolean!) { things { falsy area @skip(if: $v) } }',
      variables: { v },
      ...(v && { stock: stockFaults.conditionSpreads }),
    })),
    ...[true, false].map((v) => ({
      name: `some of several are left out, in fragments, ${v}`,
      query:
        'query ($v: Boolean!) { things { ... @include(if: $v) { area sum } ... { volume @skip(if: $v) falsy } } }',
      variables: { v },
    })),
    { name: 'zero, the empty string, false and null', query: '{ things { falsy } }' },
    { name: 'an object', query: '{ things { area } }' },
    { name: 'a list', query: '{ things { sum } }' },
    { name: 'a chain of two', query: '{ things { volume } }' },
    { name: 'a chain of four that comes back twice', query: '{ things { last } }' },
    {
      name: 'what is required is asked too',
      query: '{ things { last third volume area sum list size { h w } } }',
    },
    {
      name: 'what is required is asked under other names',
      query: '{ things { area volume: sum sum: volume size: zero zero: size { a: w h: h } } }',
      stock: stockFaults.aliasLost,
    },
    { name: 'part of what is required is asked', query: '{ things { size { h } area } }' },
    {
      name: 'in a circle of entities',
      query: '{ things { twin { twin { falsy area } volume } } }',
      stock: stockFaults.nestedRequires,
    },
    {
      name: 'of an entity that comes from the subgraph that computes it',
      query: '{ things { twin { area falsy } } }',
    },
    {
      name: 'of such an entity, in a chain',
      query: '{ things { twin { volume } } }',
      stock: stockFaults.nestedRequires,
    },
    {
      name: 'of such an entity, in chains that come back to that subgraph',
      query: '{ things { twin { twin { last } falsy third } } }',
      stock: stockFaults.nestedRequires,
    },
    {
      name: 'a single one',
      query: '{ thing(id: "2") { last falsy } other: thing(id: "3") { last } none: thing(id: "4") { last } }',
    },
    {
      name: 'once for the same field asked twice',
      query: '{ things { a: area b: area } }',
      requests: { first: 1 },
    },
  ],
};

const given = (row: Record<string, unknown>, name: string, compute: () => number | null): number | null =>
  Object.hasOwn(row, name) ? (row[name] as number | null) : compute();
const area = (row: Record<string, unknown>) => {
  const size = row['size'] as { w: number; h: number } | null;
  return size && size.w * size.h;
};
const sum = (row: Record<string, unknown>) =>
  (row['list'] as number[] | null)?.reduce((one, other) => one + other, 0) ?? null;
const times = (one: number | null, other: number) => one && one * other;
const plus = (one: number | null, other: number | null) =>
  one === null || other === null ? null : one + other;
