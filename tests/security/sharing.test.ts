/** What callers at the same moment share: nothing that was made for one of them. Group I of the catalogue of attacks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ask, type House, openHouse } from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { decodeJwt } from 'jose';
import { until } from './kit/until.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@requiresScopes", "@composeDirective"])
  @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing"])
  @composeDirective(name: "@usesNothing")
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION`;

const mail: SubgraphFixture = {
  name: 'mail',
  enforces: ['rows'],
  sdl: `${link}
    type Query { mine(a: String @usesNothing, b: String @usesNothing): Box any: [Thing] }
    type Subscription { came(of: String @usesNothing): Box }
    union Thing = Box | Lock
    type Lock { code: String @requiresScopes(scopes: [["code"]]) }
    type Box @key(fields: "id") { id: ID! said: String pay: Int @requiresScopes(scopes: [["pay"]]) }`,
  resolvers: {
    Query: {
      mine: async (_: unknown, { a = '', b = '' }: { a?: string; b?: string }) => {
        await sleep(10);
        return { id: `${a}/${b}`, said: `${a}/${b}`, pay: 1 };
      },
      any: () => [
        { __typename: 'Box', id: '1' },
        { __typename: 'Lock', code: 'canary-lock' },
      ],
    },
  },
};
const more: SubgraphFixture = {
  name: 'more',
  sdl: `${link} type Box @key(fields: "id") { id: ID! size: Int }`,
  resolvers: {
    Box: {
      size: async ({ id }: { id: string }) => {
        await sleep(5);
        return id.length;
      },
    },
  },
};

/** A crowd takes its time on a busy machine. */
const patient = { requestTimeoutMs: 20_000, subgraphTimeoutMs: 15_000 };

let house: House;
let plain: House;
beforeAll(async () => {
  house = await openHouse([mail, more], { rules: openToAll, limits: patient });
  plain = await openHouse([mail, more], {
    rules: openToAll,
    limits: patient,
    deduplicate: { inbound: false, outbound: false },
  });
});
beforeEach(() => {
  house.forget();
  plain.forget();
});
afterAll(() => Promise.all([house.close(), plain.close()]));

const sent = (of = house) => of.subgraphs.get('mail')?.asked ?? [];

const ann: Ask = { scopes: ['pay'], claims: { sub: 'ann' } };
const bob: Ask = { scopes: [], claims: { sub: 'bob' } };
const query = '{ mine { said pay } }';

it('I02 no answer may be kept by a cache on the way', async () => {
  const { url } = await house.listen();
  for (const scopes of [[], ['pay']])
    for (const text of [query, '{ nothing }', '{ __typename }']) {
      const response = await fetch(`${url}/graphql?query=${encodeURIComponent(text)}`, {
        headers: { authorization: await house.authorization(scopes), 'apollo-require-preflight': '1' },
      });
      expect(response.headers.get('cache-control')).toMatch(/no-store/);
      expect(response.headers.get('cache-control')).not.toMatch(/public/);
    }
});

it('I03 there is no batching whose parts could share a header: an array is refused', async () => {
  const { url } = await house.listen();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query: '{ __typename }' }, { query }]),
  });
  expect(response.status).toBe(400);
  expect(sent()).toEqual([]);
});

describe.each([
  ['on', () => house],
  ['off', () => plain],
] as const)('a crowd of callers, with sharing %s', (_, of) => {
  it('I04 I13 gets nobody an answer of another, whoever asks at the same moment', async () => {
    const text = 'query ($a: String) { mine(a: $a) { said pay size } }';
    const crowd = Array.from({ length: 30 }, (__, n) => ({ n: String(n % 10), mayPay: n % 3 === 0 }));
    const answers = await Promise.all(
      crowd.map(({ n, mayPay }) =>
        of().ask(text, { scopes: mayPay ? ['pay'] : [], claims: { sub: `s${n}` }, variables: { a: n } }),
      ),
    );
    for (const [index, { n, mayPay }] of crowd.entries())
      expect(answers[index]?.body.data).toEqual({
        mine: { said: `${n}/`, pay: mayPay ? 1 : null, size: n.length + 1 },
      });
  });

  it('I08 I09 never gets a plan or a verdict that was made for other rights', async () => {
    for (const [who, pay] of [
      [ann, 1],
      [bob, null],
      [ann, 1],
      [bob, null],
    ] as const) {
      of().forget();
      expect((await of().ask(query, who)).body.data.mine.pay).toBe(pay);
      expect(of().asked('mail').includes('pay')).toBe(pay === 1);
    }
  });

  it('I16 is not mixed up by values that hold what separates them', async () => {
    const pairs = [
      ['x:', 'y'],
      ['x', ':y'],
      ['x","b":"y', ''],
      ['x', 'y'],
      ['x\u0000', 'y'],
      ['x', '\u0000y'],
      ['é', ''],
      ['e\u0301', ''],
    ];
    const text = 'query ($a: String, $b: String) { mine(a: $a, b: $b) { said } }';
    const authorization = await of().authorization([]);
    const answers = await Promise.all(
      pairs.map(([a, b]) => of().ask(text, { headers: { authorization }, variables: { a, b } })),
    );
    expect(answers.map(({ body }) => body.data.mine.said)).toEqual(pairs.map((pair) => pair.join('/')));
    expect(sent(of())).toHaveLength(pairs.length);
  });

  it('I17 never shares a refusal', async () => {
    const [refused, given] = await Promise.all([of().ask(query), of().ask(query, ann)]);
    expect([refused.body.data.mine.pay, given.body.data.mine.pay]).toEqual([null, 1]);
    expect((await of().ask(query, ann)).body.errors).toBeUndefined();
  });
});

it.each([
  ['another subject', { claims: { sub: 'eve' } }],
  ['another scope', { scopes: ['x'] }],
  ['a purpose', { claims: { sub: 'ann', purposes: ['support'] }, headers: { purpose: 'support' } }],
  ['no token', { scopes: undefined }],
] as const)('I06 requests that differ by %s are two requests', async (_, other) => {
  const who = { scopes: [], claims: { sub: 'ann' } };
  const { scopes, ...rest } = { ...who, ...other };
  await Promise.all([
    house.ask('{ mine { said } }', who),
    house.ask('{ mine { said } }', { ...rest, ...(scopes && { scopes }) }),
  ]);
  expect(sent()).toHaveLength(2);
});

it('I10 I11 an entity that one caller loaded is loaded again for the next', async () => {
  const text = '{ mine(a: "1") { size } }';
  for (const who of [ann, bob, ann]) await house.ask(text, who);
  expect(house.subgraphs.get('more')?.asked).toHaveLength(3);
  await house.ask('{ mine { pay } }', ann);
  house.forget();
  expect((await house.ask('{ mine { pay } }', bob)).body.data.mine).toMatchObject({ pay: null });
  expect(house.asked()).not.toContain('pay');
});

it('I12 a decision is not kept longer than its rules: within two seconds of the change', async () => {
  const own = await openHouse([mail, more], { rules: openToAll });
  try {
    const started = Date.now();
    const pay = async () => (await own.ask(query, ann)).body.data.mine?.pay;
    expect(await pay()).toBe(1);
    await own.writeRules(
      `${openToAll} @id("global.no-pay") forbid (principal, action, resource == Field::"Box.pay");`,
    );
    await until(async () => (await pay()) === null, 2_000);
    expect(Date.now() - started).toBeLessThan(2_500);
    own.forget();
    await pay();
    expect(own.asked()).not.toContain('pay');
  } finally {
    await own.close();
  }
});

it('I14 the subgraph is told who asks with each request, not by the connection', async () => {
  for (const who of [ann, bob, ann]) await house.ask('{ mine { said } }', who);
  const subjects = sent().map(({ headers }) => String(decodeJwt(String(headers['txn-token'])).sub));
  expect(subjects[0]).not.toBe(subjects[1]);
  expect(subjects[0]).toBe(subjects[2]);
});

it('I15 each subscription has its own source, and its own rights', async () => {
  const text = 'subscription ($of: String) { came(of: $of) { said pay } }';
  const streams = [
    house.subscribe(text, { ...ann, variables: { of: '1' } }),
    house.subscribe(text, { ...bob, variables: { of: '1' } }),
    house.subscribe(text, { ...bob, variables: { of: '2' } }),
  ];
  const first = streams.map((each) => each.next());
  const events = house.subgraphs.get('mail')?.events;
  await until(() => events?.subscribers === 3);
  expect(new Set(sent().map(({ query, variables }) => query + JSON.stringify(variables))).size).toBe(3);
  events?.publish({ id: '1', said: 'x', pay: 1 });
  const pays = (await Promise.all(first)).map(({ value }) => value.data.came.pay);
  expect(pays).toEqual([1, null, null]);
  for (const each of streams) await each.return(undefined);
});

it('I19 there is no public answer that is computed from a document: a hidden member of a union is no exception', async () => {
  const { url } = await house.listen();
  const text = '{ any { ... on Box { id } ... on Lock { code } } }';
  const response = await fetch(`${url}/graphql?query=${encodeURIComponent(text)}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(response.headers.get('cache-control')).toMatch(/no-store/);
  expect(await response.text()).not.toContain('canary');
  expect(house.asked()).not.toContain('code');
});

it('I20 headers of a subgraph are given to nobody', async () => {
  const running = house.subgraphs.get('mail');
  if (running === undefined) throw new Error('there is no such subgraph');
  running.instead = {
    body: '{"data":{"mine":{"said":"x"}}}',
    headers: { 'set-cookie': 'canary=1', 'x-canary': '1' },
  };
  try {
    const { url } = await house.listen();
    const headers = { authorization: await house.authorization([]), 'apollo-require-preflight': '1' };
    const address = `${url}/graphql?query=${encodeURIComponent('{ mine { said } }')}`;
    for (const response of await Promise.all([1, 2].map(() => fetch(address, { headers })))) {
      expect(response.status).toBe(200);
      expect(JSON.stringify([...response.headers])).not.toContain('canary');
    }
  } finally {
    running.instead = undefined;
  }
});
