/** `@context` and `@fromContext` through the front door: what fields are given of the objects around them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@tag", "@context", "@fromContext"])`;

type Row = Readonly<Record<string, unknown>>;

const store = (currency: string | null, country: string, more: Row = {}) => ({
  __typename: 'Store',
  currency,
  secret: `s-${currency}`,
  address: { country },
  product: { id: '1' },
  products: [{ id: '1' }, { id: '2' }],
  item: { id: '5' },
  ...more,
});
let places: readonly Row[] = [];

/** Two types set one context, of which products are given something; around items there is always a store. */
const shop: SubgraphFixture = {
  name: 'shop',
  sdl: `${link}
    type Query { places: [Place] stores: [[Store]] }
    type Subscription { opened: Store }
    union Place = Store | Fair
    type Store @context(name: "market") @context(name: "store") {
      currency: String
      secret: String @tag(name: "confidential")
      address: Address
      product: Product
      products: [Product]
      item: Item
    }
    type Address { country: String }
    type Fair @context(name: "market") { currency: String product: Product }
    type Product @key(fields: "id") {
      id: ID!
      price(currency: String @fromContext(field: "$market { currency }"), digits: Int): String
    }
    type Item @key(fields: "id") {
      id: ID!
      tax(country: String @fromContext(field: "$store { address { country } }")): String
      secretly(secret: String @fromContext(field: "$store { secret }")): String
    }`,
  resolvers: {
    Query: { places: () => places, stores: () => [places, null, places] },
    Product: {
      price: ({ id }: Row, { currency, digits = 0 }: Row) => {
        if (currency === 'broken') throw new Error('no such currency');
        return `${id} ${currency} ${digits}`;
      },
    },
    Item: {
      tax: ({ id }: Row, { country }: Row) => `${id} ${country}`,
      secretly: ({ id }: Row, { secret }: Row) => `${id} ${secret}`,
    },
  },
};

/** Knows nothing of contexts; equal items have equal bundles. */
const stock: SubgraphFixture = {
  name: 'stock',
  sdl: `${link}
    type Item @key(fields: "id") { id: ID! bundle: Bundle }
    type Product @key(fields: "id") { id: ID! }
    type Bundle { products: [Product] best: Item }`,
  resolvers: {
    Item: { bundle: () => ({ products: [{ id: '7' }, { id: '8' }], best: { id: '9' } }) },
  },
};

let house: House;
beforeAll(async () => {
  house = await openHouse([shop, stock]);
});
beforeEach(() => {
  house.forget();
  places = [store('EUR', 'DE'), store('USD', 'US')];
});
afterAll(() => house.close());

const ask = async (query: string, variables: Row = {}) => (await house.ask(query, { variables })).body;

describe('a field with something of a context', () => {
  it('differs between equal entities around which something else stands', async () => {
    const query = '{ places { ... on Store { product { price } products { price } } } }';
    expect(await ask(query)).toEqual({
      data: {
        places: [
          { product: { price: '1 EUR 0' }, products: [{ price: '1 EUR 0' }, { price: '2 EUR 0' }] },
          { product: { price: '1 USD 0' }, products: [{ price: '1 USD 0' }, { price: '2 USD 0' }] },
        ],
      },
    });
  });

  it('is asked for once for equal entities around which the same stands', async () => {
    places = [store('EUR', 'DE'), store('EUR', 'AT'), store('USD', 'US'), store('EUR', 'DE')];
    await ask('{ places { ... on Store { product { price } } } }');
    const entities = house.subgraphs.get('shop')?.asked.slice(1) ?? [];
    expect(entities.map(({ variables }) => variables)).toEqual([
      { representations: [{ __typename: 'Product', id: '1' }], contextualArgument_1_2: 'EUR' },
      { representations: [{ __typename: 'Product', id: '1' }], contextualArgument_1_2: 'USD' },
    ]);
  });

  it('is found levels up, through another subgraph whose objects are equal', async () => {
    const query = '{ places { ... on Store { item { bundle { products { price } best { tax } } } } } }';
    const bundle = (currency: string, country: string) => ({
      products: ['7', '8'].map((id) => ({ price: `${id} ${currency} 0` })),
      best: { tax: `9 ${country}` },
    });
    expect(await ask(query)).toEqual({
      data: {
        places: [{ item: { bundle: bundle('EUR', 'DE') } }, { item: { bundle: bundle('USD', 'US') } }],
      },
    });
  });

  it('has a context of several types', async () => {
    places = [store('EUR', 'DE'), { __typename: 'Fair', currency: 'CHF', product: { id: '1' } }];
    const query = '{ places { ... on Fair { product { price } } ... on Store { product { price } } } }';
    expect(await ask(query)).toEqual({
      data: { places: [{ product: { price: '1 EUR 0' } }, { product: { price: '1 CHF 0' } }] },
    });
  });

  it('is found over lists in lists', async () => {
    expect(await ask('{ stores { product { price } } }')).toEqual({
      data: {
        stores: [
          [{ product: { price: '1 EUR 0' } }, { product: { price: '1 USD 0' } }],
          null,
          [{ product: { price: '1 EUR 0' } }, { product: { price: '1 USD 0' } }],
        ],
      },
    });
  });

  it('is given null where that is what stands there', async () => {
    places = [store(null, 'DE', { address: null })];
    expect(await ask('{ places { ... on Store { product { price } item { tax } } } }')).toEqual({
      data: { places: [{ product: { price: '1 null 0' }, item: { tax: '5 null' } }] },
    });
  });

  it('is given what stands there, whatever the client calls by the same name', async () => {
    const query = `query ($contextualArgument_1_2: Int) { places { ... on Store {
      currency: __typename product { price(digits: $contextualArgument_1_2) } } } }`;
    expect(await ask(query, { contextualArgument_1_2: 2 })).toEqual({
      data: {
        places: [
          { currency: 'Store', product: { price: '1 EUR 2' } },
          { currency: 'Store', product: { price: '1 USD 2' } },
        ],
      },
    });
    expect((await house.ask('{ stores { product { price(currency: "X") } } }')).status).toBe(400);
  });

  it('fails where it stands, beside others that do not', async () => {
    places = [store('EUR', 'DE'), store('broken', 'US')];
    const { data, errors } = await ask('{ places { ... on Store { products { price } } } }');
    expect(data.places[0].products).toEqual([{ price: '1 EUR 0' }, { price: '2 EUR 0' }]);
    expect(data.places[1].products).toEqual([{ price: null }, { price: null }]);
    expect(errors.map(({ path }: Row) => path)).toEqual([
      ['places', 1, 'products', 0, 'price'],
      ['places', 1, 'products', 1, 'price'],
    ]);
  });

  it('is asked for in a bounded number of requests, and refused where it would take more', async () => {
    places = Array.from({ length: 25 }, (_, index) => store(`C${index}`, 'DE'));
    const { data, errors } = await ask('{ places { ... on Store { product { id price } } } }');
    expect(house.subgraphs.get('shop')?.asked).toHaveLength(1 + 20);
    expect(data.places.map(({ product }: { product: Row }) => product)).toEqual(
      places.map(({ currency }, index) => ({ id: '1', price: index < 20 ? `1 ${currency} 0` : null })),
    );
    expect(errors).toEqual(
      [20, 21, 22, 23, 24].map((index) => ({
        message: expect.stringContaining('Select fewer objects at once'),
        path: ['places', index, 'product', 'price'],
        extensions: { code: 'COST_LIMIT', service: 'shop', retryable: false },
      })),
    );
  });

  it('comes with each event of a subscription, given what stands in that event', async () => {
    const shopEvents = house.subgraphs.get('shop')?.events;
    const results = house.subscribe(
      'subscription { opened { product { price } products { price } item { bundle { best { tax } } } } }',
    );
    const first = results.next();
    try {
      while (shopEvents?.subscribers !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
      shopEvents.publish(store('EUR', 'DE'));
      shopEvents.publish(store('USD', 'US'));
      const opened = (currency: string, country: string) => ({
        data: {
          opened: {
            product: { price: `1 ${currency} 0` },
            products: [{ price: `1 ${currency} 0` }, { price: `2 ${currency} 0` }],
            item: { bundle: { best: { tax: `9 ${country}` } } },
          },
        },
      });
      expect((await first).value).toEqual(opened('EUR', 'DE'));
      expect((await results.next()).value).toEqual(opened('USD', 'US'));
      shopEvents.publish(store('broken', 'DE'));
      const failed = (await results.next()).value as { errors: Row[] };
      expect(failed.errors.map(({ path }) => path)).toEqual([
        ['opened', 'product', 'price'],
        ['opened', 'products', 0, 'price'],
        ['opened', 'products', 1, 'price'],
      ]);
    } finally {
      await results.return(undefined);
    }
  });

  it('comes later where it is deferred', async () => {
    const query = '{ places { ... on Store { product { id ... @defer { price } } } } }';
    const { body } = await house.gateway.handle({
      method: 'POST',
      url: '/graphql',
      headers: {
        'content-type': 'application/json',
        accept: 'multipart/mixed;deferSpec=20220824, application/json;q=0.9',
      },
      body: Buffer.from(JSON.stringify({ query })),
      signal: new AbortController().signal,
    });
    if (typeof body === 'string' || !(Symbol.asyncIterator in body)) throw new Error(String(body));
    let text = '';
    for await (const piece of body) text += piece;
    const later = text.slice(text.indexOf('"incremental"'));
    expect(text.indexOf('"id":"1"')).toBeLessThan(text.indexOf('"incremental"'));
    expect(later).toContain('"path":["places",0,"product"]');
    expect(later.match(/1 (EUR|USD) 0/g)).toEqual(['1 EUR 0', '1 USD 0']);
  });

  it('is not asked for where what it would be given was not answered', async () => {
    const running = house.subgraphs.get('shop');
    if (running === undefined) throw new Error('no shop');
    const product = { __typename: 'Product', id: '1' };
    running.instead = { body: JSON.stringify({ data: { places: [{ __typename: 'Store', product }] } }) };
    try {
      const { data, errors } = await ask('{ places { ... on Store { product { price } } } }');
      expect(data).toEqual({ places: [{ product: { price: null } }] });
      expect(errors).toMatchObject([{ path: ['places', 0], extensions: { service: 'shop' } }]);
      expect(running.asked).toHaveLength(1);
    } finally {
      running.instead = undefined;
    }
  });

  it.each([{ code: 'EUR' }, ['EUR'], 1])('is not given %j in the place of a text', async (currency) => {
    const running = house.subgraphs.get('shop');
    if (running === undefined) throw new Error('no shop');
    const product = { __typename: 'Product', id: '1' };
    const data = { places: [{ __typename: 'Store', currency, product }] };
    running.instead = { body: JSON.stringify({ data }) };
    try {
      const answer = await ask('{ places { ... on Store { product { price } } } }');
      expect(answer.data).toEqual({ places: [{ product: { price: null } }] });
      expect(answer.errors).toMatchObject([{ path: ['places', 0], extensions: { service: 'shop' } }]);
      expect(running.asked).toHaveLength(1);
    } finally {
      running.instead = undefined;
    }
  });
});

describe('what a context is read from', () => {
  it('is an input: who may not read it is denied the field, and nothing is fetched for it', async () => {
    expect(await ask('{ places { ... on Store { item { id secretly } } } }')).toEqual({
      data: { places: [1, 2].map(() => ({ item: { id: '5', secretly: null } })) },
      errors: [
        {
          message: 'Access to this field is denied.',
          path: ['places', 'item', 'secretly'],
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(house.asked()).not.toContain('secret');
    expect(house.asked()).not.toContain('_entities');
  });
});
