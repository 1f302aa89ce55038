/** Equal queries at the same moment are carried out once, for one caller; through the front door. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';

let reads = 0;

const shop: SubgraphFixture = {
  name: 'shop',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { reads: Int item(id: ID!): Item }
    type Item @key(fields: "id") { id: ID }
    type Mutation { write: Int change: Item }`,
  resolvers: {
    Query: {
      reads: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        reads += 1;
        return reads;
      },
      item: (_: never, { id }: { id: string }) => ({ id }),
    },
    Mutation: { write: () => 1, change: () => ({ id: '1' }) },
  },
};

const stock: SubgraphFixture = {
  name: 'stock',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Item @key(fields: "id") { id: ID left: Int }`,
  resolvers: {
    Item: {
      left: async () => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return 1;
      },
    },
  },
};

let house: House;
let plain: House;
beforeAll(async () => {
  house = await openHouse([shop, stock]);
  plain = await openHouse([shop], { deduplicate: { inbound: false, outbound: false } });
});
beforeEach(() => {
  house.forget();
  plain.forget();
});
afterAll(() => Promise.all([house.close(), plain.close()]));

const requests = (of = house) =>
  (of.subgraphs.get('shop')?.asked ?? []).filter(({ query }) => !query.startsWith('mutation')).length;

/** The same token for all. */
async function asOne(of = house): Promise<{ headers: Record<string, string> }> {
  return { headers: { authorization: await of.authorization([]) } };
}

describe('equal queries at the same moment', () => {
  it('of one caller are one request to a subgraph', async () => {
    const one = await asOne();
    const answers = await Promise.all([1, 2, 3].map(() => house.ask('{ reads }', one)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(requests()).toBe(1);
    await house.ask('{ reads }', one);
    expect(requests()).toBe(2);
  });

  it('of two callers are two, also if one may do the same as the other', async () => {
    const one = await asOne();
    const later = { headers: { authorization: await house.authorization([], 200) } };
    const answers = await Promise.all(
      [one, later, {}, { scopes: ['x'] }].map((each) => house.ask('{ reads }', each)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(4);
    expect(requests()).toBe(4);
  });

  it('are different ones with other variables, and when it is switched off', async () => {
    const one = await asOne();
    const query = 'query($id: ID!) { item(id: $id) { id } }';
    await Promise.all(['1', '2'].map((id) => house.ask(query, { ...one, variables: { id } })));
    expect(requests()).toBe(2);
    const alone = await asOne(plain);
    await Promise.all([1, 2].map(() => plain.ask('{ reads }', alone)));
    expect(requests(plain)).toBe(2);
  });

  it('are not joined after a mutation, and no mutation is shared', async () => {
    const one = await asOne();
    const before = house.ask('{ reads }', one);
    await Promise.all([1, 2].map(() => house.ask('mutation { write }', one)));
    const after = house.ask('{ reads }', one);
    expect((await before).text).not.toBe((await after).text);
    expect(house.asked().match(/mutation/g)).toHaveLength(2);
    expect(requests()).toBe(2);
  });

  it('that follow a mutation are shared with nobody', async () => {
    const one = await asOne();
    const asked = (query: string) => Promise.all([1, 2].map(() => house.ask(query, one)));
    await asked('{ item(id: "1") { left } }');
    expect(house.subgraphs.get('stock')?.asked).toHaveLength(1);
    house.forget();
    const answers = await asked('mutation { change { left } }');
    expect(answers.map(({ body }) => body.data)).toEqual([1, 2].map(() => ({ change: { left: 1 } })));
    expect(house.subgraphs.get('stock')?.asked).toHaveLength(2);
  });

  it('answer each under its own id and in its own form', async () => {
    const one = await asOne();
    const accepting = ['application/json', 'application/graphql-response+json'];
    const responses = await Promise.all(
      accepting.map((accept) =>
        house.gateway.handle({
          method: 'POST',
          url: '/graphql',
          headers: { ...one.headers, accept, 'content-type': 'application/json' },
          body: Buffer.from('{"query":"{ reads }"}'),
          signal: new AbortController().signal,
        }),
      ),
    );
    expect(requests()).toBe(1);
    expect(responses.map(({ headers }) => headers['content-type'])).toEqual(
      accepting.map((type) => expect.stringContaining(type)),
    );
    expect(new Set(responses.map(({ headers }) => headers['x-request-id'])).size).toBe(2);
  });

  it('go on for the others when one caller leaves, also the first', async () => {
    const one = await asOne();
    const leaving = new AbortController();
    const first = house.ask('{ reads }', { ...one, signal: leaving.signal });
    const second = house.ask('{ reads }', one);
    await new Promise((resolve) => setTimeout(resolve, 10));
    leaving.abort(new DOMException('left', 'AbortError'));
    expect((await first).status).not.toBe(200);
    expect((await second).body.data.reads).toBeGreaterThan(0);
  });
});
