/** Enums and input objects of which each subgraph knows another part. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const intersections: ConformanceGraph = {
  topic: 'enum and input intersections',
  subgraphs: {
    one: fed2`
      type Query { users(filter: Filter, sort: Sort = NAME): [User!]! }
      input Filter { first: Int ids: [ID!] more: Int }
      enum Sort { NAME AGE }
      enum Kind { A B }
      type User @key(fields: "id") { id: ID! kind: Kind @shareable name(upper: Boolean): String }`,
    two: fed2`
      type Query { echo(filter: Filter, sort: [Sort!]): String }
      input Filter { first: Int = 2 ids: [ID!] other: String }
      enum Sort { NAME SIZE }
      enum Kind { A B C }
      type User @key(fields: "id") { id: ID! kind: Kind @shareable seen(filter: Filter = { first: 1 }): String }`,
  },
  rows: () => [
    { __typename: 'User', id: '1', kind: 'A', name: 'ann' },
    { __typename: 'User', id: '2', kind: 'B', name: 'bo' },
    { __typename: 'User', id: '3', kind: null, name: null },
  ],
  resolvers: {
    Query: {
      users: (_, { filter }, store) =>
        store
          .all('User')
          .filter(({ id }) => filter?.ids?.includes(id) ?? true)
          .slice(0, filter?.first ?? 3),
      echo: (_, { filter, sort }) => JSON.stringify([filter?.ids, sort]),
    },
    User: {
      name: ({ name }, { upper }) => (upper ? name?.toUpperCase() : name),
      seen: ({ id }, { filter }) => `${id} ${filter?.first}`,
    },
  },
  cases: [
    {
      name: 'what both know',
      query: '{ users(filter: { first: 2, ids: ["1", "3"] }, sort: NAME) { id kind } }',
    },
    {
      name: 'a variable of it',
      query: 'query ($f: Filter) { users(filter: $f) { seen(filter: $f) } }',
      variables: { f: { first: 1 } },
    },
    {
      name: 'variables inside of it',
      query: 'query ($n: Int, $i: ID!) { users(filter: { first: $n, ids: [$i, "2"] }) { id } }',
      variables: { n: 5, i: '1' },
    },
    {
      name: 'a list of values, and one for a list',
      query:
        '{ a: echo(sort: [NAME, NAME]) b: echo(sort: NAME) c: echo(sort: []) d: echo(sort: null) e: echo }',
    },
    { name: 'one item for a list in an object', query: '{ echo(filter: { ids: "7" }) }' },
    { name: 'a default that is an object', query: '{ users { seen } }' },
    {
      name: 'the same field with other arguments',
      query:
        '{ users { seen a: seen(filter: null) b: seen(filter: { first: 7 }) name c: name(upper: true) } }',
    },
  ],
};
