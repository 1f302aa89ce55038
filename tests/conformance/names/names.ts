/** Names and values that are something else to JavaScript. */
import { type ConformanceGraph, fed2, type Row, type Store } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const names: ConformanceGraph = {
  topic: 'names like __proto__',
  subgraphs: {
    one: fed2`
      type Query { object: Object! constructor: String list(toString: Int, valueOf: Value): [Object] hasOwnProperty: Object }
      input Value { constructor: Int hasOwnProperty: String }
      type Object @key(fields: "constructor") { constructor: ID! hasOwnProperty: String toString: Int then: String length: Int }`,
    two: fed2`
      type Object @key(fields: "constructor") {
        constructor: ID! valueOf: String isPrototypeOf: Object prototype: [Value_]
        toString: Int @external toJSON: Int @requires(fields: "toString")
      }
      type Value_ { constructor: String }`,
  },
  rows: () => [
    {
      __typename: 'Object',
      constructor: '__proto__',
      hasOwnProperty: 'constructor',
      toString: 0,
      // biome-ignore lint/suspicious/noThenProperty: it is one of the names
      then: '__proto__',
      length: 0,
      valueOf: 'x',
      isPrototypeOf: 'y',
      prototype: [{ constructor: '' }],
    },
    {
      __typename: 'Object',
      constructor: 'y',
      hasOwnProperty: '',
      toString: null,
      // biome-ignore lint/suspicious/noThenProperty: it is one of the names
      then: null,
      length: -1,
      valueOf: '__proto__',
      isPrototypeOf: null,
      prototype: null,
    },
  ],
  resolvers: {
    Query: {
      object: (_: Row, __: Row, store: Store) => store.find('Object', { constructor: '__proto__' }),
      constructor: () => 'C',
      list: (_: Row, given: Row, store: Store) => [
        ...store.all('Object').slice(0, given['toString'] as unknown as number),
        null,
      ],
      hasOwnProperty: (_: Row, __: Row, store: Store) => store.find('Object', { constructor: 'y' }),
    },
    Object: {
      isPrototypeOf: ({ isPrototypeOf: id }: Row, _: Row, store: Store) =>
        typeof id === 'string' ? store.find('Object', { constructor: id }) : null,
      toJSON: (row: Row) => (row['toString'] as unknown as number | null) ?? -1,
    },
  },
  cases: [
    {
      name: 'fields of one subgraph',
      query:
        '{ constructor object { constructor hasOwnProperty toString then length } hasOwnProperty { length } }',
    },
    {
      name: 'fields of another',
      query: '{ object { valueOf isPrototypeOf { valueOf then } prototype { constructor } } }',
    },
    { name: '@requires of one', query: '{ list { toJSON } }' },
    {
      name: 'aliases',
      query:
        '{ prototype: constructor object { valueOf: valueOf constructor: then toString: valueOf hasOwnProperty: length } }',
    },
    {
      name: 'aliases of objects',
      query:
        '{ toString: object { hasOwnProperty: isPrototypeOf { then: constructor valueOf } } constructor: list { prototype: valueOf } }',
    },
    {
      name: 'aliases that are reserved (GraphQL §2.1.9)',
      query: '{ __proto__: constructor }',
      expected: { data: null, errors: [''] },
      stock: stockFaults.reservedAliases,
    },
    {
      name: 'arguments and variables',
      query:
        'query ($constructor: Int, $hasOwnProperty: String, $__proto__: Int) { list(toString: $constructor, valueOf: { constructor: $__proto__, hasOwnProperty: $hasOwnProperty }) { valueOf } }',
      variables: { constructor: 1, hasOwnProperty: '__proto__' },
    },
    {
      name: 'names of operation and fragments',
      query:
        'query constructor { object { ...toString ...__proto__ } } fragment toString on Object { valueOf } fragment __proto__ on Object { then }',
    },
  ],
};
