/** Fields that moved from one subgraph to another: `@override`. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const override: ConformanceGraph = {
  topic: '@override',
  subgraphs: {
    old: fed2`
      type Query { bills: [Bill!]! total: Int }
      type Bill @key(fields: "id") { id: ID! amount: Int text: String payer: Payer }
      type Payer @key(fields: "id") { id: ID! name: String }`,
    fresh: fed2`
      type Query { total: Int @override(from: "old") newest: Bill }
      type Bill @key(fields: "id") {
        id: ID! amount: Int @override(from: "old") payer: Payer @override(from: "old")
        text: String @external loud: String @requires(fields: "text")
      }
      type Payer @key(fields: "id") { id: ID! debt: Int }`,
    gone: fed2`
      type Bill @key(fields: "id") { id: ID! note: String @override(from: "a subgraph that is not there") }`,
  },
  rows: () => [
    { __typename: 'Bill', id: '1', amount: 5, text: 'a', payer: 'p', note: 'n' },
    { __typename: 'Bill', id: '2', amount: 0, text: '', payer: null, note: null },
    { __typename: 'Payer', id: 'p', name: 'Ann', debt: 3 },
  ],
  resolvers: {
    Query: {
      bills: (_, __, store) => store.all('Bill'),
      newest: (_, __, store) => store.find('Bill', { id: '2' }),
      total: (_, __, store) => store.all('Bill').length,
    },
    Bill: {
      payer: ({ payer }, _, store) => payer && store.find('Payer', { id: payer }),
      loud: ({ text }) => `${text}!`,
    },
  },
  resolversOf: {
    // What is no longer asked here is no longer right here.
    old: { Query: { total: () => -1 }, Bill: { amount: () => -1, payer: () => ({ id: 'wrong' }) } },
  },
  cases: [
    { name: 'a field that moved', query: '{ bills { amount } }' },
    { name: 'a root field that moved', query: '{ total }', requests: { old: 0 } },
    { name: 'a field that leads to an entity', query: '{ bills { payer { name debt } } }' },
    { name: 'from where it moved to', query: '{ newest { amount text payer { id } } }' },
    { name: 'beside @requires', query: '{ bills { loud text amount } newest { loud } }' },
    { name: 'from a subgraph that is not there', query: '{ bills { note } newest { note } }' },
  ],
};

export const progressiveOverride: ConformanceGraph = {
  topic: 'progressive @override',
  subgraphs: {
    old: fed2`
      type Query { parcel: Parcel }
      type Parcel @key(fields: "id") { id: ID! moved: String staying: String asked: Int }`,
    fresh: fed2`
      type Parcel @key(fields: "id") {
        id: ID!
        moved: String @override(from: "old", label: "percent(100)")
        staying: String @override(from: "old", label: "percent(0)")
      }`,
  },
  rows: () => [{ __typename: 'Parcel', id: '1', moved: 'fresh', staying: 'old', asked: 0 }],
  resolvers: { Query: { parcel: (_, __, store) => store.find('Parcel', { id: '1' }) } },
  resolversOf: {
    old: { Parcel: { moved: () => 'old' } },
    fresh: { Parcel: { staying: () => 'fresh' } },
  },
  cases: [
    { name: 'all of it', query: '{ parcel { moved } }', stock: stockFaults.labels },
    { name: 'none of it', query: '{ parcel { staying } }', requests: { fresh: 0 } },
    { name: 'both', query: '{ parcel { moved asked staying } }', stock: stockFaults.labels },
  ],
};
