/** One subgraph fails, in each position that it can have in an operation. */
import type { Fault } from '../kit/faults.ts';
import { type ConformanceCase, type ConformanceGraph, fed2 } from '../kit/graph.ts';

/** What can happen to any request. */
const always: readonly Fault[] = [
  'refuses connections',
  'answers 500',
  'answers no JSON',
  'answers errors without data',
  'answers neither data nor errors',
];
/** What can happen to a request for entities. */
const entities: readonly Fault[] = [
  ...always,
  'answers one entity too few',
  'answers one entity too many',
  'answers null for all entities',
  'answers null for each entity',
];

interface Position {
  readonly subgraph: string;
  readonly query: string;
  readonly faults: readonly Fault[];
}

const positions: Readonly<Record<string, Position>> = {
  'the only one': { subgraph: 'shop', query: '{ goods { name } }', faults: always },
  'one of two roots': { subgraph: 'shop', query: '{ goods { name } makers { name } }', faults: always },
  'a root that must not be null': {
    subgraph: 'shop',
    query: '{ strict { name } makers { name } }',
    faults: always,
  },
  'the second': { subgraph: 'reviews', query: '{ goods { name reviews { text } } }', faults: entities },
  'the second, beside a third': {
    subgraph: 'makers',
    query: '{ goods { reviews { text } maker { name } } }',
    faults: entities,
  },
  'the second, before a third': {
    subgraph: 'reviews',
    query: '{ goods { name reviews { by { name } } } }',
    faults: entities,
  },
  'the last of a chain': {
    subgraph: 'makers',
    query: '{ goods { name reviews { text by { name } } } }',
    faults: entities,
  },
  'where it must not be null': {
    subgraph: 'reviews',
    query: '{ goods { name score } makers { name } }',
    faults: entities,
  },
  'in a list where it must not be null': {
    subgraph: 'reviews',
    query: '{ all { name score } makers { name } }',
    faults: entities,
  },
  'for several fields': {
    subgraph: 'reviews',
    query: '{ goods { reviews { text } a: label id b: label } }',
    faults: entities,
  },
  'under types': {
    subgraph: 'reviews',
    query: '{ mixed { ... on Good { name label } ... on Maker { name } } }',
    faults: entities,
  },
  'in a mutation': {
    subgraph: 'reviews',
    query: 'mutation { a: praise { id } b: buy { name } }',
    faults: always,
  },
  'after a mutation': { subgraph: 'reviews', query: 'mutation { buy { name label } }', faults: entities },
};

const cases: readonly ConformanceCase[] = Object.entries(positions).flatMap(
  ([name, { subgraph, query, faults }]) =>
    faults.map((fault) => ({ name: `${name} ${fault}`, query, faults: { [subgraph]: fault } })),
);

export const faults: ConformanceGraph = {
  topic: 'a subgraph that fails',
  subgraphs: {
    shop: fed2`
      type Query { goods: [Good] all: [Good!] strict: [Good!]! mixed: [Mixed] }
      type Mutation { buy: Good }
      union Mixed = Good | Maker
      type Good @key(fields: "id") { id: ID! name: String maker: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
    makers: fed2`
      type Query { makers: [Maker!] }
      type Maker @key(fields: "id") { id: ID! name: String }`,
    reviews: fed2`
      type Mutation { praise: Review }
      type Good @key(fields: "id") { id: ID! reviews: [Review!] score: Int! label: String }
      type Review { id: ID! text: String by: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
  },
  rows: () => [
    {
      __typename: 'Good',
      id: '1',
      name: 'nail',
      maker: 'm',
      score: 1,
      label: 'x',
      reviews: [{ id: 'r', text: 'ok', by: 'm' }],
    },
    { __typename: 'Good', id: '2', name: null, maker: 'n', score: 2, label: '', reviews: [] },
    { __typename: 'Good', id: '3', name: '', maker: null, score: 3, label: null, reviews: null },
    { __typename: 'Maker', id: 'm', name: 'Ann' },
    { __typename: 'Maker', id: 'n', name: null },
  ],
  resolvers: {
    Query: {
      goods: (_, __, store) => [...store.all('Good'), null],
      all: (_, __, store) => store.all('Good'),
      strict: (_, __, store) => store.all('Good'),
      mixed: (_, __, store) => [...store.all('Good'), ...store.all('Maker')],
      makers: (_, __, store) => store.all('Maker'),
    },
    Mutation: {
      buy: (_, __, store) => store.find('Good', { id: '1' }),
      praise: () => ({ id: 'p' }),
    },
    Good: { maker: ({ maker }, _, store) => maker && store.find('Maker', { id: maker }) },
    Review: { by: ({ by }, _, store) => by && store.find('Maker', { id: by }) },
  },
  cases,
};
