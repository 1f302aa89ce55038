/** Root fields and value types that several subgraphs serve, each a part of what is below. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const sharedRoots: ConformanceGraph = {
  topic: 'shared roots and value types',
  subgraphs: {
    names: fed2`
      type Query { shop: Shop @shareable all: [Good!]! @shareable good(id: ID!): Good @shareable }
      type Shop @shareable { name: Text }
      type Text @shareable { en: String }
      type Good @key(fields: "id") { id: ID! name: String }`,
    prices: fed2`
      type Query { shop: Shop @shareable all: [Good!]! @shareable good(id: ID!): Good @shareable }
      type Shop @shareable { till: Till name: Text }
      type Text @shareable { en: String de: String }
      type Till { open: Boolean at: Spot }
      type Spot { x: Int }
      type Good @key(fields: "id") { id: ID! price: Int }`,
    places: fed2`
      type Query { shop: Shop @shareable }
      type Shop { at: Place @shareable }
      type Place { x: Int y: Int }`,
  },
  rows: () => [
    { __typename: 'Good', id: '1', name: 'nail', price: 0 },
    { __typename: 'Good', id: '2', name: '', price: 3 },
  ],
  resolvers: {
    Query: {
      shop: () => ({ name: { en: 'shop', de: '' }, till: { open: false, at: { x: 0 } }, at: { x: 1, y: 2 } }),
      all: (_, __, store) => store.all('Good'),
      good: (_, { id }, store) => store.find('Good', { id }),
    },
  },
  cases: [
    { name: 'one root from three subgraphs', query: '{ shop { name { en } till { open } at { y } } }' },
    { name: 'parts of one value', query: '{ shop { name { de en } at { x y } } }' },
    { name: 'a list from two subgraphs', query: '{ all { id name price } }' },
    {
      name: 'twice with other arguments',
      query:
        '{ a: good(id: "1") { name price } b: good(id: "2") { price name } c: good(id: "3") { name price } }',
    },
    {
      name: 'the same root under two names',
      query: '{ a: shop { till { open at { x } } } b: shop { at { y } } }',
    },
  ],
};

export const nodes: ConformanceGraph = {
  topic: 'node',
  subgraphs: {
    graph: fed2`
      type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! }
      interface Node { id: ID! }
      type Author implements Node @key(fields: "id") { id: ID! }
      type Chat implements Node @key(fields: "id") { id: ID! }`,
    authors: fed2`
      interface Node { id: ID! }
      type Author implements Node @key(fields: "id") { id: ID! name: String chats: [Chat!]! }
      type Chat implements Node @key(fields: "id") { id: ID! }`,
    chats: fed2`
      interface Node { id: ID! }
      type Chat implements Node @key(fields: "id") { id: ID! text: String by: Author answers: [Node!] }
      type Author implements Node @key(fields: "id") { id: ID! }`,
  },
  rows: () => [
    { __typename: 'Author', id: 'a', name: 'Ann', chats: ['c', 'd'] },
    { __typename: 'Chat', id: 'c', text: 'hi', by: 'a', answers: ['d', 'a'] },
    { __typename: 'Chat', id: 'd', text: '', by: null, answers: [] },
  ],
  resolvers: {
    Query: {
      node: (_, { id }, store) => store.find('Node', { id }),
      nodes: (_, { ids }, store) => ids.map((id: string) => store.find('Node', { id })),
    },
    Author: { chats: ({ chats }, _, store) => chats.map((id: string) => store.find('Chat', { id })) },
    Chat: {
      by: ({ by }, _, store) => by && store.find('Author', { id: by }),
      answers: ({ answers }, _, store) => answers.map((id: string) => store.find('Node', { id })),
    },
  },
  cases: [
    { name: 'the id alone', query: '{ node(id: "a") { id } }', requests: { authors: 0, chats: 0 } },
    { name: 'the type alone', query: '{ node(id: "c") { __typename } }' },
    { name: 'fields of the type it is', query: '{ node(id: "c") { ... on Chat { text by { name } } } }' },
    {
      name: 'fields of a type it is not',
      query: '{ node(id: "a") { ... on Chat { text } id } }',
      requests: { chats: 0 },
    },
    { name: 'nothing but fields of a type it is not', query: '{ node(id: "a") { ... on Chat { text } } }' },
    {
      name: 'several, of which one is not there',
      query:
        '{ nodes(ids: ["c", "x", "a"]) { id ... on Author { name chats { text } } ... on Chat { text } } }',
    },
    {
      name: 'nodes below nodes',
      query:
        '{ node(id: "c") { ... on Chat { answers { __typename ... on Chat { text } ... on Author { name chats { answers { id } } } } } } }',
    },
    {
      name: 'a variable',
      query:
        'query ($id: ID!) { a: node(id: $id) { ... on Author { name } } b: nodes(ids: [$id, "d"]) { ... on Chat { text } id } }',
      variables: { id: 'a' },
    },
  ],
};
