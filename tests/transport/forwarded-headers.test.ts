/** Which headers of a client a subgraph gets, by which request, and what is shared then. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { decodeProtectedHeader } from 'jose';
import { WebSocket } from 'ws';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const shop: SubgraphFixture = {
  name: 'shop',
  sdl: `${link} type Query { item: Item } type Item @key(fields: "id") { id: ID price: Int } type Subscription { sold: Item }`,
  resolvers: {
    Query: {
      item: async () => {
        await sleep(50);
        return { id: '1', price: 7 };
      },
    },
  },
};
const stock: SubgraphFixture = {
  name: 'stock',
  sdl: `${link} type Item @key(fields: "id") { id: ID left: Int }`,
  resolvers: { Item: { left: () => 3 } },
};
const shopByWs: SubgraphFixture = { ...shop, subscriptions: 'ws' };

const forwardHeaders = { shop: ['accept-language', 'x-tenant-hint', 'user-agent'], stock: ['x-warehouse'] };

let house: House;
let url: string;
beforeAll(async () => {
  house = await openHouse([shop, stock], { forwardHeaders });
  url = (await house.listen()).url;
});
beforeEach(() => house.forget());
afterAll(() => house?.close());

const headersAt = (name: string, of = house) =>
  (of.subgraphs.get(name)?.asked ?? []).map(({ headers }) => headers);
const item = '{ item { price } }';
const whole = '{ item { price left } }';

/** With header lines to the letter, on a socket of its own: clients correct or refuse what is not right. */
function send(lines: readonly string[], query = item): Promise<number> {
  const body = JSON.stringify({ query });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: gateway.test',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...lines,
    ...(lines.some((line) => /^connection:/i.test(line)) ? [] : ['Connection: close']),
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += String(chunk);
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      if (status === undefined) return;
      socket.destroy();
      resolve(Number(status));
    });
    socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1'));
  });
}

describe('a subgraph gets', () => {
  it('the headers that it is to get, and no other that a client sends (E01)', async () => {
    const status = await send(
      [
        'Accept-Language: fr-CH, fr;q=0.9',
        'X-TENANT-Hint: blue',
        'X-Warehouse: north',
        'X-User-Id: ann',
        'X-Roles: admin',
        'Txn-Token: e30.e30.e30',
        'Cookie: session=1',
        'Proxy-Authorization: Basic eA==',
        'X-Forwarded-For: 10.0.0.1',
        'Forwarded: for=10.0.0.1',
        'Baggage: user=ann',
      ],
      whole,
    );
    expect(status).toBe(200);
    const [atShop] = headersAt('shop');
    const [atStock] = headersAt('stock');
    expect(atShop).toMatchObject({ 'accept-language': 'fr-CH, fr;q=0.9', 'x-tenant-hint': 'blue' });
    expect(atStock).toMatchObject({ 'x-warehouse': 'north' });
    expect(decodeProtectedHeader(String(atShop?.['txn-token'])).typ).toBe('txntoken+jwt');
    const own = [
      'host',
      'connection',
      'content-type',
      'accept',
      'txn-token',
      'traceparent',
      'x-request-id',
      'content-length',
    ];
    expect(
      Object.keys(atShop ?? {})
        .filter((name) => !own.includes(name))
        .sort(),
    ).toEqual(['accept-language', 'x-tenant-hint']);
    expect(Object.keys(atStock ?? {}).filter((name) => !own.includes(name))).toEqual(['x-warehouse']);
  });

  it.each([
    ['an underscore in place of a hyphen', 'X_Tenant_Hint: blue'],
    ['another name that begins so', 'X-Tenant-Hint-More: blue'],
  ])('nothing of a name with %s (E03)', async (_, line) => {
    expect(await send([line])).toBe(200);
    expect(JSON.stringify(headersAt('shop'))).not.toContain('blue');
  });

  it.each([
    ['a space before its colon', ['X-Tenant-Hint : blue']],
    ['a line that goes on in the next', ['X-Tenant-Hint: blue', ' green']],
    ['a null in it', ['X-Tenant-Hint: blue\0green']],
    ['a carriage return in it', ['X-Tenant-Hint: blue\rX-Roles: admin']],
    ['a tab in it', ['X-Tenant-Hint: blue\tgreen']],
    ['letters beyond ASCII', ['X-Tenant-Hint: bl\xfce']],
    ['two of its name', ['X-Tenant-Hint: blue', 'X-Tenant-Hint: green']],
    ['two of its name, of which Node drops one', ['User-Agent: one', 'user-agent: two']],
    ['more than 1,024 characters', [`X-Tenant-Hint: ${'x'.repeat(1_025)}`]],
  ])('nothing at all of a request with a header that has %s (E03, E10)', async (_, lines) => {
    expect(await send(lines)).toBe(400);
    expect(house.asked()).toBe('');
  });

  it('a value of 1,024 characters, and an empty one', async () => {
    expect(await send([`X-Tenant-Hint: ${'x'.repeat(1_024)}`, 'Accept-Language:'])).toBe(200);
    expect(headersAt('shop')[0]).toMatchObject({ 'x-tenant-hint': 'x'.repeat(1_024), 'accept-language': '' });
  });

  it('nothing of a header that is said to be of the connection, and its token all the same (E04)', async () => {
    const lines = ['X-Tenant-Hint: blue', 'Connection: close, X-Tenant-Hint, Txn-Token, Authorization'];
    expect(await send(lines)).toBe(200);
    const [headers] = headersAt('shop');
    expect(headers).not.toHaveProperty('x-tenant-hint');
    expect(headers?.connection).toBe('keep-alive');
    expect(decodeProtectedHeader(String(headers?.['txn-token'])).typ).toBe('txntoken+jwt');
  });
});

describe('requests at the same moment', () => {
  const each: readonly (readonly [string, NonNullable<HouseOptions['deduplicate']>])[] = [
    ['executions', { inbound: true, outbound: false }],
    ['requests to subgraphs', { inbound: false, outbound: true }],
  ];
  it.each(each)('share %s if their forwarded headers are equal, and only then', async (_, deduplicate) => {
    const sharing = await openHouse([shop, stock], { forwardHeaders, deduplicate });
    const ask = (hint: string, other = '') =>
      sharing.ask(item, { headers: { 'x-tenant-hint': hint, 'x-request-id': hint, 'x-other': other } });
    const answers = await Promise.all([ask('blue'), ask('green'), ask('blue'), ask('blue', 'more'), ask('')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const hints = headersAt('shop', sharing).map((headers) => headers['x-tenant-hint']);
    expect(hints.sort()).toEqual(['', 'blue', 'green']);
    await sharing.close();
  });

  it('that differ in what none of their subgraphs gets are sent to it once', async () => {
    const sharing = await openHouse([shop, stock], {
      forwardHeaders,
      deduplicate: { inbound: false, outbound: true },
    });
    const ask = (warehouse: string) => sharing.ask(item, { headers: { 'x-warehouse': warehouse } });
    await Promise.all([ask('north'), ask('south')]);
    expect(headersAt('shop', sharing)).toHaveLength(1);
    await sharing.close();
  });
});

describe.each([
  ['server-sent events', shop],
  ['WebSocket', shopByWs],
])('a subscription to a subgraph over %s', (_, fixture) => {
  let live: House;
  let at: string;
  beforeAll(async () => {
    live = await openHouse([fixture, stock], { forwardHeaders });
    at = `${(await live.listen()).url}/graphql`;
  });
  beforeEach(async () => {
    live.forget();
    // Those of the test before have left.
    while (live.subgraphs.get('shop')?.events.subscribers !== 0) await sleep(5);
  });
  afterAll(() => live?.close());

  const query = 'subscription { sold { price left } }';
  const headers = { 'x-tenant-hint': 'blue', 'x-warehouse': 'north', 'x-roles': 'admin' };

  async function firstOf(results: AsyncIterableIterator<unknown>) {
    const first = results.next();
    while (live.subgraphs.get('shop')?.events.subscribers === 0) await sleep(5);
    live.subgraphs.get('shop')?.events.publish({ id: '1', price: 7 });
    expect((await first).value).toEqual({ data: { sold: { price: 7, left: 3 } } });
    await results.return?.();
  }

  function expectForwarded(): void {
    expect(headersAt('shop', live)[0]).toMatchObject({ 'x-tenant-hint': 'blue' });
    expect(headersAt('stock', live)[0]).toMatchObject({ 'x-warehouse': 'north' });
    const all = JSON.stringify([...headersAt('shop', live), ...headersAt('stock', live)]);
    expect(all).not.toContain('admin');
    expect(headersAt('shop', live)[0]).not.toHaveProperty('x-warehouse');
  }

  it('has the headers of a client that subscribes over server-sent events', async () => {
    const client = createSseClient({ url: at, headers, retryAttempts: 0 });
    await firstOf(client.iterate({ query }));
    client.dispose();
    expectForwarded();
  });

  it('has the headers of the upgrade of a client that subscribes over WebSocket', async () => {
    class Socket extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers });
      }
    }
    const client = createWsClient({ url: at.replace('http', 'ws'), webSocketImpl: Socket, retryAttempts: 0 });
    await firstOf(client.iterate({ query }));
    await client.dispose();
    expectForwarded();
  });
});

describe('a configuration', () => {
  const parse = (names: string) =>
    parseConfig(
      `supergraph: s.graphql
authentication: { anonymous: allow, issuers: [] }
identity: { issuer: https://gateway.example.org, signingKey: key.json }
forwardHeaders: { shop: [${names}] }
`,
      '/etc/portcullis/gateway.yaml',
      {},
    );

  it.each([
    'authorization',
    'cookie',
    'set-cookie',
    'proxy-authorization',
    'txn-token',
    'purpose',
    'break-glass',
    'forwarded',
    'x-forwarded-for',
    'x-forwarded',
    'x-forwarded-user',
    'x-forwarded-email',
    'x-real-ip',
    'remote-user',
    'x-remote-user',
    'x-user-id',
    'x-authenticated-userid',
    'x-auth-request-email',
    'x-auth-token',
    'x-access-token',
    'x-api-key',
    'x-ms-client-principal',
    'x-ms-client-principal-id',
    'x-goog-iap-jwt-assertion',
    'x-goog-authenticated-user-email',
    'x-amzn-oidc-identity',
    'x-client-cert',
    'x-ssl-client-cert',
    'ssl-client-verify',
    'client-ip',
    'x-client-ip',
    'true-client-ip',
    'x-cluster-client-ip',
    'fastly-client-ip',
    'cf-connecting-ip',
    'x-envoy-external-address',
    'x-original-url',
    'via',
    'host',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'sec-websocket-key',
    'content-length',
    'content-type',
    'content-encoding',
    'accept',
    'accept-encoding',
    'if-none-match',
    'x-http-method-override',
    'traceparent',
    'x-request-id',
  ])('with %s in forwardHeaders is refused', (name) => {
    expect(() => parse(`accept-language, ${name}`)).toThrow(
      new RegExp(`line 4: forwardHeaders\\.shop\\[1\\] is ${name}, which .*\\. Take it out\\.`),
    );
  });

  it.each(['X-Tenant', 'x_tenant', '"x-tenant "', '"x-tenant*"', '""', '"x-tenant: a"', '-x', '1'])(
    'with the name %s is refused',
    (name) => {
      expect(() => parse(name)).toThrow('forwardHeaders.shop[0]');
    },
  );

  it('may have others', () => {
    expect(parse('accept-language, x-tenant-hint, user-agent, baggage').forwardHeaders).toEqual({
      shop: ['accept-language', 'x-tenant-hint', 'user-agent', 'baggage'],
    });
  });

  it('that names what is no subgraph starts no gateway', async () => {
    await expect(openHouse([shop], { forwardHeaders: { shopp: ['accept-language'] } })).rejects.toThrow(
      'forwardHeaders names shopp, which is no subgraph. Take one of: shop.',
    );
  });
});
