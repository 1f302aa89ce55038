/** W1 by hand, in seven fetches: what asks one subgraph at one time is one request, and no entity is asked for twice. */
import type { Ask } from './ask.ts';

interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}
interface Product {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}
interface Stock {
  readonly inStock: boolean;
  readonly shippingEstimate: number;
}
interface Review {
  readonly id: string;
  readonly body: string;
  readonly product: { readonly upc: string; readonly reviews: readonly Review[] };
  readonly author: { readonly id: string; readonly username: string; readonly reviews: readonly Review[] };
}
interface Reviewed {
  readonly reviews: readonly Review[];
}

const author = 'author { id username reviews { id body product { upc } } }';
const queries = {
  users: '{ users { id username name } }',
  products: '{ topProducts { upc name price weight } }',
  reviews: `query ($users: [_Any!]!, $products: [_Any!]!) {
    users: _entities(representations: $users) {
      ... on User { reviews { id body product { upc reviews { id body ${author} } } } }
    }
    products: _entities(representations: $products) { ... on Product { reviews { id body ${author} } } }
  }`,
  names: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { name } } }',
  details:
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { upc name price weight } } }',
  stock:
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { inStock shippingEstimate } } }',
};

export async function heavy(ask: Ask): Promise<unknown> {
  const [{ users }, { topProducts }] = await Promise.all([
    ask('accounts', queries.users),
    ask('products', queries.products),
  ]);
  const stock = new Map<string, Stock>();
  const [reviewed] = await Promise.all([
    ask('reviews', queries.reviews, {
      users: users.map(({ id }: User) => ({ __typename: 'User', id })),
      products: topProducts.map(({ upc }: Product) => ({ __typename: 'Product', upc })),
    }),
    askStock(ask, topProducts, stock),
  ]);
  const found = new Found();
  for (const { reviews } of [...reviewed.users, ...reviewed.products]) found.reviews(reviews);
  const authors = [...found.authors];
  const upcs = [...found.products];
  const [named, detailed] = await Promise.all([
    ask('accounts', queries.names, { of: authors.map((id) => ({ __typename: 'User', id })) }),
    ask('products', queries.details, { of: upcs.map((upc) => ({ __typename: 'Product', upc })) }),
  ]);
  await askStock(ask, detailed._entities, stock);
  const names = new Map<string, string>(authors.map((id, at) => [id, named._entities[at].name]));
  const products = new Map<string, Product>(upcs.map((upc, at) => [upc, detailed._entities[at]]));
  const answer = new Answer(names, products, stock);
  return {
    users: users.map(({ id, username, name }: User, at: number) => {
      const { reviews }: Reviewed = reviewed.users[at];
      return { id, username, name, reviews: reviews.map((review) => answer.ofUser(review)) };
    }),
    topProducts: topProducts.map((product: Product, at: number) => {
      const { reviews }: Reviewed = reviewed.products[at];
      return { ...answer.product(product), reviews: reviews.map((review) => answer.ofProduct(review)) };
    }),
  };
}

async function askStock(ask: Ask, products: readonly Product[], stock: Map<string, Stock>): Promise<void> {
  const of = products.map(({ upc, price, weight }) => ({ __typename: 'Product', upc, price, weight }));
  const { _entities } = await ask('inventory', queries.stock, { of });
  products.forEach(({ upc }, at) => {
    stock.set(upc, _entities[at]);
  });
}

/** The entities that reviews lead to, each once. */
class Found {
  readonly authors = new Set<string>();
  readonly products = new Set<string>();

  reviews(reviews: readonly Review[] = []): void {
    for (const { author, product } of reviews) {
      if (product !== undefined) {
        this.products.add(product.upc);
        this.reviews(product.reviews);
      }
      if (author !== undefined) {
        this.authors.add(author.id);
        this.reviews(author.reviews);
      }
    }
  }
}

class Answer {
  readonly #names: ReadonlyMap<string, string>;
  readonly #products: ReadonlyMap<string, Product>;
  readonly #stock: ReadonlyMap<string, Stock>;

  constructor(
    names: ReadonlyMap<string, string>,
    products: ReadonlyMap<string, Product>,
    stock: ReadonlyMap<string, Stock>,
  ) {
    this.#names = names;
    this.#products = products;
    this.#stock = stock;
  }

  product({ upc, name, price, weight }: Product) {
    const { inStock, shippingEstimate } = this.#stock.get(upc) ?? {};
    return { inStock, name, price, shippingEstimate, upc, weight };
  }

  ofUser({ id, body, product }: Review) {
    const reviews = product.reviews.map((review) => this.ofProduct(review));
    return { id, body, product: { ...this.#productOf(product), reviews } };
  }

  ofProduct({ id, body, author }: Review) {
    const reviews = author.reviews.map((review) => this.#leaf(review));
    const { id: authorId, username } = author;
    return { id, body, author: { id: authorId, username, name: this.#names.get(authorId), reviews } };
  }

  #leaf({ id, body, product }: Review) {
    return { id, body, product: this.#productOf(product) };
  }

  #productOf({ upc }: { readonly upc: string }) {
    const product = this.#products.get(upc);
    return product && this.product(product);
  }
}
