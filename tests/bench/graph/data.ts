/** Made-up shops: every value follows from an index, so that each run asks for the same. */

interface User {
  readonly id: string;
}
interface Product {
  readonly upc: string;
}
interface Parcel {
  readonly price: number;
  readonly weight: number;
}

/** The shop lists six people and nine products; whoever asks for a number gets one. */
const users = Array.from({ length: 6 }, (_, index) => userOf(String(index + 1)));
const products = Array.from({ length: 9 }, (_, index) => productOf(String(index + 1)));

/** Which product each review is of, as uneven as reviews are: some have four, some none. */
const reviewed = ['1', '1', '1', '1', '2', '2', '2', '2', '3', '4', '4', '6'];
const reviews = reviewed.map((upc, index) => ({
  id: String(index + 1),
  body: sentences(index),
  author: userOf(String((index % users.length) + 1)),
  product: { upc },
}));

export const resolvers = {
  accounts: {
    Query: {
      me: () => users[0],
      user: (_: unknown, { id }: User) => userOf(id),
      users: () => users,
    },
    User: { __resolveReference: ({ id }: User) => userOf(id) },
  },
  inventory: {
    Product: {
      __resolveReference: (product: Product) => product,
      inStock: ({ upc }: Product) => Number(upc) % 2 === 0,
      shippingEstimate: ({ price, weight }: Parcel) => (price > 300 ? 0 : Math.round(weight / 2)),
    },
  },
  products: {
    Query: {
      topProducts: (_: unknown, { first, maxPrice }: { first: number; maxPrice?: number }) =>
        products.filter(({ price }) => price <= (maxPrice ?? price)).slice(0, first),
      product: (_: unknown, { upc }: Product) => productOf(upc),
      catalogue: (_: unknown, { first }: { first: number }) =>
        Array.from({ length: first }, (_, index) => productOf(String(index + 1))),
    },
    Product: { __resolveReference: ({ upc }: Product) => productOf(upc) },
  },
  reviews: {
    Review: { __resolveReference: ({ id }: User) => reviews.find((review) => review.id === id) },
    User: { reviews: ({ id }: User) => reviews.filter(({ author }) => author.id === id) },
    Product: { reviews: ({ upc }: Product) => reviews.filter(({ product }) => product.upc === upc) },
  },
};

function userOf(id: string) {
  return { id, name: `Person Number ${id}`, username: `person-${id}`, birthday: 1950 + (Number(id) % 50) };
}

function productOf(upc: string) {
  const number = Number(upc);
  const price = 100 + (number % 50) * 37;
  return { upc, name: `Product ${upc}`, price, weight: 10 + (number % 50) * 90, cost: price - 60 };
}

/** Between six and twelve sentences: reviews are mostly text, and so is what the gateway carries. */
function sentences(index: number): string {
  const said = [
    'It came a day early and in one piece.',
    'The colour is closer to the picture than I had feared.',
    'Two of the screws were missing, and the shop sent new ones within the week.',
    'My neighbour has bought the same.',
    'I would not leave it out in the rain.',
    'After a month it still does what it did on the first evening.',
    'The manual is short, which is all one can ask of a manual.',
    'For this price nobody may complain, though some of us will.',
    'It is heavier than it looks.',
  ];
  return Array.from({ length: 6 + (index % 7) }, (_, at) => said[(index + at * 4) % said.length]).join(' ');
}
