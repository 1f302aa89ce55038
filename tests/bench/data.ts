/** Made-up shops: every value follows from an index, so that each run asks for the same. */

const users = Array.from({ length: 6 }, (_, index) => ({
  id: String(index + 1),
  name: `User ${index + 1}`,
  username: `user-${index + 1}`,
  birthday: 1980 + index,
}));

const products = Array.from({ length: 9 }, (_, index) => ({
  upc: String(index + 1),
  name: `Product ${index + 1}`,
  price: 100 + index * 37,
  weight: 10 + index * 90,
}));

const reviews = Array.from({ length: 24 }, (_, index) => ({
  id: String(index + 1),
  body: `Review ${index + 1} of a product that was worth a sentence.`,
  author: { id: String((index % users.length) + 1) },
  product: { upc: String((index % products.length) + 1) },
}));

interface User {
  readonly id: string;
}
interface Product {
  readonly upc: string;
}

export const resolvers = {
  accounts: {
    Query: { me: () => users[0], users: () => users },
    User: { __resolveReference: ({ id }: User) => users.find((user) => user.id === id) },
  },
  inventory: {
    Product: {
      __resolveReference: (product: Product) => product,
      inStock: ({ upc }: Product) => Number(upc) % 2 === 0,
      shippingEstimate: ({ price, weight }: { readonly price: number; readonly weight: number }) =>
        price > 300 ? 0 : Math.round(weight / 2),
    },
  },
  products: {
    Query: { topProducts: (_: unknown, { first }: { readonly first: number }) => products.slice(0, first) },
    Product: { __resolveReference: ({ upc }: Product) => products.find((product) => product.upc === upc) },
  },
  reviews: {
    Review: { __resolveReference: ({ id }: User) => reviews.find((review) => review.id === id) },
    User: { reviews: ({ id }: User) => reviews.filter((review) => review.author.id === id) },
    Product: { reviews: ({ upc }: Product) => reviews.filter((review) => review.product.upc === upc) },
  },
};
