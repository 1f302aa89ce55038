/** An interface of which there is no type: all that is known of its values comes from those who see it as an object. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const bareInterface: ConformanceGraph = {
  topic: 'an interface without types',
  subgraphs: {
    ids: fed2`
      type Query { place: Place }
      interface Place @key(fields: "id") { id: ID! }`,
    names: fed2`
      type Query { home: Place homes: [Place!]! }
      type Place @key(fields: "id", resolvable: false) @interfaceObject { id: ID! name: String near: Place }`,
  },
  unanswerable: 'there is no type that a value could have',
  rows: () => [],
  resolvers: {
    Query: {
      place: () => null,
      home: () => ({ id: '1', name: '', near: null }),
      homes: () => [{ id: '1', name: '', near: { id: '2', name: 'b' } }],
    },
  },
  cases: [
    { name: 'nothing there', query: '{ place { id } }' },
    {
      name: 'its fields',
      query: '{ home { id name } }',
      expected: { data: { home: { id: '1', name: '' } }, errors: [] },
    },
    {
      name: 'its fields, in a list',
      query: '{ homes { name id } }',
      expected: { data: { homes: [{ name: '', id: '1' }] }, errors: [] },
    },
    {
      name: 'its fields, below each other',
      query: '{ homes { near { name id } id } }',
      expected: { data: { homes: [{ near: { name: 'b', id: '2' }, id: '1' }] }, errors: [] },
      stock: stockFaults.typeless,
    },
    {
      name: 'the name of a type that nobody knows',
      query: '{ home { name __typename } }',
      expected: { data: { home: null }, errors: ['home'] },
      stock: stockFaults.typeless,
    },
    {
      name: 'a field to which there is no way',
      query: '{ place { name } }',
      expected: { data: null, errors: [''] },
      stock: stockFaults.silentNull,
    },
  ],
};
