/** An interface whose fields are served by another subgraph for one type than for the other. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const interfaces: ConformanceGraph = {
  topic: 'interface fields served differently for each type',
  subgraphs: {
    shop: fed2`
      type Query { items: [Item!]! item(id: ID!): Item box: Box }
      type Box { best: Item all: [Item] }
      interface Item { id: ID! title: String price: Int related: [Item!] }
      type Book implements Item @key(fields: "id") { id: ID! title: String price: Int related: [Item!] pages: Int }
      type Game implements Item @key(fields: "id") {
        id: ID! title: String @external price: Int @external related: [Item!] players: Int
      }`,
    studio: fed2`
      type Game @key(fields: "id") { id: ID! title: String price: Int engine: Engine }
      interface Engine { name: String }
      type Own implements Engine @key(fields: "name") { name: String team: Int }
      type Licensed implements Engine @key(fields: "name") { name: String fee: Int }`,
    reviews: fed2`
      type Book @key(fields: "id") { id: ID! score: Int by: [Reader] }
      type Game @key(fields: "id") { id: ID! stars: Int by: [Reader] }
      type Licensed @key(fields: "name") { name: String since: Int }
      type Reader { name: String }`,
  },
  rows: () => [
    {
      __typename: 'Book',
      id: 'b1',
      title: 'Dune',
      price: 9,
      pages: 600,
      score: 5,
      related: ['g1', 'b2'],
      by: [{ name: 'Ann' }],
    },
    { __typename: 'Book', id: 'b2', title: 'Emma', price: 7, pages: 300, score: 4, related: [], by: null },
    {
      __typename: 'Game',
      id: 'g1',
      title: 'Chess',
      price: 20,
      players: 2,
      engine: 'e1',
      stars: 3,
      related: ['b1', 'g2'],
      by: [],
    },
    {
      __typename: 'Game',
      id: 'g2',
      title: null,
      price: 0,
      players: 4,
      engine: 'e2',
      stars: 0,
      related: null,
      by: [{ name: 'Bo' }, null],
    },
    { __typename: 'Own', name: 'e1', team: 12 },
    { __typename: 'Licensed', name: 'e2', fee: 100, since: 1999 },
  ],
  resolvers: {
    Query: {
      items: (_, __, store) => store.all('Item'),
      item: (_, { id }, store) => store.find('Item', { id }),
      box: () => ({}),
    },
    Box: {
      best: (_, __, store) => store.find('Item', { id: 'g1' }),
      all: (_, __, store) => [store.find('Item', { id: 'b2' }), null, store.find('Item', { id: 'g2' })],
    },
    Book: { related: ({ related }, _, store) => related.map((id: string) => store.find('Item', { id })) },
    Game: {
      related: ({ related }, _, store) => related?.map((id: string) => store.find('Item', { id })) ?? null,
      engine: ({ engine }, _, store) => store.find('Engine', { name: engine }),
    },
  },
  cases: [
    { name: 'a field that one type has from elsewhere', query: '{ items { title price } }' },
    { name: 'only such a field', query: '{ items { price } }' },
    { name: 'beside __typename', query: '{ items { __typename title } }' },
    { name: 'a single one of the other type', query: '{ item(id: "g1") { title } }' },
    { name: 'nothing found', query: '{ item(id: "none") { title ... on Game { engine { name } } } }' },
    { name: 'nulls in a list of abstract values', query: '{ box { all { id title } best { price } } }' },
    { name: 'through itself', query: '{ items { related { title related { price id } } } }' },
    {
      name: 'fragments for each type',
      query: '{ items { ... on Book { pages score } ... on Game { players stars engine { name } } } }',
    },
    {
      name: 'one response name, another field for each type',
      query: '{ items { ... on Book { number: pages } ... on Game { number: stars } } }',
    },
    {
      name: 'one response name of another object for each type',
      query: '{ items { ... on Book { x: related { id } } ... on Game { x: related { title } } } }',
    },
    {
      name: 'an interface inside an interface',
      query:
        '{ items { ... on Game { engine { __typename name ... on Own { team } ... on Licensed { fee since } } } } }',
    },
    {
      name: 'fragments in fragments, back to the interface',
      query:
        '{ items { ... on Game { ... on Item { title ... on Game { players } ... on Book { pages } } } } }',
    },
    {
      name: 'fragments that overlap',
      query:
        '{ items { id ... on Item { id title } ... on Game { title by { name } } ...B ...B } } fragment B on Book { by { name } title }',
    },
    {
      name: 'the order of fields across fragments',
      query:
        '{ items { ... on Game { stars } price ... on Book { score } id ... on Game { players price } title } }',
      stock: stockFaults.order,
    },
  ],
};
