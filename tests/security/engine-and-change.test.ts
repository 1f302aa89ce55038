/** Rules that fail, change or are none: nothing is allowed by accident. Group O of the catalogue of attacks. */
import { once } from 'node:events';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { HouseOptions } from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import type { Planner } from '@portcullis/gateway/program';
import type { Access } from '@portcullis/gateway/request';
import { inlineToolchain } from '@portcullis/gateway/snapshot/inline-toolchain';
import type { Toolchain } from '@portcullis/gateway/snapshot/toolchain';
import { Thread } from '@portcullis/gateway/threads/thread';
import { createThreadedAccess } from '@portcullis/gateway/threads/views';
import { human, inParts, openWatched, people, type Watched } from './kit/people.ts';
import { until } from './kit/until.ts';

const opened: Watched[] = [];
afterEach(async () => {
  for (const watched of opened.splice(0)) {
    watched.scan();
    await watched.house.close();
  }
});

async function open(options: HouseOptions = {}, fixtures?: SubgraphFixture[]): Promise<Watched> {
  const watched = await openWatched(options, fixtures);
  opened.push(watched);
  return watched;
}

const refusing = (id: string, resource: string, unless = '') =>
  `${openToAll} @id("global.${id}") forbid (principal, action, resource in ${resource}) ${unless};`;
const noEmail = refusing('no-email', 'Tag::"pii"');
const query = '{ me { name email } }';
const closed = { me: { name: 'name 1', email: null } };

/** The real rules, asked in another way. */
const asking = (change: (access: Access) => Partial<Access>): HouseOptions => ({
  limits: { requestTimeoutMs: 1_000 },
  toolchain: () => ({
    ...inlineToolchain,
    async createAccess(files, supergraph) {
      const access = await inlineToolchain.createAccess(files, supergraph);
      const { version } = access;
      const viewOf: Access['viewOf'] = (...of) => access.viewOf(...of);
      return { version, viewOf, close: () => access.close(), ...change(access) };
    },
  }),
});

it.each([
  [
    'throws',
    () => {
      throw new Error('canary-engine-5d1c7e');
    },
  ],
  ['rejects', () => Promise.reject(new Error('canary-engine-5d1c7e'))],
  ['answers nothing', () => undefined as never],
  ['answers garbage', () => 'permit' as never],
  ['answers null', () => Promise.resolve(null as never)],
])('O01 an engine that %s allows nothing, within the deadline', async (_, viewOf) => {
  const { ask, house } = await open(asking(() => ({ viewOf })));
  const started = Date.now();
  const { status, body } = await ask('{ me { name } }');
  expect(status).toBeGreaterThanOrEqual(500);
  expect(body.data ?? null).toBeNull();
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(house.asked()).toBe('');
});

it('O01 an engine that hangs allows nothing, and holds up nobody else', async () => {
  const start = () => {
    const file = new URL('../../gateway/fixture/fragile-views-thread', import.meta.url);
    return new Thread({ file, memoryMb: 512, environment: {} });
  };
  // A scope that the graph does not ask for is not told to the rules.
  const sdl = people.sdl
    .replace('"@key", ', '"@key", "@requiresScopes", ')
    .replace('me: Person', 'me: Person spin: Int @requiresScopes(scopes: [["spin"]])');
  const options: HouseOptions = {
    limits: { requestTimeoutMs: 20_000 },
    toolchain: () => ({
      ...inlineToolchain,
      createAccess: (files, supergraph) => createThreadedAccess(files, supergraph, { start, mostMs: 1_500 }),
    }),
  };
  const { ask, house } = await open(options, [{ ...people, sdl }]);
  const { status, body } = await ask('{ me { name } }', { scopes: ['spin'] });
  expect([status, body.data]).toEqual([500, undefined]);
  expect(house.asked()).toBe('');
  expect((await ask('{ me { name } }')).body.data).toEqual({ me: { name: 'name 1' } });
}, 30_000);

it('O02 what no rule permits is denied', async () => {
  const rules =
    '@id("global.names") permit (principal, action, resource) when { resource in Tag::"public" };';
  const { ask, house } = await open({ rules });
  const { body } = await ask('{ me { name card } }');
  expect(body.data.me).toBeNull();
  expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(house.asked()).not.toContain('card');
});

it.each([
  ['a tag', 'resource in Tag::"tpyo"'],
  ['a field', 'resource == Field::"Person.emial"'],
  ['a type', 'resource in Type::"Persn"'],
  ['a pattern', 'resource == Field::"Person.*"'],
])('O03 O14 a rule about %s that there is not is refused when the rules are read', async (_, scope) => {
  await expect(
    openWatched({ rules: `${openToAll} @id("global.typo") forbid (principal, action, ${scope});` }),
  ).rejects.toThrow(/global\/rules\.cedar/);
});

it('O06 of several rules that are met the one that forbids wins, in whichever order', async () => {
  const permit = '@id("global.analysts") permit (principal, action, resource in Tag::"pii");';
  for (const rules of [`${permit} ${noEmail}`, `${noEmail} ${permit}`]) {
    const { ask, house } = await open({ rules });
    expect((await ask(query, { ...human, claims: { roles: ['analyst', 'irrelevant'] } })).body.data).toEqual(
      closed,
    );
    expect(house.asked()).not.toContain('email');
  }
});

/** Wherever a request waits for something. */
const moments = [
  'before it is decided',
  'while it is decided',
  'before it is planned',
  'while it is planned',
  'while the first subgraph answers',
  'while the second subgraph answers',
  'while a part is awaited that comes later',
] as const;

it.each(moments)('O07 a request is answered by one snapshot, though other rules come %s', async (moment) => {
  let turn: (() => Promise<void>) | undefined;
  const at = async (...passed: readonly (typeof moments)[number][]) => {
    if (!passed.includes(moment)) return;
    const now = turn;
    turn = undefined;
    await now?.();
  };
  const first: SubgraphFixture = {
    ...people,
    resolvers: {
      ...people.resolvers,
      Query: {
        ...people.resolvers['Query'],
        async me() {
          await at('while the first subgraph answers');
          const nothing = undefined as never;
          return people.resolvers['Query']?.['me']?.(nothing, nothing, nothing);
        },
      },
    },
  };
  const second: SubgraphFixture = {
    name: 'desks',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
      type Person @key(fields: "id") { id: ID! @tag(name: "public") desk: String @tag(name: "public") }`,
    resolvers: {
      Person: {
        async desk() {
          await at('while the second subgraph answers', 'while a part is awaited that comes later');
          return 'D1';
        },
      },
    },
  };
  const toolchain: Toolchain = {
    ...inlineToolchain,
    async createAccess(files, supergraph) {
      const access = await inlineToolchain.createAccess(files, supergraph);
      const viewOf: Access['viewOf'] = async (...of) => {
        await at('before it is decided');
        const view = await access.viewOf(...of);
        await at('while it is decided');
        return view;
      };
      return { version: access.version, viewOf, close: () => access.close() };
    },
    async createPlanner(supergraphSdl) {
      const planner = await inlineToolchain.createPlanner(supergraphSdl);
      const plan: Planner['plan'] = async (...of) => {
        await at('before it is planned');
        const made = await planner.plan(...of);
        await at('while it is planned');
        return made;
      };
      return { plan, close: () => planner.close() };
    },
  };
  const limits = { requestTimeoutMs: 20_000, subgraphTimeoutMs: 15_000 };
  const watched = await open({ toolchain: () => toolchain, limits, rules: noEmail }, [first, second]);
  const { house } = watched;
  turn = async () => {
    expect(house.asked()).not.toContain('email');
    const { generation } = house.gateway.ready();
    await house.writeSource([{ ...first, sdl: `${first.sdl} type Other { a: Int }` }, second]);
    await until(() => house.gateway.ready().generation !== generation);
    await house.writeRules(openToAll);
    await until(async () => (await house.ask('{ me { email } }', human)).body.data.me.email !== null);
    house.forget();
  };
  const text =
    moment === 'while a part is awaited that comes later'
      ? await inParts(watched, '{ me { name ... @defer { email desk } } }')
      : (await watched.ask('{ me { name email desk } }')).text;
  expect(turn).toBeUndefined();
  expect(text).toContain('"name":"name 1"');
  expect(text).toContain('"email":null,"desk":"D1"');
  expect(text.match(/"code":"FORBIDDEN"/g)).toHaveLength(1);
  expect(house.asked()).not.toContain('email');
});

it.each([
  ['an empty file', (folder: string) => truncate(join(folder, 'policies/global/rules.cedar'), 0)],
  ['a truncated file', (folder: string) => truncate(join(folder, 'policies/global/rules.cedar'), 60)],
  ['no file', (folder: string) => rm(join(folder, 'policies/global/rules.cedar'))],
  ['no folder', (folder: string) => rm(join(folder, 'policies'), { recursive: true })],
  [
    'a file that is none of Cedar',
    (folder: string) => writeFile(join(folder, 'policies/global/rules.cedar'), '\u0000'),
  ],
])('O08 %s in place of the rules leaves those before in force', async (_, spoil) => {
  const { ask, house } = await open({ rules: noEmail });
  await spoil(house.folder);
  await until(() => house.gateway.ready().refused !== undefined);
  expect((await ask(query)).body.data).toEqual(closed);
  expect(house.asked()).not.toContain('email');
});

it('O08 of a graph and rules that change together neither comes into force where one is wrong', async () => {
  const { ask, house } = await open({ rules: noEmail });
  const { generation } = house.gateway.ready();
  await writeFile(join(house.folder, 'policies/global/rules.cedar'), 'permit (principal, acton, resource);');
  await until(() => house.gateway.ready().refused !== undefined);
  await house.writeSource([
    { ...people, sdl: people.sdl.replace('email: String', 'bank: String email: String') },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(house.gateway.ready().generation).toBe(generation);
  expect((await ask('{ me { bank } }')).status).toBe(400);
  expect((await ask(query)).body.data).toEqual(closed);
  expect(house.asked()).not.toMatch(/bank|email/);
  // It was the rules that stood in the way.
  await house.writeRules(noEmail);
  await until(() => house.gateway.ready().generation !== generation);
  expect((await ask('{ me { bank } }')).status).toBe(200);
});

it.each(['', '@id("global.typo") permit (principal, acton, resource);'])(
  'O08 O09 a gateway without rules does not start: "%s"',
  async (rules) => {
    await expect(openWatched({ rules })).rejects.toThrow();
  },
);

it('O09 a gateway is not there before its rules are', async () => {
  const order: string[] = [];
  const opening = open({
    toolchain: () => ({
      ...inlineToolchain,
      async createAccess(files, supergraph) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        order.push('rules');
        return inlineToolchain.createAccess(files, supergraph);
      },
    }),
  });
  const { house } = await opening.finally(() => order.push('gateway'));
  expect(order).toEqual(['rules', 'gateway']);
  expect(house.gateway.ready().ready).toBe(true);
});

it('O10 rules that are only measured loosen nothing', async () => {
  const { ask, house } = await open({ rules: noEmail, measured: openToAll });
  expect((await ask(query)).body.data).toEqual(closed);
  expect(house.asked()).not.toContain('email');
});

it('O12 O15 rules ask nothing of the client: headers, variables and extensions change no decision', async () => {
  const rules = refusing('inside', 'Tag::"pii"', 'when { context.zone == Zone::"internet" }');
  const { ask, house } = await open({ rules });
  const claimed = {
    zone: 'corp',
    tenantId: '1',
    timezone: 'UTC',
    hour: 3,
    date: '2020-01-01',
    roles: ['admin'],
  };
  const headers = Object.fromEntries(Object.entries(claimed).map(([name, value]) => [name, String(value)]));
  const more = {
    variables: claimed,
    extensions: claimed,
    headers: { ...headers, 'x-forwarded-for': '10.0.0.1' },
  };
  expect((await ask(query, { ...human, ...more })).body.data).toEqual(closed);
  expect(house.asked()).not.toContain('email');
});

it('O13 a new field without a tag is denied where rules permit by tags', async () => {
  const sdl = people.sdl.replace('email: String', 'bankAccount: String email: String');
  const rules = `@id("global.public") permit (principal, action, resource in Tag::"public");
    @id("global.roots") permit (principal, action, resource in Type::"Query");`;
  const { ask, house } = await open({ rules }, [{ ...people, sdl }]);
  const { body } = await ask('{ me { name bankAccount } }');
  expect(body.data).toEqual({ me: { name: 'name 1', bankAccount: null } });
  expect(house.asked()).not.toContain('bankAccount');
});

it('O18 every kind of operation is decided by the same rules', async () => {
  const { ask, house } = await open({ rules: noEmail });
  for (const text of [
    '{ me { email } }',
    'mutation { rename { email } }',
    '{ hits { ... on Person { email } } }',
  ]) {
    const { body } = await ask(text);
    expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
  }
  const results = house.subscribe('subscription { renamed { name email } }', human);
  const first = results.next();
  const { events } = house.subgraphs.get('people') ?? {};
  await until(() => events?.subscribers === 1);
  events?.publish({ id: '1', name: 'n', email: 'x' });
  expect((await first).value.data).toEqual({ renamed: { name: 'n', email: null } });
  await results.return(undefined);
  expect(house.asked()).not.toContain('email');
});

const bodies = { 'content-type': 'application/json', accept: 'application/json' };
it.each(['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'QUERY'])(
  'O18 there is one door: by %s nothing is executed but at its address, by POST or GET',
  async (method) => {
    const { house, saw } = await open({ rules: noEmail, anonymous: 'deny' });
    const { url } = await house.listen();
    const headers = { ...bodies, authorization: await house.authorization(['any']) };
    const body = JSON.stringify({ query });
    const search = new URLSearchParams({ query });
    const asked = async (path: string, who: Readonly<Record<string, string>>) => {
      const { port } = new URL(url);
      const sent = request({
        port,
        path: method === 'POST' ? path : `${path}?${search}`,
        method,
        headers: who,
      });
      sent.end(method === 'GET' || method === 'HEAD' ? undefined : body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const text = (await response.toArray()).join('');
      saw(text);
      return text.includes('"data"');
    };
    const executes = method === 'POST' || method === 'GET';
    expect(await asked('/graphql', headers)).toBe(executes);
    expect(await asked('/graphql', bodies)).toBe(false);
    house.forget();
    for (const path of [
      '/',
      '/graphql/x',
      '/graphql/batch',
      '/graphql/stream',
      '/graphql/stream/',
      '/Graphql',
      '//graphql',
      '/v1/graphql',
      '/v1/schema.graphql',
      '/v1',
      '/query',
      '/api/graphql',
      '/batch',
      '/explorer',
      '/export',
      '/internal',
      '/healthz',
      '/readyz',
      '/.well-known/jwks.json',
      '/explorer/personas.json',
      '/demo/token',
      '/metrics',
    ])
      expect([path, await asked(path, headers)]).toEqual([path, false]);
    expect(house.asked()).toBe('');
  },
);

it('O19 there is no limit of rates for what is asked that a second node would double: equal requests are decided alike, however many', async () => {
  const { ask } = await open({ rules: noEmail });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(query)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});
