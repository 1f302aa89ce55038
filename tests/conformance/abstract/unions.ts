/** A union of which each subgraph knows other members. */
import { type ConformanceGraph, fed2 } from '../kit/graph.ts';

export const unions: ConformanceGraph = {
  topic: 'unions spread over subgraphs',
  subgraphs: {
    library: fed2`
      type Query { found: [Hit] shelf: Shelf pick: Book @shareable }
      type Shelf { first: Hit! others: [[Hit!]] }
      union Hit = Book | Game
      type Book @key(fields: "id") { id: ID! title: String }
      type Game @key(fields: "id") { id: ID! title: String next: Hit }`,
    cinema: fed2`
      type Query { watched: [Hit!]! }
      union Hit = Film | Game
      type Film @key(fields: "id") { id: ID! length: Int about: Hit }
      type Game @key(fields: "id") { id: ID! trailer: Film }`,
    notes: fed2`
      union Target = Book | Film
      union Hit = Book | Film
      type Note @key(fields: "id") { id: ID! on: Target text: String! }
      type Query { notes: [Note!]! pick: Hit @shareable }
      type Book @key(fields: "id") { id: ID! notes: [Note!] }
      type Film @key(fields: "id") { id: ID! notes: [Note!] }`,
  },
  rows: () => [
    { __typename: 'Book', id: '1', title: 'Dune' },
    { __typename: 'Game', id: '2', title: 'Chess', next: { type: 'Book', id: '1' }, trailer: '3' },
    { __typename: 'Game', id: '4', title: '', next: null, trailer: null },
    { __typename: 'Film', id: '3', length: 0, about: { type: 'Game', id: '2' } },
    { __typename: 'Note', id: 'n1', on: { type: 'Book', id: '1' }, text: 'long' },
    { __typename: 'Note', id: 'n2', on: { type: 'Film', id: '3' }, text: '' },
    { __typename: 'Note', id: 'n3', on: null, text: 'lost' },
  ],
  resolvers: {
    Query: {
      found: (_, __, store) => [...store.all('Book'), null, ...store.all('Game')],
      shelf: () => ({}),
      pick: (_, __, store) => store.find('Book', { id: '1' }),
      watched: (_, __, store) => [...store.all('Film'), ...store.all('Game')],
      notes: (_, __, store) => store.all('Note'),
    },
    Shelf: {
      first: (_, __, store) => store.find('Game', { id: '2' }),
      others: (_, __, store) => [store.all('Book'), [], null, [...store.all('Game'), ...store.all('Book')]],
    },
    Game: {
      next: ({ next }, _, store) => next && store.find(next.type, { id: next.id }),
      trailer: ({ trailer }, _, store) => trailer && store.find('Film', { id: trailer }),
    },
    Film: {
      about: ({ about }, _, store) => store.find(about.type, { id: about.id }),
      notes: ({ id }, _, store) => store.all('Note').filter(({ on }) => on?.type === 'Film' && on.id === id),
    },
    Book: {
      notes: ({ id }, _, store) => store.all('Note').filter(({ on }) => on?.type === 'Book' && on.id === id),
    },
    Note: { on: ({ on }, _, store) => on && store.find(on.type, { id: on.id }) },
  },
  cases: [
    { name: 'the names of all', query: '{ found { __typename } watched { t: __typename } }' },
    {
      name: 'a fragment on a member that this subgraph does not know',
      query: '{ found { ... on Film { length } ... on Book { title } } }',
    },
    { name: 'nothing but such a fragment', query: '{ shelf { first { ... on Film { length } } } }' },
    {
      name: 'nothing but such a fragment, with __typename inside',
      query: '{ found { ... on Film { __typename } } }',
    },
    {
      name: 'fields from another subgraph',
      query: '{ watched { ... on Game { title } ... on Film { length } } }',
    },
    {
      name: 'from member to member across subgraphs',
      query:
        '{ found { ... on Game { next { ... on Book { title notes { text } } } trailer { length about { ... on Game { id } } } } } }',
    },
    {
      name: 'lists of lists of a union',
      query: '{ shelf { others { ... on Book { id notes { text } } ... on Game { trailer { id } } } } }',
    },
    {
      name: 'two unions that share members',
      query: '{ notes { on { ... on Book { title } ... on Film { length about { __typename } } } text } }',
    },
    {
      name: 'an alias that means another field for each member',
      query:
        '{ found { ... on Book { x: title } ... on Game { x: title y: id } } watched { ... on Film { x: id } ... on Game { x: id } } }',
    },
    {
      name: 'a field that one subgraph says to be a member, and another any',
      query: '{ pick { __typename ... on Book { title notes { text } } ... on Game { trailer { id } } } }',
    },
    {
      name: 'fragments that narrow in steps',
      query:
        '{ found { ... on Hit { ... on Game { ... on Hit { ... on Game { title } ... on Book { id } } } } } }',
    },
  ],
};
