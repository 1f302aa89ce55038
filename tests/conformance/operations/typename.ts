/** `__typename` wherever it can stand. */
import type { ConformanceGraph } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';
import { library } from './library.ts';

export const typename: ConformanceGraph = {
  topic: '__typename',
  ...library,
  cases: [
    { name: 'at the root alone', query: '{ __typename }', requests: { books: 0, authors: 0, reviews: 0 } },
    { name: 'at the root, twice and under aliases', query: '{ a: __typename __typename b: __typename }' },
    { name: 'at the root between fields', query: '{ a: __typename books { id } z: __typename }' },
    {
      name: 'at the root in fragments',
      query: '{ ... on Query { __typename ...Q } } fragment Q on Query { t: __typename best { stars } }',
    },
    {
      name: 'beside introspection',
      query:
        '{ __schema { queryType { name __typename } } __typename __type(name: "Book") { __typename kind } books { title } }',
      stock: stockFaults.order,
    },
    { name: 'alone in an entity', query: '{ books { __typename author { __typename } } }' },
    { name: 'alone in an entity of another subgraph', query: '{ best { book { sequel { __typename } } } }' },
    {
      name: 'under an alias that is a field',
      query: '{ books { title: __typename pages author { id: __typename name } } }',
    },
    {
      name: 'a field under its name',
      query: '{ books { __typename: title } }',
      expected: { data: null, errors: [''] },
    },
    {
      name: 'in fragments alone',
      query: '{ any { ... on Book { __typename } ... on Author { t: __typename name } } }',
    },
    { name: 'in lists', query: '{ books { reviews { __typename by { __typename } } } }' },
    {
      name: 'before, between and after',
      query:
        '{ books { __typename id x: __typename title y: __typename author { z: __typename name } w: __typename } }',
    },
    {
      name: 'the same alias in several fragments',
      query: '{ any { ... on Book { k: __typename } ... on Author { k: __typename } __typename } }',
    },
  ],
};
