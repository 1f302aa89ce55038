/** Two issuers that call their key and their subject alike: two principals in everything that comes of them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { decodeJwt } from 'jose';
import { now, openProviders, type Provider, type Providers } from './kit/providers.ts';
import { RawSocket } from './kit/raw-socket.ts';
import { until } from './kit/until.ts';

const slowly = () => new Promise((resolve) => setTimeout(() => resolve({ name: 'Ann', pay: 5 }), 50));
const staff: SubgraphFixture = {
  name: 'staff',
  enforces: ['rows'],
  sdl: `type Query { me: Person } type Person { name: String pay: Int region: String }
    type Subscription { renamed: Person }`,
  resolvers: { Query: { me: slowly } },
};

const rules = `${openToAll}
@id("global.pay") forbid (principal, action, resource == Field::"Person.pay")
  unless { principal in Role::"analyst" };
@id("global.rows") @rowFilter("region = principal.region") forbid (principal, action, resource in Type::"Person");
`;

let providers: Providers;
let house: House;
let url: string;

beforeAll(async () => {
  providers = await openProviders();
  house = await openHouse([staff], {
    anonymous: 'deny',
    audit: true,
    issuers: providers.issuers,
    revocations: 'tokens: []\n',
    rules,
  });
  ({ url } = await house.listen());
});
beforeEach(() => house.forget());
afterAll(async () => {
  await house.close();
  await providers.close();
});

const header = ({ bearer }: Provider, more = {}) => ({ authorization: bearer({ region: 'EMEA', ...more }) });

async function ask(headers: { readonly authorization: string }, query = '{ me { name pay } }') {
  const { status, text } = await house.ask(query, { headers });
  return { status, text };
}

const tokens = () =>
  (house.subgraphs.get('staff')?.asked ?? []).map(({ headers }) => decodeJwt(String(headers['txn-token'])));
const paid = { status: 200, text: '{"data":{"me":{"name":"Ann","pay":5}}}' };

it('D08 D19 neither is told apart by what the other one has been let in with, in either order', async () => {
  const [analyst, nobody] = [header(providers.one, { roles: ['analyst'] }), header(providers.two)];
  for (const first of [analyst, nobody])
    for (const headers of [first, nobody, analyst, nobody]) {
      const answer = await ask(headers);
      if (headers === analyst) expect(answer).toEqual(paid);
      else expect(answer.text).toContain('"pay":null');
    }
  const withoutRole = tokens().filter(({ sub }) => sub === 'https://two.example|ann');
  expect(withoutRole.length).toBeGreaterThan(0);
  const forged = providers.two.signer.token(providers.one.claims({ roles: ['analyst'] }));
  house.forget();
  expect((await ask({ authorization: `Bearer ${forged}` })).status).toBe(401);
  expect(house.asked()).toBe('');
});

it('D19 decisions: each has the view of its own claims, though all else is alike', async () => {
  const [one, two] = [header(providers.one, { roles: ['analyst'] }), header(providers.two)];
  const answers = await Promise.all([one, two, one, two].map((each) => ask(each)));
  expect(answers.map(({ text }) => text.includes('"pay":5'))).toEqual([true, false, true, false]);
  house.forget();
  await ask(two);
  expect(house.asked()).not.toContain('pay');
});

it('D19 rows: each has the filter of its own claims, and its own name, in the token for the subgraph', async () => {
  await Promise.all([
    ask(header(providers.one, { region: 'EMEA' }), '{ me { name } }'),
    ask(header(providers.two, { region: 'APAC' }), '{ me { name } }'),
  ]);
  const seen = tokens().map(({ sub, tctx }) => [
    sub,
    (tctx as { obligations: { rows: { Person: { value: string }[] } } }).obligations.rows.Person[0]?.value,
  ]);
  expect(seen.sort()).toEqual([
    ['https://one.example|ann', 'EMEA'],
    ['https://two.example|ann', 'APAC'],
  ]);
});

it('D19 flights: equal questions at the same moment with equal rights are asked for each of them', async () => {
  const iat = now();
  const same = { iat, exp: iat + 600, roles: ['analyst'], jti: 't1' };
  const [one, two] = [header(providers.one, same), header(providers.two, same)];
  await Promise.all([ask(one), ask(two)]);
  house.forget();
  const answers = await Promise.all([one, one, two, two, one].map((each) => ask(each)));
  expect(answers).toEqual(Array(5).fill(paid));
  expect(
    tokens()
      .map(({ sub }) => sub)
      .sort(),
  ).toEqual(['https://one.example|ann', 'https://two.example|ann']);
});

it('D19 records: each operation names the issuer of whoever asked', async () => {
  const marked = async (provider: Provider, id: string) =>
    house.ask('{ me { name } }', { headers: { ...header(provider), 'x-request-id': id } });
  await Promise.all([marked(providers.one, 'of-one'), marked(providers.two, 'of-two')]);
  const records = (await readFile(join(house.folder, 'audit.jsonl'), 'utf8'))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { request: string; who: { issuer: string; subject: string } });
  const whoOf = (id: string) => records.find(({ request }) => request === id)?.who;
  expect(whoOf('of-one')).toMatchObject({ issuer: 'https://one.example', subject: 'ann' });
  expect(whoOf('of-two')).toMatchObject({ issuer: 'https://two.example', subject: 'ann' });
});

it.each([
  ['the principal', 'principals: [{ issuer: "https://one.example", subject: ann }]'],
  ['the token', 'tokens: [{ issuer: "https://one.example", jti: t1 }]'],
  ['the issuer', 'issuers: [{ issuer: "https://one.example" }]'],
])('D19 revocations: %s of the one leaves the other, its stream included', async (_, text) => {
  const [one, two] = [header(providers.one, { jti: 't1' }), header(providers.two, { jti: 't1' })];
  const sockets = [new RawSocket(`${url}/graphql`, one), new RawSocket(`${url}/graphql`, two)] as const;
  const events = house.subgraphs.get('staff')?.events;
  for (const socket of sockets) (await socket.init()).subscribe('1', 'subscription { renamed { name } }');
  await until(() => events?.subscribers === 2);
  await writeFile(join(house.folder, 'revocations.yaml'), text);
  await until(async () => (await ask(one)).status === 401);
  expect(await sockets[0].closed()).toBe(4403);
  expect((await ask(two, '{ me { name } }')).status).toBe(200);
  house.forget();
  expect((await ask(one)).status).toBe(401);
  expect(house.asked()).toBe('');
  events?.publish({ name: 'Bea' });
  expect((await sockets[1].first('1'))?.payload).toEqual({ data: { renamed: { name: 'Bea' } } });
  sockets[1].end();
  await writeFile(join(house.folder, 'revocations.yaml'), 'tokens: []\n');
  await until(async () => (await ask(one)).status === 200);
  await until(() => events?.subscribers === 0);
});
