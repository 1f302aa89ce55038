/** What is asked: one fetch, a few joins, and the deep tree that the public benchmarks ask for. */

export interface BenchOperation {
  readonly name: string;
  readonly query: string;
}

const product = 'upc name price weight inStock shippingEstimate';
const reviews = `reviews { id body author { id username name reviews { id body product { ${product} } } } }`;

export const operations: readonly BenchOperation[] = [
  { name: 'one fetch', query: '{ topProducts { upc name price } }' },
  { name: 'three domains', query: `{ topProducts { ${product} reviews { id body } } }` },
  {
    name: 'deep tree',
    query: `{
      users { id username name reviews { id body product { ${product} ${reviews} } } }
      topProducts { ${product} ${reviews} }
    }`,
  },
];
