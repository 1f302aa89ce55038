/** What is required has arguments, and the client asks the same field with others. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const requiresArguments: ConformanceGraph = {
  topic: '@requires with arguments',
  subgraphs: {
    prices: fed2`
      type Query { products: [Product!]! product(id: ID!): Product }
      type Product @key(fields: "id") {
        id: ID! price(in: Currency! = EUR): Int tags(first: Int): [Tag!]! box(unit: String): Box
      }
      type Tag { word: String! rank(by: Int = 1): Int! }
      type Box { w: Int }
      enum Currency { EUR USD JPY }`,
    shipping: fed2`
      type Product @key(fields: "id") {
        id: ID!
        price(in: Currency! = EUR): Int @external
        tags(first: Int): [Tag!]! @external
        box(unit: String): Box @external
        inDollars: String @requires(fields: "price(in: USD)")
        inYen: String @requires(fields: "price(in: JPY)")
        inEuro: String @requires(fields: "price")
        words: String @requires(fields: "tags(first: 2) { word rank(by: 3) }")
        width: Int @requires(fields: "box(unit: \\"cm\\") { w }")
      }
      type Tag @external { word: String! rank(by: Int = 1): Int! }
      type Box @external { w: Int }
      enum Currency { EUR USD JPY }`,
  },
  rows: () => [
    {
      __typename: 'Product',
      id: '1',
      euro: 10,
      tags: [
        { word: 'a', r: 1 },
        { word: 'b', r: 2 },
        { word: 'c', r: 3 },
      ],
      w: 5,
    },
    { __typename: 'Product', id: '2', euro: 0, tags: [], w: 0 },
  ],
  resolvers: {
    Query: {
      products: (_, __, store) => store.all('Product'),
      product: (_, { id }, store) => store.find('Product', { id }),
    },
    Product: {
      price: ({ euro }, { in: currency }) => euro * (rates[currency] ?? 0),
      tags: ({ tags }, { first }) => tags.slice(0, first ?? tags.length),
      box: ({ w }, { unit }) => ({ w: unit === 'cm' ? w * 100 : w }),
      inDollars: ({ euro }) => `$${euro * 2}`,
      inYen: ({ euro }) => `¥${euro * 100}`,
      inEuro: ({ euro }) => `€${euro}`,
      words: ({ tags }) => words(tags.slice(0, 2).map(({ word, r }: Tag) => ({ word, rank: r * 3 }))),
      width: ({ w }) => w * 100,
    },
    Tag: { rank: ({ r }, { by }) => r * by },
  },
  resolversOf: {
    shipping: {
      Product: {
        inDollars: ({ price }) => `$${price}`,
        inYen: ({ price }) => `¥${price}`,
        inEuro: ({ price }) => `€${price}`,
        words: ({ tags }) => words(tags),
        width: ({ box }) => box.w,
      },
    },
  },
  cases: [
    {
      name: 'alone',
      query: '{ products { inDollars } a: product(id: "1") { inEuro } b: product(id: "1") { inYen } }',
    },
    { name: 'inside an object of a list', query: '{ products { words } }' },
    { name: 'a string', query: '{ products { width } }' },
    {
      name: 'the client asks it with the same arguments',
      query: '{ products { inDollars price(in: USD) } }',
    },
    {
      name: 'the client asks it with others',
      query: '{ products { inDollars price(in: JPY) } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'the client asks it without',
      query: '{ products { inYen price } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'the client asks it with the default spelled out',
      query: '{ products { inEuro price(in: EUR) } }',
    },
    { name: 'the client asks it under an alias', query: '{ products { inDollars mine: price(in: JPY) } }' },
    {
      name: 'the client asks another field under its name',
      query: '{ products { inDollars price: id } }',
      stock: stockFaults.aliasLost,
    },
    {
      name: 'the client asks it with a variable',
      query: 'query ($in: Currency! = JPY) { products { inDollars price(in: $in) } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'the client asks it with a variable, through fragments',
      query:
        'query ($n: Int) { products { ...A words ...B } } fragment A on Product { tags(first: $n) { word } } fragment B on Product { tags(first: $n) { rank } }',
      variables: { n: 1 },
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'fewer of a list than are required',
      query: '{ products { tags(first: 1) { word } words } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'arguments below that differ',
      query: '{ products { words tags(first: 2) { rank(by: 5) } } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'two fields that require it differently',
      query: '{ products { inDollars inYen } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'three of them, and the client',
      query: '{ products { inEuro inDollars inYen price(in: USD) } }',
      stock: stockFaults.argumentsMerge,
    },
    {
      name: 'another unit than is required',
      query: '{ products { width box { w } } }',
      stock: stockFaults.argumentsMerge,
    },
  ],
};

interface Tag {
  readonly word: string;
  readonly r: number;
}

const rates: Readonly<Record<string, number>> = { EUR: 1, USD: 2, JPY: 100 };
const words = (tags: readonly { word: string; rank: number }[]) =>
  tags.map(({ word, rank }) => `${word}${rank}`).join();
