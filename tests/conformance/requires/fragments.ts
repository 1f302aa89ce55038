/** What is required depends on the type of what is there. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';
import { stockFaults } from '../kit/stock-faults.ts';

export const requiresFragments: ConformanceGraph = {
  topic: '@requires with fragments',
  subgraphs: {
    pets: fed2`
      type Query { homes: [Home!]! }
      type Home @key(fields: "id") { id: ID! owner: Owner first: Animal rooms: [Room!]! }
      union Owner = Person | Company
      type Person { name: String age: Int }
      type Company { name: String staff: Int }
      interface Animal { call: String friend: Animal }
      type Dog implements Animal { call: String breed: String friend: Animal }
      type Cat implements Animal { call: String lives: Int friend: Animal }
      interface Room { size: Int }
      type Hall implements Room @key(fields: "id") { id: ID! size: Int doors: Int }
      type Den implements Room @key(fields: "id") { id: ID! size: Int }`,
    signs: fed2`
      type Home @key(fields: "id") {
        id: ID!
        owner: Owner @external
        first: Animal @external
        plate: String @requires(fields: "owner { ... on Person { name } ... on Company { name staff } }")
        warning: String @requires(fields: "first { call ... on Dog { breed } ... on Cat { lives } friend { call } }")
        kind: String @requires(fields: "first { __typename }")
      }
      union Owner = Person | Company
      type Person @external { name: String }
      type Company @external { name: String staff: Int }
      interface Animal { call: String friend: Animal }
      type Dog implements Animal @external { call: String breed: String friend: Animal }
      type Cat implements Animal @external { call: String lives: Int friend: Animal }
      interface Room { light: String }
      type Hall implements Room @key(fields: "id") { id: ID! doors: Int @external light: String @requires(fields: "doors") }
      type Den implements Room @key(fields: "id") { id: ID! size: Int @external light: String @requires(fields: "size") }`,
  },
  rows: () => [
    {
      __typename: 'Home',
      id: '1',
      owner: { __typename: 'Person', name: 'Ann', age: 0 },
      first: {
        __typename: 'Dog',
        call: 'Rex',
        breed: '',
        friend: { __typename: 'Cat', call: 'Tom', lives: 9, friend: null },
      },
      rooms: ['h', 'd'],
    },
    {
      __typename: 'Home',
      id: '2',
      owner: { __typename: 'Company', name: 'Co', staff: 0 },
      first: { __typename: 'Cat', call: null, lives: 0, friend: null },
      rooms: [],
    },
    { __typename: 'Home', id: '3', owner: null, first: null, rooms: ['d'] },
    { __typename: 'Hall', id: 'h', size: 20, doors: 2 },
    { __typename: 'Den', id: 'd', size: 0 },
  ],
  resolvers: {
    Query: { homes: (_, __, store) => store.all('Home') },
    Home: {
      plate: ({ owner }) => owner && `${owner.name}/${owner.staff}`,
      warning: ({ first }) => first && [first.call, first.breed, first.lives, first.friend?.call].join(),
      kind: ({ first }) => first?.__typename ?? null,
      rooms: ({ rooms }, _, store) => rooms.map((id: string) => store.find('Room', { id })),
    },
    Hall: { light: ({ doors }) => `${doors} lamps` },
    Den: { light: ({ size }) => `${size} candles` },
  },
  cases: [
    { name: 'members of a union', query: '{ homes { plate } }' },
    { name: 'types of an interface', query: '{ homes { warning } }' },
    { name: 'nothing but a type', query: '{ homes { kind } }' },
    {
      name: 'with part of it asked',
      query: '{ homes { owner { ... on Person { age } ... on Company { n: name } } plate } }',
    },
    {
      name: 'with other names for what is required',
      query:
        '{ homes { warning first { call: __typename ... on Dog { breed: call } friend { name: call } } } }',
      stock: stockFaults.aliasLost,
    },
    { name: 'an interface whose types require differently', query: '{ homes { rooms { light } } }' },
    {
      name: 'such an interface beside what is required',
      query: '{ homes { rooms { light size ... on Hall { doors } } } }',
    },
    {
      name: 'more of an object for some types than for others',
      query:
        '{ homes { first { ... on Cat { friend { n: call ... on Dog { breed } } } ... on Animal { friend { call } } } } }',
    },
    { name: 'one type of it', query: '{ homes { rooms { ... on Den { light } } } }' },
  ],
};
