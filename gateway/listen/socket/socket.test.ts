import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type House, type HouseOptions, openHouse } from '../../fixture/house.ts';
import type { SubgraphFixture } from '../../fixture/subgraph.ts';
import type { StreamEnded } from '../../observe/observers.ts';

const live: SubgraphFixture = {
  name: 'live',
  sdl: `type Query { hello: String slow: Int } type Subscription { ticks: Tick } type Tick { n: Int pad: String }`,
  resolvers: {
    Query: { hello: () => 'there', slow: () => new Promise((resolve) => setTimeout(resolve, 300)) },
  },
};

const ticks = 'subscription { ticks { n pad } }';

/** Frames as they are: what a library would not send, and what it would not show. */
class Raw {
  readonly socket: WebSocket;
  readonly received: { type: string; id?: string; payload?: unknown }[] = [];

  constructor(url: string, headers: Record<string, string> = {}, protocol = ['graphql-transport-ws']) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), protocol, { headers });
    this.socket.on('message', (data) => this.received.push(JSON.parse(String(data))));
    this.socket.on('error', () => {});
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async init(payload?: unknown): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    this.send({ type: 'connection_init', payload });
    await until(() => this.received.some(({ type }) => type === 'connection_ack') || this.isClosed());
    return this;
  }

  subscribe(id: string, query: string): void {
    this.send({ type: 'subscribe', id, payload: { query } });
  }

  of(id: string) {
    return this.received.filter((message) => message.id === id);
  }

  isClosed(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  async closed(): Promise<{ code: number; reason: string }> {
    const [code, reason] = await once(this.socket, 'close');
    return { code, reason: String(reason) };
  }

  /** Of an upgrade that is refused. */
  async refused(): Promise<number | undefined> {
    const [, response] = await once(this.socket, 'unexpected-response');
    response.resume();
    return response.statusCode;
  }
}

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 4_000;
  while (!check()) {
    if (Date.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ended: StreamEnded[] = [];
const open: { close(): unknown }[] = [];
let house: House;
let url: string;

async function start(
  options: HouseOptions = {},
): Promise<{ house: House; url: string; close(): Promise<void> }> {
  const started = await openHouse([live], {
    observers: { streamEnded: (event) => void ended.push(event) },
    ...options,
  });
  const server = await started.listen();
  return { house: started, url: `${server.url}/graphql`, close: () => server.close() };
}

function raw(...[to = url, ...rest]: Partial<ConstructorParameters<typeof Raw>>): Raw {
  const client = new Raw(to, ...rest);
  open.push({ close: () => client.socket.terminate() });
  return client;
}

/** How a connection is closed that is never acknowledged. */
async function refusal(to: string, headers: Record<string, string>, payload: Record<string, unknown>) {
  const client = raw(to, headers);
  const over = client.closed();
  await client.init(payload);
  expect(client.received).toEqual([]);
  return over;
}

beforeAll(async () => {
  ({ house, url } = await start());
});
afterEach(async () => {
  for (const each of open.splice(0)) each.close();
  await until(() => events().subscribers === 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  ended.length = 0;
});
afterAll(() => house.close());

const events = () => house.subgraphs.get('live')?.events ?? fail();
function fail(): never {
  throw new Error('no subgraph');
}

describe('the upgrade', () => {
  it('is refused anywhere else, and to pages of other sites', async () => {
    const host = new URL(url).host;
    expect(await raw(url.replace('/graphql', '/other')).refused()).toBe(404);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://${host}.evil.example` },
      { origin: `http://${host}`, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect(await raw(url, headers).refused()).toBe(403);
    }
    for (const headers of [{ origin: `http://${host}` }, { origin: `https://${host}` }, {}]) {
      await raw(url, headers).init();
    }
  });

  it('leads to nothing without the subprotocol', async () => {
    expect((await raw(url, {}, []).closed()).code).toBe(4406);
    const old = raw(url, {}, ['graphql-ws']);
    await until(() => old.isClosed());
    expect(old.received).toEqual([]);
    for (const nearly of ['GRAPHQL-TRANSPORT-WS', 'graphql-transport-ws2', 'x-graphql-transport-ws']) {
      const client = raw(url, {}, [nearly]);
      await until(() => client.isClosed());
      expect(client.received).toEqual([]);
    }
    // Of several that are offered, the one that is spoken here.
    const several = await raw(url, {}, ['graphql-ws', 'graphql-transport-ws']).init();
    expect(several.socket.protocol).toBe('graphql-transport-ws');
  });

  it('is for WebSockets: who offers HTTP/2 gets an answer', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const body = '{"query":"{hello}"}';
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: Upgrade, HTTP2-Settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('{"data":{"hello":"there"}}');
  });

  it('has a most', async () => {
    const few = await start({ streams: { sockets: 1 } });
    const first = await raw(few.url).init();
    expect(await raw(few.url).refused()).toBe(503);
    first.socket.close();
    await first.closed();
    await raw(few.url).init();
    await few.house.close();
  });

  it('gives the place of who says nothing to who says at once who it is', async () => {
    const few = await start({ streams: { sockets: 5 } });
    const silent = Array.from({ length: 20 }, () => raw(few.url));
    await Promise.all(
      silent.map(({ socket }) => Promise.race([once(socket, 'open'), once(socket, 'close')])),
    );
    const known = await Promise.all(Array.from({ length: 5 }, () => raw(few.url).init()));
    expect(known.map((each) => each.isClosed())).toEqual(Array(5).fill(false));
    expect(await raw(few.url).refused()).toBe(503);
    expect(known.map((each) => each.isClosed())).toEqual(Array(5).fill(false));
    await few.house.close();
  });

  it('does not end the process when it is refused to who has gone', async () => {
    const { hostname, port } = new URL(url);
    const upgrade =
      'GET /nope HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const burst = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(300) + upgrade;
    for (let at = 0; at < 100; at += 1) {
      const socket = connect(Number(port), hostname).on('error', () => {});
      socket.pause();
      socket.write(burst, () => setTimeout(() => socket.resetAndDestroy(), at % 20));
      await once(socket, 'close');
    }
    await raw(url).init();
  });

  it('in open mode is for this machine alone', async () => {
    const opened = await start({ open: true });
    expect(await raw(opened.url, { host: 'evil.example' }).refused()).toBe(421);
    expect(await raw(opened.url, { host: 'a b' }).refused()).toBe(421);
    await raw(opened.url).init();
    await opened.house.close();
  });
});

describe('the protocol', () => {
  it('gives ids back, and runs operations beside each other', async () => {
    const client = await raw().init();
    client.subscribe('__proto__', '{ hello }');
    client.subscribe('2', ticks);
    await until(() => events().subscribers === 1);
    client.subscribe('3', '{ hello }');
    events().publish({ n: 1 });
    await until(() => client.of('3').length === 2 && client.of('2').length === 1);
    expect(client.of('__proto__')).toEqual([
      { id: '__proto__', type: 'next', payload: { data: { hello: 'there' } } },
      { id: '__proto__', type: 'complete' },
    ]);
    expect(client.of('2')).toEqual([
      { id: '2', type: 'next', payload: { data: { ticks: { n: 1, pad: null } } } },
    ]);
    client.send({ type: 'complete', id: '2' });
    await until(() => events().subscribers === 0 && ended.length === 1);
    expect(ended).toMatchObject([{ because: 'left', results: 1 }]);
    client.send({ type: 'ping', payload: { a: 1 } });
    await until(() => client.received.some(({ type }) => type === 'pong'));
    expect(client.isClosed()).toBe(false);
  });

  it('tells what a refused operation lacks, with places in the document', async () => {
    const client = await raw().init();
    client.subscribe('1', '{ nothing }');
    await until(() => client.of('1').length > 0);
    expect(client.of('1')).toMatchObject([
      {
        type: 'error',
        payload: [{ locations: [{ line: 1, column: 3 }], extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      },
    ]);
  });

  it.each<[string, number, (client: Raw) => unknown]>([
    ['no JSON', 4400, (client) => client.send('{')],
    ['no message', 4400, (client) => client.send({ type: 'start', id: '1' })],
    ['a second connection_init', 4429, (client) => client.init()],
    ['an id twice', 4409, (client) => ['1', '1'].forEach((id) => void client.subscribe(id, ticks))],
    ['a message larger than a body may be', 1009, (client) => client.send('x'.repeat(1_000_001))],
  ])('closes for %s: %d', async (_, code, offend) => {
    const client = await raw().init();
    const closed = client.closed();
    void offend(client);
    expect((await closed).code).toBe(code);
    await until(() => events().subscribers === 0);
  });

  it('closes for an operation before connection_init, and where none comes', async () => {
    const hasty = raw();
    await once(hasty.socket, 'open');
    hasty.subscribe('1', '{ hello }');
    expect((await hasty.closed()).code).toBe(4401);
    expect((await raw().closed()).code).toBe(4408);
  });

  it('has a most of operations, and takes more when some have ended', async () => {
    const client = await raw().init();
    for (let id = 1; id <= 6; id += 1) client.subscribe(String(id), ticks);
    await until(() => client.of('6').length > 0);
    expect(client.of('6')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ]);
    await until(() => events().subscribers === 5);
    client.send({ type: 'complete', id: '1' });
    await until(() => events().subscribers === 4);
    client.subscribe('7', '{ hello }');
    await until(() => client.of('7').length === 2);
  });

  it('ends all that a connection asked for when it goes, cut or closed', async () => {
    for (const leave of ['terminate', 'close'] as const) {
      const client = await raw().init();
      for (const id of ['1', '2']) client.subscribe(id, ticks);
      await until(() => events().subscribers === 2);
      client.socket[leave]();
      await until(() => events().subscribers === 0);
    }
    await until(() => ended.length === 4);
  });
});

describe('a token', () => {
  let closed: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    closed = await start({ anonymous: 'deny' });
  });
  afterAll(() => closed.house.close());

  it('comes with connection_init, by any case of its name, or with the upgrade', async () => {
    const authorization = await closed.house.authorization(['a']);
    for (const client of [
      await raw(closed.url).init({ Authorization: authorization }),
      await raw(closed.url).init({ authorization }),
      await raw(closed.url, { authorization }).init(),
      await raw(closed.url, { authorization }).init({ AUTHORIZATION: authorization }),
    ]) {
      client.subscribe('1', '{ hello }');
      await until(() => client.of('1').length === 2);
    }
  });

  it.each<[string, unknown]>([
    ['no token', undefined],
    ['one that is not good', { Authorization: 'Bearer a.b.c' }],
    ['no text', { Authorization: 7 }],
    ['two', { Authorization: 'Bearer a.b.c', authorization: 'Bearer d.e.f' }],
  ])('that is %s closes the connection before it is one', async (_, payload) => {
    closed.house.forget();
    const client = raw(closed.url);
    const over = client.closed();
    await client.init(payload);
    expect(await over).toEqual({ code: 4403, reason: 'Forbidden' });
    expect(client.received).toEqual([]);
    expect(closed.house.asked()).toBe('');
  });

  it('is one: another in the upgrade than in connection_init is nobody’s (D27)', async () => {
    const ann = await closed.house.authorization(['a'], 300, { sub: 'ann' });
    const bob = await closed.house.authorization(['a'], 300, { sub: 'bob' });
    closed.house.forget();
    for (const [upgrade, init] of [
      [ann, bob],
      ['Bearer a.b.c', ann],
      [ann, ''],
      ['', ann],
    ] as const)
      expect(await refusal(closed.url, { authorization: upgrade }, { authorization: init })).toEqual({
        code: 4403,
        reason: 'Forbidden',
      });
    expect(closed.house.asked()).toBe('');
  });

  it('is not waited for by an operation that comes in one burst with it (J03)', async () => {
    const authorization = await closed.house.authorization(['a'], 300, { sub: 'burst' });
    for (const said of [authorization, 'Bearer a.b.c']) {
      closed.house.forget();
      const client = raw(closed.url);
      await once(client.socket, 'open');
      const over = client.closed();
      client.send({ type: 'connection_init', payload: { authorization: said } });
      client.subscribe('1', '{ hello }');
      expect([4401, 4403]).toContain((await over).code);
      expect(client.of('1')).toEqual([]);
      expect(closed.house.asked()).toBe('');
    }
  });

  it('is the only one of its connection: a second connection_init changes nobody (J04)', async () => {
    const bob = await closed.house.authorization(['a'], 300, { sub: 'bob' });
    const ann = await closed.house.authorization(['a'], 300, { sub: 'ann' });
    const acknowledged = await raw(closed.url).init({ authorization: bob });
    const hasty = raw(closed.url);
    await once(hasty.socket, 'open');
    hasty.send({ type: 'connection_init', payload: { authorization: bob } });
    closed.house.forget();
    for (const client of [acknowledged, hasty]) {
      const over = client.closed();
      client.send({ type: 'connection_init', payload: { authorization: ann } });
      client.subscribe('1', '{ hello }');
      expect((await over).code).toBe(4429);
      expect(client.of('1')).toEqual([]);
    }
    expect(closed.house.asked()).toBe('');
  });

  it('that has expired ends subscriptions with an error, and the connection with 4403', async () => {
    const client = await raw(closed.url).init({ authorization: await closed.house.authorization(['a'], 2) });
    client.subscribe('1', ticks);
    const started = Date.now();
    expect((await client.closed()).code).toBe(4403);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(client.of('1')).toMatchObject([
      { type: 'next', payload: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } },
      { type: 'complete' },
    ]);
  });

  it('that has expired is of no use for an operation either, before the connection is closed for it', async () => {
    const exp = Math.floor(Date.now() / 1000) + 2;
    const client = await raw(closed.url).init({ authorization: await closed.house.authorization(['a'], 2) });
    const over = client.closed();
    await until(() => Date.now() >= exp * 1000);
    closed.house.forget();
    client.subscribe('1', '{ hello }');
    expect((await over).code).toBe(4403);
    for (const message of client.of('1'))
      expect(message).toMatchObject({
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    expect(closed.house.asked()).toBe('');
  });
});

describe('what is said beside it', () => {
  let closed: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    closed = await start({ anonymous: 'deny', streams: { sockets: 5 }, forwardHeaders: { live: ['x-tag'] } });
  });
  afterAll(() => closed.house.close());

  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['a purpose that is none', {}, { purpose: 'a, b' }],
    ['two purposes', {}, { purpose: 'a', Purpose: 'a' }],
    ['a purpose that is no text', {}, { purpose: 7 }],
    ['two purposes in the upgrade', { purpose: 'a,b' }, {}],
    ['an empty reason', {}, { breakGlass: '' }],
    ['two reasons', {}, { breakGlass: 'a', 'break-glass': 'b' }],
    ['another purpose than in the upgrade', { purpose: 'a' }, { purpose: 'b' }],
    ['another reason than in the upgrade', { 'break-glass': 'a' }, { breakGlass: 'b' }],
    ['a header to be sent on that is malformed', { 'x-tag': 'é' }, {}],
  ])('closes the connection for %s, with a token and without: 4400', async (_, headers, payload) => {
    const authorization = await closed.house.authorization(['a'], 300, {
      purposes: ['a', 'b'],
      break_glass: true,
    });
    closed.house.forget();
    for (const said of [payload, { ...payload, authorization }]) {
      const { code, reason } = await refusal(closed.url, headers, said);
      expect(code).toBe(4400);
      expect(reason).toBe('What the upgrade or connection_init says is malformed, or they differ');
    }
    expect(closed.house.asked()).toBe('');
  });

  it.each([{ purpose: 'sales' }, { breakGlass: 'because' }])(
    'closes the connection for what is not granted: %j',
    async (payload) => {
      const authorization = await closed.house.authorization(['a'], 300, { purposes: ['a'] });
      closed.house.forget();
      expect(await refusal(closed.url, {}, { ...payload, authorization })).toEqual({
        code: 4403,
        reason: 'Forbidden',
      });
      expect(closed.house.asked()).toBe('');
    },
  );

  it('may be said twice, if it is the same', async () => {
    const authorization = await closed.house.authorization(['a'], 300, {
      purposes: ['a', 'b'],
      break_glass: true,
    });
    const client = await raw(closed.url, { authorization, purpose: 'a', 'break-glass': 'Incident 7' }).init({
      authorization,
      purpose: 'a',
      breakGlass: 'Incident 7',
    });
    client.subscribe('1', '{ hello }');
    await until(() => client.of('1').length === 2);
  });

  it('takes no place from others, however often it is wrong', async () => {
    for (let time = 0; time < 4; time += 1) {
      expect((await refusal(closed.url, {}, { purpose: 'a, b' })).code).toBe(4400);
      expect((await refusal(closed.url, {}, {})).code).toBe(4403);
    }
    await raw(closed.url).init({ authorization: await closed.house.authorization(['a']) });
  });
});

describe('the end', () => {
  it('comes when the gateway stops: queries are answered, subscriptions begin elsewhere', async () => {
    const stopping = await start();
    const [querying, subscribing, idle] = [
      await raw(stopping.url).init(),
      await raw(stopping.url).init(),
      await raw(stopping.url).init(),
    ];
    querying.subscribe('1', '{ slow }');
    subscribing.subscribe('1', ticks);
    const source = stopping.house.subgraphs.get('live')?.events ?? fail();
    await until(() => source.subscribers === 1);
    const codes = [querying, subscribing, idle].map(async (client) => (await client.closed()).code);
    const started = Date.now();
    await stopping.close();
    expect(await Promise.all(codes)).toEqual([1001, 1001, 1001]);
    expect(Date.now() - started).toBeLessThan(1_500);
    expect(querying.of('1')[0]).toEqual({ id: '1', type: 'next', payload: { data: { slow: null } } });
    expect(subscribing.of('1')).toEqual([]);
    expect(source.subscribers).toBe(0);
    await stopping.house.close();
  });

  it('comes when a connection is as old as it may be', async () => {
    const short = await start({ streams: { lifetimeMs: 200 } });
    const client = await raw(short.url).init();
    expect((await client.closed()).code).toBe(1001);
    await short.house.close();
  });

  it('comes when a peer does not answer pings', async () => {
    const short = await start({ streams: { pingMs: 50 } });
    const client = await raw(short.url).init();
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    await until(() => pings > 5);
    client.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 200));
    client.socket.resume();
    expect((await client.closed()).code).toBe(1006);
    await short.house.close();
  });
});
