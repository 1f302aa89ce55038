import { afterEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '../fixture/house.ts';
import { openToAll } from '../fixture/rules.ts';
import type { SubgraphFixture } from '../fixture/subgraph.ts';
import { inlineToolchain } from '../snapshot/inline-toolchain.ts';
import { Thread } from './thread.ts';
import { createThreadedAccess } from './views.ts';

const letters: SubgraphFixture = {
  name: 'letters',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
    type Query {
      a: String
      b: String @requiresScopes(scopes: [["b"]])
      crash: String @requiresScopes(scopes: [["crash"]])
      spin: String @requiresScopes(scopes: [["spin"]])
    }`,
  resolvers: { Query: { a: () => 'A', b: () => 'B' } },
};

let house: House;
let threads = 0;
afterEach(() => house.close());

async function open(faults: unknown[] = [], mostMs = 1_500): Promise<void> {
  threads = 0;
  const start = () => {
    threads += 1;
    const file = new URL('../fixture/fragile-views-thread', import.meta.url);
    return new Thread({ file, memoryMb: 512, environment: {} });
  };
  house = await openHouse([letters], {
    rules: openToAll,
    modes: { bi: 'hide' },
    observers: { requestFaulted: ({ error }) => void faults.push(error) },
    toolchain: () => ({
      ...inlineToolchain,
      createAccess: (files, supergraph) => createThreadedAccess(files, supergraph, { start, mostMs }),
    }),
  });
}

describe('rules that are asked in a thread', () => {
  it('say who may do what', async () => {
    await open();
    expect((await house.ask('{ a b }', { scopes: ['b'] })).body).toEqual({ data: { a: 'A', b: 'B' } });
    expect((await house.ask('{ a b }')).body).toMatchObject({ data: { a: 'A', b: null } });
    expect(threads).toBe(1);
  });

  it.each(['crash', 'spin'])(
    'allow nothing to whom they %s over, and everybody else what they may',
    async (scope) => {
      const faults: unknown[] = [];
      await open(faults);
      const [failed, other] = await Promise.all([
        house.ask('{ a }', { scopes: [scope] }),
        house.ask('{ a b }', { scopes: ['b'] }),
      ]);
      expect(failed.status).toBe(500);
      expect(failed.body.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
      expect(failed.body).not.toHaveProperty('data');
      expect(other.body).toEqual({ data: { a: 'A', b: 'B' } });
      expect(faults).toMatchObject([{ message: 'the rules ended or took too long' }]);
      expect(house.asked()).not.toContain('{a}');
      // Once more: what could not be made is not kept, neither as allowed nor as denied.
      expect((await house.ask('{ a }', { scopes: [scope] })).status).toBe(500);
      expect((await house.ask('{ a }')).body).toEqual({ data: { a: 'A' } });
      expect(threads).toBeGreaterThanOrEqual(2);
    },
    30_000,
  );

  it.each([
    ['at its deadline', new DOMException('the deadline of the request has passed', 'TimeoutError')],
    ['when its client leaves', new DOMException('left', 'AbortError')],
  ])('hold up a request no longer than it may last: it ends %s', async (_, reason) => {
    const faults: unknown[] = [];
    await open(faults, 3_000);
    house.forget();
    const leaves = new AbortController();
    const spinning = { scopes: ['spin'], signal: leaves.signal };
    const schema = house.gateway.schema({
      method: 'GET',
      url: '/v1/schema.graphql',
      headers: { accept: '*/*', authorization: await house.authorization(['spin']) },
      body: Buffer.from(''),
      signal: leaves.signal,
    });
    // The one waits to be decided, the other to learn which names there are.
    const waiting = [
      house.ask('{ a }', spinning),
      house.ask('{ a }', { ...spinning, claims: { kind: 'bi' } }),
    ];
    setTimeout(() => leaves.abort(reason), 200);
    for (const { status, body } of await Promise.all(waiting)) {
      expect([status, body.errors]).toMatchObject([504, [{ extensions: { code: 'REQUEST_TIMEOUT' } }]]);
      expect(body).not.toHaveProperty('data');
    }
    expect((await schema).status).toBe(504);
    expect(house.asked()).toBe('');
    expect(faults).toEqual([]);
  });
});
