/** A subgraph that is not to know who asks does not, and people whom it cannot tell apart share its replies. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';

const federation = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")';
const slow = (name: string): SubgraphFixture => ({
  name,
  sdl: `${federation} type Query { ${name}: Int }`,
  resolvers: {
    Query: { [name]: () => new Promise((resolve) => setTimeout(() => resolve(1), 50)) },
  },
});

let house: House;
beforeAll(async () => {
  house = await openHouse([slow('open'), slow('blind'), slow('curious')], {
    tells: { blind: 'none', curious: 'attributes' },
  });
});
beforeEach(() => house.forget());
afterAll(() => house.close());

const tokensAt = (subgraph: string) =>
  (house.subgraphs.get(subgraph)?.asked ?? []).map(({ headers }) => String(headers['txn-token']));

const asEach = (query: string) =>
  Promise.all(['ann', 'bob'].map((sub) => house.ask(query, { scopes: ['s'], claims: { sub } })));

it('asks once for two people, and names neither', async () => {
  const answers = await asEach('{ blind }');
  expect(answers.map(({ body }) => body.data)).toEqual([{ blind: 1 }, { blind: 1 }]);
  const [token = '', ...more] = tokensAt('blind');
  expect(more).toEqual([]);
  expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toMatch(
    /ann|bob|"bi"|issuer\.example/,
  );
  expect(decodeJwt(token)).toMatchObject({ sub: 'withheld', scope: '', req_wl: 'withheld' });
});

it('asks for each of them where it says who it is', async () => {
  await asEach('{ open }');
  const subjects = tokensAt('open').map((token) => decodeJwt(token).sub);
  expect(subjects.sort()).toEqual(['https://issuer.example|ann', 'https://issuer.example|bob']);
});

it('asks for each of what a subgraph can tell apart, also of one person at one moment', async () => {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const as = (roles: readonly string[]) =>
    house.ask('{ curious }', { scopes: ['s'], claims: { sub: 'ann', roles, exp } });
  await Promise.all([as(['analyst']), as([]), as(['analyst'])]);
  const callers = tokensAt('curious').map((token) => JSON.stringify(decodeJwt(token)['tctx']));
  expect(callers.filter((each) => each.includes('"roles":["analyst"]'))).not.toEqual([]);
  expect(callers.filter((each) => each.includes('"roles":[]'))).toHaveLength(1);
});

it('refuses a graph in which the subgraph has another name, and would learn all', async () => {
  const renamed = await openHouse([slow('own')], { tells: { own: 'none' } });
  try {
    await renamed.writeSource([slow('own2')]);
    const end = performance.now() + 5_000;
    while (renamed.gateway.ready().refused === undefined && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(renamed.gateway.ready().refused).toContain('identity.tells names own, which is no subgraph');
    expect(renamed.gateway.ready().subgraphs).toEqual(['own']);
  } finally {
    await renamed.close();
  }
});

it('does not start where a subgraph is named that there is not', async () => {
  await expect(openHouse([slow('open')], { tells: { opne: 'none' } })).rejects.toThrow(
    'identity.tells names opne, which is no subgraph. Take one of: open.',
  );
});
