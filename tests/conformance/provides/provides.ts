/** Fields that a subgraph can give at one place, though they are another's. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const provides: ConformanceGraph = {
  topic: '@provides on objects, interfaces and unions',
  subgraphs: {
    feed: fed2`
      type Query {
        latest: [Post!]! @provides(fields: "author { name address { city } }")
        plain: [Post!]!
        hits: [Hit] @provides(fields: "... on Post { title } ... on Person { name }")
        things: [Thing!] @provides(fields: "... on Post { title }")
      }
      union Hit = Post | Person
      interface Thing { id: ID! }
      type Post implements Thing @key(fields: "id") { id: ID! title: String @external author: Person }
      type Person implements Thing @key(fields: "id") { id: ID! name: String @external address: Address @external }
      type Address { city: String @external }`,
    posts: fed2`
      type Post @key(fields: "id") { id: ID! title: String @shareable length: Int }`,
    people: fed2`
      type Person @key(fields: "id") { id: ID! name: String @shareable address: Address @shareable age: Int }
      type Address { city: String @shareable zip: String }`,
  },
  rows: () => [
    { __typename: 'Post', id: '1', title: 'One', length: 0, author: 'p' },
    { __typename: 'Post', id: '2', title: null, length: 9, author: null },
    { __typename: 'Person', id: 'p', name: '', age: 40, address: { city: 'Bonn', zip: '5' } },
  ],
  resolvers: {
    Query: {
      latest: (_, __, store) => store.all('Post'),
      plain: (_, __, store) => store.all('Post'),
      hits: (_, __, store) => [...store.all('Person'), null, ...store.all('Post')],
      things: (_, __, store) => [...store.all('Person'), ...store.all('Post')],
    },
    Post: { author: ({ author }, _, store) => author && store.find('Person', { id: author }) },
  },
  cases: [
    { name: 'what is provided', query: '{ latest { author { name } } }', requests: { people: 0 } },
    { name: 'more than is provided', query: '{ latest { author { name age } title } }' },
    { name: 'where it is not provided', query: '{ plain { title author { name } } }' },
    {
      name: 'both at once',
      query: '{ latest { author { name } } plain { author { name } } }',
      requests: { people: 1 },
    },
    {
      name: 'an object of which part is provided',
      query: '{ latest { author { address { city } } } }',
      requests: { people: 0 },
    },
    { name: 'an object with more of it', query: '{ latest { author { address { city zip } } } }' },
    {
      name: 'a key with a condition, in fragments',
      query:
        'query ($v: Boolean!) { latest { ... on Thing { ... on Post { id @include(if: $v) } } } plain { ... on Thing { __typename } } }',
      variables: { v: true },
      stock: stockFaults.conditionLost,
    },
    {
      name: 'on members of a union',
      query: '{ hits { ... on Post { title } ... on Person { name } } }',
      requests: { people: 0, posts: 0 },
    },
    {
      name: 'on members of a union, and more',
      query: '{ hits { ... on Post { title length } ... on Person { name age } } }',
    },
    {
      name: 'on a type of an interface',
      query: '{ things { id ... on Post { title } ... on Person { name } } }',
      requests: { posts: 0 },
    },
  ],
};
