/** A subgraph that adds fields to an interface without knowing its types: `@interfaceObject`. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const interfaceObject: ConformanceGraph = {
  topic: '@interfaceObject',
  subgraphs: {
    catalogue: fed2`
      type Query { media(id: ID!): Media all: [Media!]! films: [Film!]! }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Film implements Media @key(fields: "id") { id: ID! title: String length: Int }
      type Song implements Media @key(fields: "id") { id: ID! title: String artist: String }`,
    ratings: fed2`
      type Query { top: [Media!]! }
      type Media @key(fields: "id") @interfaceObject {
        id: ID!
        title: String @external
        stars: Int
        headline: String @requires(fields: "title")
        similar: [Media!]
      }`,
    lists: fed2`
      type Query { lists: [List!]! }
      type List { name: String! items: [Media!]! }
      type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }`,
    people: fed2`
      type Film @key(fields: "id") { id: ID! director: Person }
      type Person @key(fields: "name") { name: String! }`,
    thanks: fed2`
      type Person @key(fields: "name") { name: String! favourite: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! thanks: [Person!]! }`,
  },
  rows: () => [
    {
      __typename: 'Film',
      id: 'f1',
      title: 'Alien',
      length: 117,
      stars: 5,
      similar: ['s1', 'f2'],
      director: 'Rid',
      thanks: ['Ann'],
    },
    {
      __typename: 'Film',
      id: 'f2',
      title: null,
      length: 0,
      stars: 0,
      similar: [],
      director: null,
      thanks: [],
    },
    {
      __typename: 'Song',
      id: 's1',
      title: '',
      artist: 'Bo',
      stars: null,
      similar: ['f1'],
      thanks: ['Ann', 'Rid'],
    },
    { __typename: 'Person', name: 'Rid', favourite: 's1' },
    { __typename: 'Person', name: 'Ann', favourite: null },
  ],
  resolvers: {
    Query: {
      media: (_, { id }, store) => store.find('Media', { id }),
      all: (_, __, store) => store.all('Media'),
      films: (_, __, store) => store.all('Film'),
      top: (_, __, store) => [store.find('Media', { id: 's1' }), store.find('Media', { id: 'f1' })],
      lists: (_, __, store) => [
        { name: 'mine', items: store.all('Media') },
        { name: 'none', items: [] },
      ],
    },
    Media: {
      headline: ({ title }) => `* ${title}`,
      similar: ({ similar }, _, store) => similar.map((id: string) => store.find('Media', { id })),
      thanks: ({ thanks }, _, store) => thanks.map((name: string) => store.find('Person', { name })),
    },
    Film: { director: ({ director }, _, store) => director && store.find('Person', { name: director }) },
    Person: { favourite: ({ favourite }, _, store) => favourite && store.find('Media', { id: favourite }) },
  },
  cases: [
    { name: 'a field added to the interface', query: '{ all { id stars } }' },
    { name: 'a field added, on one type', query: '{ all { ... on Film { stars length } } films { stars } }' },
    {
      name: 'from the object to the fields of the types',
      query: '{ top { title ... on Song { artist } ... on Film { length } } }',
    },
    { name: '__typename of what a subgraph knows as an object', query: '{ top { __typename } }' },
    {
      name: '__typename under an alias, with fields of both',
      query: '{ top { kind: __typename stars title } }',
    },
    { name: '@requires on it', query: '{ all { headline } }' },
    { name: '@requires on it, from where it starts', query: '{ top { headline } }' },
    {
      name: '@requires on it, for one type',
      query: '{ top { ... on Film { headline } } }',
      stock: stockFaults.halfRepresentations,
    },
    { name: 'a key that cannot be resolved', query: '{ lists { name items { id } } }' },
    { name: 'from such a key to fields', query: '{ lists { items { title stars } } }' },
    {
      name: 'from such a key to the type',
      query: '{ lists { items { __typename ... on Film { length director { name } } } } }',
    },
    { name: 'object to object', query: '{ top { similar { stars similar { title } } } }' },
    {
      name: 'through an entity in between',
      query: '{ films { director { favourite { stars title } } thanks { name favourite { __typename } } } }',
    },
    {
      name: 'two objects of the same interface',
      query: '{ all { thanks { name } stars } top { thanks { favourite { headline } } } }',
    },
    {
      name: 'a single one',
      query: '{ media(id: "f2") { headline stars ... on Film { director { name } } } }',
    },
    {
      name: '@requires on it, for one type, from a key that cannot be resolved',
      query: '{ lists { items { ... on Film { headline } } } }',
      stockHangs: stockFaults.endless,
    },
    {
      name: '@requires on it, for one type, from another object of the same interface',
      query: '{ media(id: "s1") { thanks { favourite { ... on Film { headline } } } } }',
      stockHangs: stockFaults.endless,
    },
    {
      name: '@requires on it, for several types, from a key that cannot be resolved',
      query: '{ lists { items { ... on Song { headline } ... on Film { itself: id headline } } } }',
      stock: stockFaults.circular,
    },
    {
      name: '@requires on it, for one type, beside the same for all',
      query:
        '{ top { thanks { favourite { __typename headline id other: headline title } name again: favourite { ... on Song { headline } } } } }',
      stockHangs: stockFaults.endless,
    },
    {
      name: 'the name of the type beside a field added',
      query:
        '{ lists { items { ... on Song { ... on Media { stars } __typename } } } all { ... on Film { __typename stars } } }',
      stock: stockFaults.typenameOverwritten,
    },
    {
      name: 'only a fragment that not all fit',
      query: '{ top { ... on Song { artist } } lists { items { ... on Song { stars } } } }',
    },
  ],
};
