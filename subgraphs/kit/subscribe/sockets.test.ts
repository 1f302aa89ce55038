/** WebSockets message by message: who may open one, for how long, and how each is ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import { WebSocket } from 'ws';
import type { RunningSubgraph } from '../server/serve.ts';
import { asked, type OpenLibrary, openLibrary, until } from './testing.ts';

let database: TestDatabase;
let library: OpenLibrary;
const open: WebSocket[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  library = await openLibrary({ ...database, admin: suiteServer() });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await library.stop();
});
afterAll(async () => {
  await library.close();
  await database.drop();
});

const SUBPROTOCOL = 'graphql-transport-ws';

interface Opening {
  readonly protocol?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
}

/** A socket and what it has been sent. */
function dial(
  { url }: RunningSubgraph,
  { protocol = SUBPROTOCOL, headers = {}, path = '/graphql' }: Opening = {},
) {
  const socket = new WebSocket(url.replace('http', 'ws').replace('/graphql', path), protocol, { headers });
  open.push(socket);
  const messages: { type: string; id?: string; payload?: unknown }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as (typeof messages)[number]));
  socket.on('error', () => {});
  const closed = new Promise<[number, string]>((resolve) => {
    socket.once('close', (code, reason) => resolve([code, String(reason)]));
  });
  const refused = new Promise<number | undefined>((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode);
    });
    socket.on('open', () => resolve(101));
  });
  const send = (message: unknown) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const received = async (count: number) => {
    await until(() => messages.length >= count);
    return messages;
  };
  return { socket, messages, closed, refused, send, received };
}

/** A socket that has said who it is. */
async function introduced(subgraph: RunningSubgraph, token?: string) {
  const dialled = dial(subgraph);
  expect(await dialled.refused).toBe(101);
  dialled.send({ type: 'connection_init', payload: { txnToken: token ?? (await library.token()) } });
  await dialled.received(1);
  dialled.messages.shift();
  return dialled;
}

const subscribe = (id: string, query: string, extensions?: object) => ({
  type: 'subscribe',
  id,
  payload: { query, extensions },
});
const NUMBERS = 'subscription { numbers(count: 1) }';

describe('an upgrade', () => {
  test.each<[string, () => Opening | Promise<Opening>, number]>([
    ['without a token, for the first message to bring it', () => ({}), 101],
    ['with a token', async () => ({ headers: { 'txn-token': await library.token() } }), 101],
    ['with a token that is none', () => ({ headers: { 'txn-token': 'x' } }), 401],
    [
      'with a token for another',
      async () => ({ headers: { 'txn-token': await library.token({ claims: { aud: 'billing' } }) } }),
      401,
    ],
    ['to another path without a token', () => ({ path: '/other' }), 401],
    [
      'to another path',
      async () => ({ path: '/other', headers: { 'txn-token': await library.token() } }),
      404,
    ],
    ['with the older subprotocol', () => ({ protocol: 'graphql-ws' }), 400],
    ['with the subprotocol in other letters', () => ({ protocol: 'GraphQL-Transport-WS' }), 400],
  ])('%s', async (_, opening, status) => {
    const { subgraph } = await library.start();
    const { refused } = dial(subgraph, await opening());
    expect(await refused).toBe(status);
  });

  test('beyond as many as there may be is refused', async () => {
    const { subgraph } = await library.start({ SUBSCRIPTIONS: '1' });
    expect(await dial(subgraph).refused).toBe(101);
    expect(await dial(subgraph).refused).toBe(503);
  });

  test('with a token has a place, however many others have none', async () => {
    const { subgraph } = await library.start({ SUBSCRIPTIONS: '1' });
    const headers = { 'txn-token': await library.token() };
    expect(await dial(subgraph).refused).toBe(101);
    expect(await dial(subgraph).refused).toBe(503);
    const { send, received, refused } = dial(subgraph, { headers });
    expect(await refused).toBe(101);
    expect(await dial(subgraph, { headers }).refused).toBe(503);
    send({ type: 'connection_init' });
    expect(await received(1)).toEqual([{ type: 'connection_ack' }]);
    send(subscribe('1', NUMBERS));
    expect(await received(3)).toMatchObject([{}, { type: 'next' }, { type: 'complete' }]);
  });
});

describe('a connection', () => {
  test('that does not say in time who it is is closed with 4408', async () => {
    const { subgraph } = await library.start({ SUBSCRIPTION_INIT_MS: '200' });
    const { closed } = dial(subgraph);
    expect(await closed).toEqual([4408, 'Connection initialisation timeout']);
  });

  test('takes the token of its header, and no second one', async () => {
    const { subgraph } = await library.start();
    const headers = { 'txn-token': await library.token() };
    const one = dial(subgraph, { headers });
    await one.refused;
    one.send({ type: 'connection_init' });
    expect(await one.received(1)).toEqual([{ type: 'connection_ack' }]);
    const two = dial(subgraph, { headers });
    await two.refused;
    two.send({ type: 'connection_init', payload: { txnToken: headers['txn-token'] } });
    expect(await two.closed).toEqual([4403, 'Forbidden']);
  });

  test.each([undefined, null, {}, { txnToken: 7 }, { txnToken: null }, { txnToken: 'x' }, { TXNTOKEN: 'x' }])(
    'with the payload %j is closed with 4403',
    async (payload) => {
      const { subgraph } = await library.start();
      const { refused, send, closed } = dial(subgraph);
      await refused;
      send({ type: 'connection_init', payload });
      expect(await closed).toEqual([4403, 'Forbidden']);
    },
  );

  test.each<[string, readonly unknown[], number]>([
    ['subscribes before it has said who it is', [subscribe('1', NUMBERS)], 4401],
    ['sends what is no JSON', ['{'], 4400],
    ['sends what is no message', ['{"type":"subscribe"}'], 4400],
    ['sends more than a message may have', ['x'.repeat(1024 * 1024 + 1)], 1009],
  ])('that %s is closed', async (_, messages, code) => {
    const { subgraph } = await library.start();
    const { refused, send, closed } = dial(subgraph);
    await refused;
    for (const message of messages) send(message);
    expect((await closed)[0]).toBe(code);
  });

  test('that says twice who it is, or uses an id twice, is closed', async () => {
    const { subgraph } = await library.start();
    const one = await introduced(subgraph);
    one.send({ type: 'connection_init' });
    expect((await one.closed)[0]).toBe(4429);
    const two = await introduced(subgraph);
    two.send(subscribe('1', 'subscription { notices }'));
    await two.received(1);
    two.send(subscribe('1', 'subscription { notices }'));
    expect((await two.closed)[0]).toBe(4409);
  });

  test('that does not answer pings is cut off', async () => {
    const { subgraph, log } = await library.start({ SUBSCRIPTION_PING_MS: '150' });
    const { socket, send, received, closed } = await introduced(subgraph);
    send(subscribe('1', 'subscription { notices }'));
    await received(1);
    socket.pause();
    await until(() => log.endings().length === 1);
    expect(log.endings()).toEqual(['gone']);
    socket.resume();
    await closed;
  });

  test('that answers them stays', async () => {
    const { subgraph } = await library.start({ SUBSCRIPTION_PING_MS: '100' });
    const { socket } = await introduced(subgraph);
    await sleep(600);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('a message subscribe', () => {
  test('needs a token that is valid then: that of the connection, or one of its own', async () => {
    const { subgraph, log } = await library.start();
    const now = Math.floor(Date.now() / 1000);
    const { send, received } = await introduced(
      subgraph,
      await library.token({ claims: { iat: now, exp: now + 2 } }),
    );
    send(subscribe('1', NUMBERS));
    expect(await received(2)).toEqual([
      { id: '1', type: 'next', payload: { data: { numbers: '1 ' } } },
      { id: '1', type: 'complete' },
    ]);
    await sleep(2_100);
    send(subscribe('2', NUMBERS));
    expect((await received(3))[2]).toEqual({
      id: '2',
      type: 'error',
      payload: [
        { message: 'a valid transaction token is required', extensions: { code: 'UNAUTHENTICATED' } },
      ],
    });
    const sub = 'http://provider.test|bob';
    send(subscribe('3', NUMBERS, { txnToken: await library.token({ claims: { sub, txn: 'request-2' } }) }));
    expect((await received(5))[3]).toMatchObject({ id: '3', type: 'next' });
    expect(
      log.lines.filter(({ msg }) => msg === 'subscription').map(({ transaction }) => transaction),
    ).toEqual(['request-1', 'request-2']);
    expect(log.lines.filter(({ msg }) => msg === 'token refused')).toHaveLength(1);
  });

  test('that has a token of its own is not helped by that of the connection', async () => {
    const { subgraph } = await library.start();
    const { send, received } = await introduced(subgraph);
    for (const [id, txnToken] of ['', 'x', 7, null].entries())
      send(subscribe(`${id}`, NUMBERS, { txnToken }));
    for (const { type } of await received(4)) expect(type).toBe('error');
  });

  test('can be taken back while its source has nothing to say, and its id used again', async () => {
    const { subgraph, log } = await library.start();
    const { send, received } = await introduced(subgraph);
    for (let round = 1; round <= 3; round += 1) {
      send(subscribe('1', 'subscription { notices }'));
      await received(round);
      send({ type: 'complete', id: '1' });
      await until(() => log.endings().length === round);
    }
    expect(log.endings()).toEqual(['gone', 'gone', 'gone']);
  });
});

test('a reader that does not read is not run ahead of', async () => {
  const { subgraph } = await library.start();
  const { socket, send } = await introduced(subgraph);
  asked.numbers = 0;
  socket.pause();
  send(subscribe('1', 'subscription { numbers(count: 100000, padding: 10000) }'));
  await until(() => asked.numbers > 0);
  let before = -1;
  while (before !== asked.numbers) {
    before = asked.numbers;
    await sleep(300);
  }
  expect(before).toBeLessThan(2_000);
});

test('the process that ends closes with 1001, after the last words', async () => {
  const { subgraph } = await library.start();
  const { send, received, messages, closed } = await introduced(subgraph);
  const idle = await introduced(subgraph);
  send(subscribe('1', 'subscription { notices }'));
  await received(1);
  await subgraph.close();
  expect(await closed).toEqual([1001, 'Going away']);
  expect(await idle.closed).toEqual([1001, 'Going away']);
  expect(messages.map(({ type }) => type)).toEqual(['next', 'next', 'complete']);
});
