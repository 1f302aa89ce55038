/** Entities in lists: none, nested, many, the same again and again. */
import { type ConformanceGraph, fed2, type Row } from '../kit/graph.ts';

const makers = Array.from({ length: 10 }, (_, at) => ({
  __typename: 'Maker',
  id: `m${at}`,
  name: `maker ${at}`,
  of: null,
}));

export const lists: ConformanceGraph = {
  topic: 'lists',
  subgraphs: {
    goods: fed2`
      type Query { goods(first: Int!): [Good!]! grid: [[Good]] empty: [Good!]! none: [Good!] holes: [Good] cube: [[[Good!]!]!]! tags: [[String]] }
      type Good @key(fields: "id") { id: ID! maker: Maker others: [Maker] pairs: [[Maker!]!] }
      type Maker @key(fields: "id") { id: ID! }`,
    makers: fed2`
      type Maker @key(fields: "id") { id: ID! name: String partner: Maker words: [[String!]] }`,
    prices: fed2`
      type Good @key(fields: "id") { id: ID! price: Int steps: [[Int]] }
      type Maker @key(fields: "id") { id: ID! rank: Int }`,
  },
  rows: () => [
    ...makers.map(
      (row, at): Row => ({ ...row, partner: `m${(at + 1) % 10}`, words: [[], ['a'], null], rank: at }),
    ),
    ...Array.from(
      { length: 1_000 },
      (_, at): Row => ({
        __typename: 'Good',
        id: `g${at}`,
        price: at % 7,
        steps: [[at, null], [], null],
        maker: `m${at % 10}`,
        others: at % 3 === 0 ? null : [`m${at % 10}`, null, `m${(at * 3) % 10}`],
        pairs: at % 2 === 0 ? [] : [[`m${at % 10}`], [], [`m${(at * 7) % 10}`, `m${at % 10}`]],
      }),
    ),
  ],
  resolvers: {
    Query: {
      goods: (_, { first }, store) => store.all('Good').slice(0, first),
      grid: (_, __, store) => [
        store.all('Good').slice(0, 2),
        [],
        null,
        [null, store.find('Good', { id: 'g1' })],
      ],
      empty: () => [],
      none: () => null,
      holes: (_, __, store) => [
        null,
        store.find('Good', { id: 'g0' }),
        null,
        store.find('Good', { id: 'g0' }),
      ],
      cube: (_, __, store) => [[store.all('Good').slice(0, 2), []], [], [store.all('Good').slice(1, 3)]],
      tags: () => [['a', null, ''], [], null],
    },
    Good: {
      maker: ({ maker }, _, store) => store.find('Maker', { id: maker }),
      others: ({ others }, _, store) =>
        others?.map((id: string | null) => id && store.find('Maker', { id })) ?? null,
      pairs: ({ pairs }, _, store) =>
        pairs.map((pair: string[]) => pair.map((id) => store.find('Maker', { id }))),
    },
    Maker: { partner: ({ partner }, _, store) => store.find('Maker', { id: partner }) },
  },
  cases: [
    {
      name: 'an empty list of entities',
      query: '{ empty { id price maker { name } } }',
      requests: { makers: 0, prices: 0 },
    },
    { name: 'null for a list of entities', query: '{ none { price } }', requests: { prices: 0 } },
    {
      name: 'entities between nulls',
      query: '{ holes { price maker { name } } }',
      representations: { prices: 1, makers: 1 },
    },
    { name: 'only nulls of scalars', query: '{ tags goods(first: 2) { steps } }' },
    {
      name: 'lists of lists of entities',
      query: '{ grid { price maker { name } } }',
      representations: { prices: 2 },
    },
    { name: 'lists of lists of lists of entities', query: '{ cube { price pairs { name } } }' },
    {
      name: 'lists of lists below entities',
      query: '{ goods(first: 4) { steps others { name words } pairs { id rank } } }',
    },
    {
      name: 'a thousand entities, each once',
      query: '{ goods(first: 1000) { id price } }',
      requests: { goods: 1, prices: 1 },
      representations: { prices: 1000 },
    },
    {
      name: 'a thousand references to ten entities',
      query: '{ goods(first: 1000) { maker { name } } }',
      requests: { goods: 1, makers: 1 },
      representations: { makers: 10 },
    },
    {
      name: 'a thousand references in several lists',
      query: '{ goods(first: 1000) { others { rank } } }',
      requests: { goods: 1, prices: 1 },
      representations: { prices: 10 },
    },
    {
      name: 'references of references',
      query: '{ goods(first: 100) { maker { partner { partner { name rank } } } } }',
    },
  ],
};
