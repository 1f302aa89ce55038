/** Entities joined by one key here and by another there, compound ones and ones with null in them. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const keys: ConformanceGraph = {
  topic: 'compound, multiple and nullable keys',
  subgraphs: {
    orders: fed2`
      type Query { orders: [Order!]! places: [Place] }
      type Order @key(fields: "id") { id: ID! item: Item place: Place }
      type Item @key(fields: "sku") { sku: String }
      type Place @key(fields: "code region { id country { name } }") { code: String! region: Region! }
      type Region @shareable { id: ID! country: Country }
      type Country @shareable { name: String }`,
    items: fed2`
      type Query { itemOf(id: ID!): Item }
      type Item @key(fields: "sku") @key(fields: "id") { sku: String id: ID label: String }`,
    stock: fed2`
      type Item @key(fields: "id") @key(fields: "shelf { row } sku") {
        id: ID sku: String shelf: Shelf count: Int! parts: [Item!]
      }
      type Shelf { row: Int }`,
    maps: fed2`
      type Place @key(fields: "code region { id country { name } }") @key(fields: "geo") {
        code: String! region: Region! geo: String area: Int
      }
      type Region @shareable { id: ID! country: Country }
      type Country @shareable { name: String }`,
    weather: fed2`
      type Place @key(fields: "geo") { geo: String rain: [Int!] }`,
  },
  rows: () => [
    { __typename: 'Order', id: 'o1', item: 'a', place: 'x' },
    { __typename: 'Order', id: 'o2', item: null, place: 'y' },
    { __typename: 'Order', id: 'o3', item: 'b', place: null },
    { __typename: 'Order', id: 'o4', item: 'a', place: 'x' },
    { __typename: 'Order', id: 'o5', item: 'c', place: 'z' },
    { __typename: 'Item', sku: 'a', id: '1', label: 'nail', count: 3, shelf: { row: 0 }, parts: ['2', '1'] },
    { __typename: 'Item', sku: 'b', id: '2', label: '', count: 0, shelf: null, parts: [] },
    { __typename: 'Item', sku: 'c', id: '3', label: null, count: 1, shelf: { row: 2 }, parts: null },
    {
      __typename: 'Place',
      code: 'x',
      region: { id: 'r', country: { name: 'N' } },
      geo: 'gx',
      area: 5,
      rain: [1, 0],
    },
    {
      __typename: 'Place',
      code: 'y',
      region: { id: 'r', country: { name: 'M' } },
      geo: 'gy',
      area: 0,
      rain: [],
    },
    { __typename: 'Place', code: 'z', region: { id: 'q', country: null }, geo: 'gz', area: 1, rain: null },
  ],
  resolvers: {
    Query: {
      orders: (_, __, store) => store.all('Order'),
      places: (_, __, store) => [...store.all('Place'), null],
      itemOf: (_, { id }, store) => store.find('Item', { id }),
    },
    Order: {
      item: ({ item }, _, store) => item && store.find('Item', { sku: item }),
      place: ({ place }, _, store) => place && store.find('Place', { code: place }),
    },
    Item: { parts: ({ parts }, _, store) => parts?.map((id: string) => store.find('Item', { id })) ?? null },
  },
  cases: [
    {
      name: 'one hop by the first key',
      query: '{ orders { item { label } } }',
      requests: { items: 1 },
      representations: { items: 3 },
    },
    { name: 'two hops, by one key and then by another', query: '{ orders { item { count } } }' },
    { name: 'a key that the client asks too', query: '{ orders { item { sku id label count } } }' },
    { name: 'a compound key', query: '{ orders { place { area } } }', representations: { maps: 3 } },
    {
      name: 'a compound key with parts of it asked',
      query: '{ orders { place { region { id } area code } } }',
    },
    {
      name: 'from a compound key to a single one',
      query: '{ orders { place { rain } } places { rain geo } }',
    },
    {
      name: 'parts that are entities of the same type',
      query: '{ itemOf(id: "1") { parts { label parts { count sku } } } }',
    },
    { name: 'a key that holds an object', query: '{ itemOf(id: "3") { shelf { row } count } }' },
    { name: 'a key under an alias of the other', query: '{ orders { id: item { id: sku sku: id } } }' },
  ],
};

export const nullableKeys: ConformanceGraph = {
  topic: 'keys that are null, and entities that are not there',
  subgraphs: {
    tickets: fed2`
      type Query { tickets: [Ticket] }
      type Ticket @key(fields: "id") { id: ID owner: User group: Group! }
      type User @key(fields: "id") { id: ID }
      type Group @key(fields: "id") { id: ID }`,
    users: fed2`
      type User @key(fields: "id") { id: ID name: String tags: [String!] boss: User }
      type Group @key(fields: "id") { id: ID title: String! }
      type Ticket @key(fields: "id") { id: ID seen: Boolean }`,
  },
  rows: () => [
    { __typename: 'Ticket', id: 't1', owner: { id: 'u1' }, group: { id: 'g1' }, seen: false },
    { __typename: 'Ticket', id: null, owner: { id: 'u2' }, group: { id: 'g1' }, seen: null },
    { __typename: 'Ticket', id: 't3', owner: null, group: { id: 'g1' }, seen: true },
    { __typename: 'User', id: 'u1', name: 'Ann', tags: ['a', ''], boss: 'u2' },
    { __typename: 'User', id: 'u2', name: '', tags: [], boss: null },
    { __typename: 'Group', id: 'g1', title: 'all' },
  ],
  resolvers: {
    Query: { tickets: (_, __, store) => [...store.all('Ticket'), null] },
    Ticket: {
      owner: ({ owner }, _, store) => owner && (store.find('User', owner) ?? owner),
      group: ({ group }, _, store) => store.find('Group', group) ?? group,
    },
    User: { boss: ({ boss }, _, store) => boss && store.find('User', { id: boss }) },
  },
  cases: [
    { name: 'a key that is null', query: '{ tickets { id seen } }' },
    { name: 'a key that is null, and not asked', query: '{ tickets { seen } }' },
    { name: 'an entity that is null', query: '{ tickets { owner { name boss { name } } } }' },
    { name: 'an empty list in an entity', query: '{ tickets { owner { tags } group { title } } }' },
    {
      name: 'an entity that is not there',
      query: '{ tickets { id owner { id name } } }',
      faults: { users: 'answers null for each entity' },
    },
    {
      name: 'an entity that is not there, whose field is not null',
      query: '{ tickets { id group { title } } }',
      faults: { users: 'answers null for each entity' },
    },
  ],
};
