/** Service tokens from the outside: as BI tools send them, through the front door. */
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  createServiceToken,
  printServiceToken,
  type ServiceToken,
} from './authenticate/service-tokens/token.ts';
import { printTokenFile, type ServicePrincipal } from './authenticate/service-tokens/token-file.ts';
import { company } from './fixture/company.ts';
import { type Ask, type House, openHouse, type Result } from './fixture/house.ts';
import { noRights, stored } from './fixture/service-tokens.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { RunningServer } from './listen/server.ts';

const live: SubgraphFixture = {
  name: 'live',
  subscriptions: 'sse',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { streams: [Stream] }
    type Subscription { viewers: Stream }
    type Stream @key(fields: "id") { id: ID! viewers: Int! }`,
  resolvers: {},
};

/** Says of everything that it stands for a key which it shares. */
const desks: SubgraphFixture = {
  name: 'desks',
  sdl: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses", "@usesNothing", "@carrier"])
    @composeDirective(name: "@uses")
    @composeDirective(name: "@usesNothing")
    @composeDirective(name: "@carrier")
  directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @carrier on OBJECT
  enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }
  enum DeskKey { SALARY @uses(field: "Employee.salary", as: GROUP) }
  type Query {
    seated(first: Int @usesNothing): Seated @uses(field: "Employee.id", as: FILTER)
    seatedGrouped(by: [DeskKey!]!): SeatedGroups @uses(field: "Employee.id", as: FILTER)
  }
  type Mutation { seat(id: ID! @uses(field: "Employee.id", as: FILTER)): Boolean @uses(field: "Employee.id", as: WRITE) }
  type Seated @carrier { nodes: [Employee]  total: Int @uses(field: "Employee.id", as: AGGREGATE) }
  type SeatedGroups @carrier { count: Int @uses(field: "Employee.id", as: AGGREGATE) }
  type Employee @key(fields: "id") { id: ID! desks: Int @uses(field: "Employee.id", as: AGGREGATE) }`,
  resolvers: {
    Query: { seated: () => ({ nodes: [{ id: '1' }], total: 7 }), seatedGrouped: () => ({ count: 7 }) },
    Mutation: { seat: () => true },
    Employee: { desks: () => 3 },
  },
};

const names = ['whole', 'paid', 'hr', 'nothing', 'going', 'spare'] as const;
const made = Object.fromEntries(names.map((name) => [name, createServiceToken()])) as Record<
  (typeof names)[number],
  ServiceToken
>;
const inAYear = Math.floor(Date.now() / 1000) + 365 * 86_400;
const tokens = (...all: readonly ServiceToken[]) =>
  all.map((token) => stored(token, { created: inAYear - 500 * 86_400, expires: inAYear }));

const everybody: Readonly<Record<string, ServicePrincipal>> = {
  whole: { ...noRights, tokens: tokens(made.whole) },
  paid: { ...noRights, scopes: ['hr:pay'], tokens: tokens(made.paid) },
  hr: { ...noRights, scopes: ['hr:pay', 'hr:pii'], products: ['hr'], tokens: tokens(made.hr) },
  nothing: { ...noRights, products: [], tokens: tokens(made.nothing) },
  going: { ...noRights, kind: 'service', purposes: ['support'], tokens: tokens(made.going) },
};

let house: House;
let server: RunningServer;
const refusals: { readonly reason: string; readonly issuer: string | undefined }[] = [];
const faults: unknown[] = [];
const refused: string[] = [];

/** As the command line writes it: another file, in the place of the one before. */
async function write(principals: Readonly<Record<string, ServicePrincipal>>): Promise<void> {
  const draft = join(house.folder, 'tokens.draft');
  await writeFile(draft, printTokenFile(new Map(Object.entries(principals))), { mode: 0o600 });
  await rename(draft, join(house.folder, 'tokens.json'));
}

beforeAll(async () => {
  house = await openHouse([...company, live, desks], {
    serviceTokens: true,
    anonymous: 'deny',
    audit: true,
    observers: {
      tokenRefused: (event) => void refusals.push(event),
      requestFaulted: ({ error }) => void faults.push(error),
      serviceTokensRefused: ({ reason }) => void refused.push(reason),
    },
  });
  server = await house.listen();
  await write(everybody);
  await until(async () => (await ask(made.going)).status === 200);
});
afterAll(async () => {
  expect(faults).toEqual([]);
  await house.close();
});

async function until(check: () => boolean | Promise<boolean>): Promise<number> {
  const from = Date.now();
  while (!(await check())) {
    if (Date.now() - from > 5_000) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return Date.now() - from;
}

const bearer = (token: ServiceToken) => `Bearer ${printServiceToken(token)}`;
const basic = (token: ServiceToken, user = 'anybody') =>
  `Basic ${Buffer.from(`${user}:${printServiceToken(token)}`).toString('base64')}`;
const ask = (token: ServiceToken, query = '{ __typename }', more: Ask = {}) =>
  house.ask(query, { ...more, headers: { ...more.headers, authorization: bearer(token) } });

describe('a service token', () => {
  const query = '{ employees { id name } }';
  const answer = {
    data: {
      employees: [
        { id: '1', name: 'Ann' },
        { id: '2', name: 'Bob' },
      ],
    },
  };

  it.each([
    ['Bearer', bearer(made.whole)],
    ['Basic', basic(made.whole)],
    ['Basic without a user', basic(made.whole, '')],
  ])('opens what its rights do, by POST and by GET, as %s', async (_, authorization) => {
    const headers = { authorization, accept: 'application/json' };
    const posted = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect([posted.status, await posted.json()]).toEqual([200, answer]);
    const got = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers });
    expect([got.status, await got.json()]).toEqual([200, answer]);
    const schema = await fetch(`${server.url}/v1/schema.graphql`, { headers });
    expect(schema.status).toBe(200);
  });

  it('has the scopes, purposes and kind of its principal', async () => {
    const salaries = '{ employees { salary } }';
    expect((await ask(made.paid, salaries)).body.data.employees).toEqual([
      { salary: 95000 },
      { salary: 71000 },
    ]);
    // Of a BI tool, the whole operation is refused.
    expect((await ask(made.whole, salaries)).body).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect((await ask(made.going, query, { headers: { purpose: 'support' } })).status).toBe(200);
    expect((await ask(made.going, query, { headers: { purpose: 'research' } })).status).toBe(403);
    expect((await ask(made.going, query, { headers: { 'break-glass': 'it burns' } })).status).toBe(403);
  });

  it('shares nothing with another principal, and what subgraphs are told names it', async () => {
    house.forget();
    const [one, other] = await Promise.all([ask(made.whole, query), ask(made.paid, query)]);
    expect([one.body, other.body]).toEqual([answer, answer]);
    const asked = house.subgraphs.get('hr')?.asked ?? [];
    const subjects = asked.map(({ headers }) => decodeJwt(String(headers['txn-token'])).sub);
    expect(subjects.sort()).toEqual(['portcullis:service-tokens|paid', 'portcullis:service-tokens|whole']);
  });
});

describe('a principal that is limited to products', () => {
  it('gets what they hold', async () => {
    house.forget();
    const { body } = await ask(made.hr, '{ employees { id name email salary } }');
    expect(body.data.employees[0]).toEqual({ id: '1', name: 'Ann', email: 'ann@example.org', salary: 95000 });
  });

  it.each([
    ['a field of another', '{ employees { name payslips } }'],
    ['a root field of another', '{ contact { id } }'],
    ['through an interface', '{ person(id: "1") { name ... on Employee { calls } } }'],
    ['what another adds to an interface', '{ person(id: "1") { name stars } }'],
    ['a list of another, of a key that is shared', '{ seated(first: 1000) { total nodes { id } } }'],
    ['groups of another', '{ seatedGrouped(by: []) { count } }'],
    ['totals of another on a type that is shared', '{ employees { id desks } }'],
    ['a mutation of another that writes a shared key', 'mutation { seat(id: "1") }'],
  ])('is refused %s, and nothing of it is fetched', async (_, query) => {
    house.forget();
    const { body } = await ask(made.hr, query);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(body.data ?? null).toBeNull();
    expect(house.asked()).toBe('');
  });

  it('is shown nothing of them', async () => {
    const { body } = await ask(
      made.hr,
      '{ __schema { queryType { fields { name } } } __type(name: "Employee") { fields { name } } }',
    );
    const fields = body.data.__type.fields.map(({ name }: { name: string }) => name);
    expect(fields).toEqual(expect.arrayContaining(['id', 'name', 'salary']));
    expect(fields).not.toContain('payslips');
    expect(fields).not.toContain('calls');
    expect(body.data.__schema.queryType.fields.map(({ name }: { name: string }) => name)).not.toContain(
      'contact',
    );
    const types = await ask(made.hr, '{ __schema { types { name } } }');
    const names = types.body.data.__schema.types.map(({ name }: { name: string }) => name);
    for (const each of ['Seated', 'SeatedGroups', 'DeskKey']) expect(names).not.toContain(each);
    expect([fields.includes('desks'), names.includes('Employee')]).toEqual([false, true]);
    const access = await ask(made.whole, '{ employees { payslips } }');
    expect(access.body.data.employees).toHaveLength(2);
  });

  it('of which there is none gets nothing', async () => {
    expect((await ask(made.nothing)).body).toEqual({ data: { __typename: 'Query' } });
    expect((await ask(made.nothing, '{ employees { id } }')).body.data ?? null).toBeNull();
  });
});

describe('what is no service token', () => {
  it('is refused in one way, whatever is wrong, and the log knows why', async () => {
    refusals.length = 0;
    const right = printServiceToken(made.whole);
    const headers = [
      `Bearer ${right}x`,
      `Bearer ${right.slice(0, -1)}`,
      bearer({ id: made.whole.id, secret: made.paid.secret }),
      bearer(made.spare),
      basic(made.spare),
      `Basic ${Buffer.from('ann:secret').toString('base64')}`,
      'Basic ???',
    ];
    const answers = await Promise.all(
      headers.map(async (authorization) => {
        const response = await fetch(`${server.url}/graphql?query={__typename}`, {
          headers: { authorization },
        });
        const { errors } = (await response.json()) as { errors: unknown };
        return [response.status, response.headers.get('www-authenticate'), errors];
      }),
    );
    for (const each of answers)
      expect(each).toEqual([
        401,
        'Bearer realm="portcullis", error="invalid_token", Basic realm="portcullis", charset="UTF-8"',
        [{ message: 'The access token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }],
      ]);
    expect(new Set(refusals.map(({ reason }) => reason)).size).toBe(4);
    for (const { reason, issuer } of refusals) {
      expect(issuer).toBe('portcullis:service-tokens');
      expect(reason).not.toContain(made.whole.secret);
    }
  });

  it('is asked for by a challenge of either kind', async () => {
    const response = await fetch(`${server.url}/graphql?query={__typename}`);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="portcullis", Basic realm="portcullis", charset="UTF-8"',
    ]);
  });

  it('beside a JWT changes nothing for that', async () => {
    expect((await house.ask('{ __typename }', { scopes: [] })).status).toBe(200);
  });

  it('never gets in and never makes a fault, however it is mutated', async () => {
    const right = printServiceToken(made.whole);
    const letters = 'abcXYZ019_-.:=+/ pc\u00e9\u0000';
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const statuses = new Map<number, number>();
    for (let n = 0; n < 1000; n++) {
      const text = [...right];
      for (let times = next(3); times >= 0; times--)
        text.splice(next(text.length), next(2), letters[next(letters.length)] ?? '');
      const mutated = text.join('');
      if (mutated === right) continue;
      const credentials = n % 2 === 0 ? mutated : Buffer.from(`user:${mutated}`).toString('base64');
      const { status } = await house.ask('{ __typename }', {
        headers: { authorization: `${n % 2 === 0 ? 'Bearer' : 'Basic'} ${credentials}` },
      });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()]).toEqual([401]);
    expect(statuses.get(401)).toBeGreaterThan(900);
  });

  it('is a browser that another site makes send the credentials which it remembers', async () => {
    const headers = { authorization: basic(made.whole), 'sec-fetch-site': 'cross-site' };
    const { status, headers: answered } = await fetch(`${server.url}/graphql?query={__typename}`, {
      headers,
    });
    expect([status, answered.get('www-authenticate')]).toEqual([400, null]);
    const set = { ...headers, authorization: bearer(made.whole) };
    expect((await fetch(`${server.url}/graphql?query={__typename}`, { headers: set })).status).toBe(200);
  });
});

describe('a change of the file is in force within two seconds', () => {
  it('for a token that is revoked, whose streams end, and for nobody else', async () => {
    const streamOf = (token: ServiceToken) => {
      const leaving = new AbortController();
      const authorization = bearer(token);
      const results = house.subscribe('subscription { viewers { viewers } }', {
        headers: { authorization },
        signal: leaving.signal,
      });
      return { first: results.next(), leave: () => leaving.abort(new DOMException('gone', 'AbortError')) };
    };
    const going = streamOf(made.going);
    const staying = streamOf(made.whole);
    const source = house.subgraphs.get('live');
    await until(() => source?.events.subscribers === 2);
    const { going: _, ...others } = everybody;
    await write(others);
    const from = Date.now();
    const ended = going.first.then(({ value }) => ({ value: value as Result, after: Date.now() - from }));
    expect(await until(async () => (await ask(made.going)).status === 401)).toBeLessThan(2_000);
    const { value, after } = await ended;
    expect(value.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(value.data).toBeUndefined();
    expect(after).toBeLessThan(2_000);
    source?.events.publish({ id: '1', viewers: 3 });
    expect((await staying.first).value).toEqual({ data: { viewers: { viewers: 3 } } });
    staying.leave();
  });

  it('for one that is made', async () => {
    await write({ ...everybody, spare: { ...noRights, tokens: tokens(made.spare) } });
    expect(await until(async () => (await ask(made.spare)).status === 200)).toBeLessThan(2_000);
  });

  it('but not if it is malformed or open to others: then it is told, and what held goes on', async () => {
    await writeFile(join(house.folder, 'tokens.json'), '{ "version": 1');
    await until(() => refused.length === 1);
    await write({});
    await until(async () => (await ask(made.whole)).status === 401);
    await write(everybody);
    await until(async () => (await ask(made.whole)).status === 200);
    await chmod(join(house.folder, 'tokens.json'), 0o640);
    await until(() => refused.length === 2);
    expect((await ask(made.whole)).status).toBe(200);
    expect(refused).toEqual([
      expect.stringContaining('cannot be used: the file is not valid JSON'),
      expect.stringContaining('(mode 0640)'),
    ]);
  });
});
