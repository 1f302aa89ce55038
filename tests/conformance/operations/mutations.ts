/** Root fields of a mutation run one after the other, whoever serves them (GraphQL §6.2.2). */
import { type ConformanceGraph, fed2, type Row, type Store } from '../kit/graph.ts';

const change = (by: (value: number) => number) => (_: Row, __: Row, store: Store) => {
  const counter = store.find('Counter', { id: 'c' }) as { value: number };
  counter.value = by(counter.value);
  return counter;
};

export const mutations: ConformanceGraph = {
  topic: 'mutations in order',
  subgraphs: {
    adder: fed2`
      type Query { counter: Counter }
      type Mutation { add(n: Int!): Counter! addAndFail: Counter addNothing: Int }
      type Counter @key(fields: "id") { id: ID! value: Int }`,
    doubler: fed2`
      type Mutation { double: Counter! }
      type Counter @key(fields: "id") { id: ID! }`,
    printer: fed2`
      type Mutation { print: String }
      type Counter @key(fields: "id") { id: ID! printed: String }`,
  },
  rows: () => [{ __typename: 'Counter', id: 'c', value: 1 }],
  resolvers: {
    Query: { counter: (_, __, store) => store.find('Counter', { id: 'c' }) },
    Mutation: {
      add: (source, given, store) => ({ ...change((value) => value + given['n'])(source, given, store) }),
      double: (source, given, store) => ({ ...change((value) => value * 2)(source, given, store) }),
      addAndFail: (source, given, store) => {
        change((value) => value + 1)(source, given, store);
        throw new Error('after it was done');
      },
      addNothing: () => null,
      print: (_, __, store) => `${store.find('Counter', { id: 'c' })?.['value']}`,
    },
    Counter: { printed: ({ id }, _, store) => `<${store.find('Counter', { id })?.['value']}>` },
  },
  cases: [
    { name: 'of one subgraph', query: 'mutation { add(n: 1) { value } b: add(n: 2) { value } }' },
    {
      name: 'of two subgraphs in turn',
      query: 'mutation { a: add(n: 1) { id } b: double { id } c: add(n: 3) { id } d: double { id } print }',
    },
    {
      name: 'what they return, from another subgraph',
      query: 'mutation { double { id value } add(n: 1) { printed } }',
    },
    {
      name: 'each is whole before the next begins',
      query: 'mutation { a: double { printed } b: add(n: 5) { printed } c: double { value printed } }',
    },
    {
      name: 'one that fails does not stop the next',
      query: 'mutation { a: addAndFail { value } b: double { id value } print }',
    },
    { name: 'null, and __typename', query: 'mutation { __typename addNothing t: __typename print }' },
    {
      name: 'variables and conditions',
      query:
        'mutation ($n: Int!, $no: Boolean!) { a: add(n: $n) { value } b: double @include(if: $no) { value } ...M c: print } fragment M on Mutation { add(n: $n) { printed } }',
      variables: { n: 3, no: false },
    },
  ],
};
