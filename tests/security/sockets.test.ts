/** Rows of group J that concern the connection itself: frames as no client library would send them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createSigner, serve, trustedIssuer } from '@portcullis/gateway/authenticate/fixture';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { now, openProviders, type Providers } from './kit/providers.ts';
import { RawSocket } from './kit/raw-socket.ts';
import { until } from './kit/until.ts';

const done: string[] = [];
const staff: SubgraphFixture = {
  name: 'staff',
  sdl: `type Query { me: Person } type Mutation { rename: Int }
    type Subscription { renamed: Person } type Person { name: String pay: Int boss: Person }`,
  resolvers: {
    Query: { me: () => ({ name: 'Ann', pay: 5 }) },
    Mutation: { rename: () => done.push('rename') },
  },
};
const rules = `${openToAll} @id("global.pay") forbid (principal, action, resource == Field::"Person.pay");`;

let providers: Providers;
let house: House;
let url: string;
const opened: RawSocket[] = [];

beforeAll(async () => {
  providers = await openProviders();
  house = await openHouse([staff], { anonymous: 'deny', issuers: providers.issuers, rules });
  url = `${(await house.listen()).url}/graphql`;
});
beforeEach(() => {
  house.forget();
  done.length = 0;
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.end();
  await until(() => events().subscribers === 0);
});
afterAll(async () => {
  await house.close();
  await providers.close();
});

const subscription = 'subscription { renamed { name } }';
const authorized = () => ({ Authorization: providers.one.bearer() });

function events() {
  const { events: published } = house.subgraphs.get('staff') ?? {};
  if (published === undefined) throw new Error('no subgraph');
  return published;
}

function connect(headers: Readonly<Record<string, string>> = {}, to = url): RawSocket {
  const socket = new RawSocket(to, headers);
  opened.push(socket);
  return socket;
}

it('J01 what comes over a WebSocket goes through the same stages as over HTTP', async () => {
  const socket = await connect().init(authorized());
  const deep = `{ me { ${'boss { '.repeat(20)} name ${'} '.repeat(20)} } }`;
  for (const [id, query] of Object.entries({
    denied: '{ me { pay } }',
    deep,
    hidden: '{ _entities(representations: []) { __typename } }',
    unknown: '{ me { nothing } }',
  })) {
    socket.subscribe(id, query);
    const text = JSON.stringify(await socket.first(id));
    expect(text).toMatch(/FORBIDDEN|GRAPHQL_VALIDATION_FAILED|DEPTH_LIMIT/);
    expect(text).not.toContain('"pay":5');
  }
  expect(house.asked()).not.toMatch(/pay|boss|nothing|_entities/);
  const nobody = await connect().init();
  expect(await nobody.closed()).toBe(4403);
});

it('J03 an operation that comes in one burst with the first message waits for who it is, or is never one', async () => {
  const signer = createSigner('k1');
  const slow = await serve((_, response) =>
    setTimeout(() => response.end(JSON.stringify({ keys: [signer.jwk] })), 300),
  );
  const issuer = 'https://slow.example';
  const late = await openHouse([staff], { anonymous: 'deny', issuers: [trustedIssuer(issuer, slow.url)] });
  try {
    const { url: to } = await late.listen();
    const iat = now();
    const good = signer.token({ iss: issuer, aud: 'portcullis', sub: 'ann', iat, exp: iat + 60 });
    for (const token of [good, `${good.slice(0, -8)}AAAAAAAA`]) {
      const socket = await connect({}, `${to}/graphql`).opened();
      socket.send(
        { type: 'connection_init', payload: { Authorization: `Bearer ${token}` } },
        { type: 'subscribe', id: '1', payload: { query: '{ me { name } }' } },
      );
      expect([4401, 4403]).toContain(await socket.closed());
      expect(socket.of('1')).toEqual([]);
      expect(late.asked()).toBe('');
    }
  } finally {
    await late.close();
    await slow.close();
  }
});

it('J04 nobody becomes somebody else on a connection: a second connection_init ends it', async () => {
  const socket = await connect().init(authorized());
  socket.subscribe('1', subscription);
  await until(() => events().subscribers === 1);
  house.forget();
  socket.send(
    { type: 'connection_init', payload: { Authorization: providers.two.bearer({ sub: 'eve' }) } },
    { type: 'subscribe', id: '2', payload: { query: '{ me { name } }' } },
  );
  expect(await socket.closed()).toBe(4429);
  await until(() => events().subscribers === 0);
  expect([socket.of('2'), house.asked()]).toEqual([[], '']);
});

it('J05 a stream ends with the token that it began with, though nothing happens', async () => {
  const socket = await connect().init({ Authorization: providers.one.bearer({ exp: now() + 2 }) });
  socket.subscribe('1', subscription);
  await until(() => events().subscribers === 1);
  expect(await socket.closed()).toBe(4403);
  expect(socket.of('1')).toMatchObject([
    { type: 'next', payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } },
    { type: 'complete' },
  ]);
  house.forget();
  events().publish({ name: 'Bea' });
  expect([events().subscribers, house.asked()]).toEqual([0, '']);
});

it.each<[string, Readonly<Record<string, string>>]>([
  ['another origin', { origin: 'https://evil.example' }],
  ['no origin that can be told', { origin: 'null' }],
  ['a neighbour', { 'sec-fetch-site': 'same-site' }],
])(
  'J12 a page of %s opens no WebSocket, with the cookies and the token of whoever looks at it',
  async (_, headers) => {
    const own = { cookie: 'session=1', authorization: providers.one.bearer() };
    const socket = connect({ ...headers, ...own });
    await socket.closed();
    expect([socket.status, house.asked()]).toEqual([403, '']);
  },
);

it('J12 a cookie is nobody on a WebSocket of one’s own either', async () => {
  const token = providers.one.bearer().slice('Bearer '.length);
  const socket = await connect({ cookie: `session=${token}; access_token=${token}` }).init();
  expect([await socket.closed(), house.asked()]).toEqual([4403, '']);
});

it('J16 a mutation over a WebSocket is one of its operations, and is decided like any other', async () => {
  const socket = await connect().init(authorized());
  for (let id = 1; id <= 5; id += 1) socket.subscribe(String(id), subscription);
  await until(() => events().subscribers === 5);
  socket.subscribe('6', 'mutation { rename }');
  expect(await socket.first('6')).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'RATE_LIMITED' } }],
  });
  expect(done).toEqual([]);
  expect(house.asked()).not.toContain('mutation');
  socket.send({ type: 'complete', id: '1' });
  await until(() => events().subscribers === 4);
  socket.subscribe('7', 'mutation { rename }');
  expect(await socket.first('7')).toMatchObject({ payload: { data: { rename: 1 } } });
});

it('J18 an event that comes after all have left is nothing, and neither is what is sent after the end', async () => {
  const socket = await connect().init(authorized());
  for (let turn = 0; turn < 20; turn += 1) {
    socket.subscribe(`s${turn}`, subscription);
    await until(() => events().subscribers === 1);
    events().publish({ name: 'Bea' });
    socket.send({ type: 'complete', id: `s${turn}` }, { type: 'complete', id: `s${turn}` });
    events().publish({ name: 'Cy' });
    await until(() => events().subscribers === 0);
    events().publish({ name: 'Dee' });
  }
  socket.subscribe('last', '{ me { name } }');
  expect(await socket.first('last')).toMatchObject({ payload: { data: { me: { name: 'Ann' } } } });
});
