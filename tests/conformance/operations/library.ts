/** A plain graph of three subgraphs, for what an operation can say. */
import { fed2, type Row, type Store } from '../kit/graph.ts';

export const library = {
  subgraphs: {
    books: fed2`
      type Query { book(id: ID!): Book books(first: Int): [Book!]! any: [Item] }
      union Item = Book | Author
      type Book @key(fields: "id") { id: ID! title: String pages: Int author: Author sequel: Book }
      type Author @key(fields: "id") { id: ID! }`,
    authors: fed2`
      type Query { author(id: ID!): Author }
      type Author @key(fields: "id") { id: ID! name: String born: Int friends: [Author!] }`,
    reviews: fed2`
      type Query { best: Review }
      type Review @key(fields: "id") { id: ID! text(cut: Int): String stars: Int book: Book by: Author }
      type Book @key(fields: "id") { id: ID! reviews(stars: Int): [Review!]! }
      type Author @key(fields: "id") { id: ID! wrote: [Review!] }`,
  },
  rows: (): readonly Row[] => [
    { __typename: 'Book', id: '1', title: 'Dune', pages: 600, author: 'a', sequel: '2' },
    { __typename: 'Book', id: '2', title: '', pages: 0, author: 'b', sequel: '1' },
    { __typename: 'Book', id: '3', title: null, pages: null, author: null, sequel: null },
    { __typename: 'Author', id: 'a', name: 'Ann', born: 1920, friends: ['b'] },
    { __typename: 'Author', id: 'b', name: '', born: 0, friends: ['a', 'b'] },
    { __typename: 'Review', id: 'r', text: 'splendid', stars: 5, book: '1', by: 'b' },
    { __typename: 'Review', id: 's', text: 'so so', stars: 3, book: '1', by: 'a' },
    { __typename: 'Review', id: 't', text: '', stars: 0, book: '2', by: null },
  ],
  resolvers: {
    Query: {
      book: (_: Row, { id }: Row, store: Store) => store.find('Book', { id }),
      books: (_: Row, { first }: Row, store: Store) => store.all('Book').slice(0, first ?? 3),
      any: (_: Row, __: Row, store: Store) => [...store.all('Author'), null, ...store.all('Book')],
      author: (_: Row, { id }: Row, store: Store) => store.find('Author', { id }),
      best: (_: Row, __: Row, store: Store) => store.find('Review', { id: 'r' }),
    },
    Book: {
      author: ({ author }: Row, _: Row, store: Store) => author && store.find('Author', { id: author }),
      sequel: ({ sequel }: Row, _: Row, store: Store) => sequel && store.find('Book', { id: sequel }),
      reviews: ({ id }: Row, { stars }: Row, store: Store) =>
        store.all('Review').filter((review) => review['book'] === id && review['stars'] >= (stars ?? 0)),
    },
    Author: {
      friends: ({ friends }: Row, _: Row, store: Store) =>
        friends.map((id: string) => store.find('Author', { id })),
      wrote: ({ id }: Row, _: Row, store: Store) => store.all('Review').filter(({ by }) => by === id),
    },
    Review: {
      text: ({ text }: Row, { cut }: Row) => text.slice(0, cut ?? 99),
      book: ({ book }: Row, _: Row, store: Store) => store.find('Book', { id: book }),
      by: ({ by }: Row, _: Row, store: Store) => by && store.find('Author', { id: by }),
    },
  },
};
