/** Subgraphs of Federation 1, without a link, among each other and beside one of Federation 2. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const federation1: ConformanceGraph = {
  topic: 'Federation 1 subgraphs',
  subgraphs: {
    users: `
      type Query { me: User users: [User] }
      type User @key(fields: "id") { id: ID! name: String nick: String home: Home }
      type Home { city: String }`,
    reviews: `
      extend type Query { reviews: [Review!]! @provides(fields: "author { name }") }
      type Review @key(fields: "id") { id: ID! text: String author: User @provides(fields: "name") product: Product }
      extend type User @key(fields: "id") {
        id: ID! @external name: String @external nick: String @external
        reviews: [Review!]
        signature: String @requires(fields: "nick")
      }
      extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }`,
    products: `
      extend type Query { product(upc: String!): Product }
      type Product @key(fields: "upc") @key(fields: "sku") { upc: String! sku: String weight: Int }
      type Home { city: String }`,
    stock: fed2`
      type Product @key(fields: "sku") { sku: String weight: Int @external count: Int cost: Int @requires(fields: "weight") }`,
  },
  rows: () => [
    { __typename: 'User', id: '1', name: 'Ann', nick: '', home: { city: 'Rom' } },
    { __typename: 'User', id: '2', name: null, nick: 'b', home: null },
    { __typename: 'Review', id: 'r1', text: 'good', author: '1', product: 'p' },
    { __typename: 'Review', id: 'r2', text: '', author: '2', product: 'p' },
    { __typename: 'Product', upc: 'p', sku: 's', weight: 0, count: 4 },
  ],
  resolvers: {
    Query: {
      me: (_, __, store) => store.find('User', { id: '1' }),
      users: (_, __, store) => [...store.all('User'), null],
      reviews: (_, __, store) => store.all('Review'),
      product: (_, { upc }, store) => store.find('Product', { upc }),
    },
    User: {
      reviews: ({ id }, _, store) => store.all('Review').filter(({ author }) => author === id),
      signature: ({ nick }) => `-- ${nick}`,
    },
    Review: {
      author: ({ author }, _, store) => store.find('User', { id: author }),
      product: ({ product }, _, store) => store.find('Product', { upc: product }),
    },
    Product: {
      reviews: ({ upc }, _, store) => store.all('Review').filter(({ product }) => product === upc),
      cost: ({ weight }) => weight + 1,
    },
  },
  cases: [
    { name: 'an extension', query: '{ me { name reviews { text } } users { reviews { id } } }' },
    { name: '@provides', query: '{ reviews { author { name } } }', requests: { users: 0 } },
    { name: '@provides, and more', query: '{ reviews { author { name nick home { city } } } }' },
    { name: '@requires', query: '{ users { signature } reviews { author { signature } } }' },
    { name: 'to Federation 2 by another key', query: '{ reviews { product { count cost } } }' },
    {
      name: 'all the way round',
      query:
        '{ product(upc: "p") { cost weight reviews { author { reviews { product { sku } } signature } } } }',
    },
  ],
};
