/** Server-sent events to the byte, and readers that do not read. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import type { RunningSubgraph } from '../server/serve.ts';
import { asked, type OpenLibrary, openLibrary, until } from './testing.ts';

let database: TestDatabase;
let library: OpenLibrary;
beforeAll(async () => {
  database = await createTestDatabase();
  library = await openLibrary({ ...database, admin: suiteServer() });
});
afterEach(() => library.stop());
afterAll(async () => {
  await library.close();
  await database.drop();
});

const NUMBERS = 'subscription { numbers(count: 2) }';

async function post(
  { url }: RunningSubgraph,
  query: unknown,
  accept: string,
  body?: string,
): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'txn-token': await library.token(), accept };
  return fetch(url, { method: 'POST', headers, body: body ?? JSON.stringify({ query }) });
}

test('is what GraphQL over SSE says, in its distinct connections mode', async () => {
  const { subgraph } = await library.start();
  const response = await post(subgraph, NUMBERS, 'text/event-stream');
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  expect(await response.text()).toBe(
    [
      ':\n\n',
      'event: next\ndata: {"data":{"numbers":"1 "}}\n\n',
      'event: next\ndata: {"data":{"numbers":"2 "}}\n\n',
      'event: complete\ndata:\n\n',
    ].join(''),
  );
});

test('has what is wrong with the operation in the stream', async () => {
  const { subgraph } = await library.start();
  const response = await post(subgraph, 'subscription { nothing }', 'text/event-stream');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(
    ':\n\nevent: next\ndata: {"errors":[{"message":"Cannot query field \\"nothing\\" on type \\"Subscription\\".","locations":[{"line":1,"column":16}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}\n\nevent: complete\ndata:\n\n',
  );
});

test('says that it is there while nothing happens', async () => {
  const { subgraph } = await library.start({ SUBSCRIPTION_PING_MS: '100' });
  const response = await post(subgraph, 'subscription { notices }', 'text/event-stream');
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  while (text.split(':\n\n').length < 5) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
});

test.each([
  ['application/json', 'json'],
  ['', 'json'],
  ['*/*', 'json'],
  ['text/event-stream;q=0, application/json', 'json'],
  ['text/event-stream-but-not', 'json'],
  ['application/json, text/event-stream', 'stream'],
  ['Text/Event-Stream; charset=utf-8', 'stream'],
])('asked for with accept: %s is answered as %s', async (accept, as) => {
  const { subgraph } = await library.start();
  const response = await post(subgraph, NUMBERS, accept);
  if (as === 'stream') {
    expect(await response.text()).toContain('event: complete');
    return;
  }
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'a subscription is answered as text/event-stream or over a WebSocket, not as JSON',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
});

test.each([
  '[]',
  'null',
  '{"query":1}',
  '{"query":"{a}","variables":[]}',
  '{"query":"{a}","operationName":{}}',
  '{',
])('of %s is no stream', async (body) => {
  const { subgraph } = await library.start();
  const response = await post(subgraph, '', 'text/event-stream', body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

describe('a reader that does not read', () => {
  async function stalled({ port }: RunningSubgraph): Promise<Socket> {
    const query = 'subscription { numbers(count: 100000, padding: 10000) }';
    const body = JSON.stringify({ query });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ntxn-token: ${await library.token()}\r\naccept: text/event-stream\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  }

  test('is not run ahead of, and goes on where it was', async () => {
    const { subgraph } = await library.start();
    asked.numbers = 0;
    const socket = await stalled(subgraph);
    await until(() => asked.numbers > 0);
    let before = -1;
    while (before !== asked.numbers) {
      before = asked.numbers;
      await sleep(300);
    }
    // What the operating system holds for the two sockets, and no more.
    expect(before).toBeLessThan(2_000);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.resume();
    await until(() => asked.numbers > before + 500);
    socket.destroy();
    const numbers = [...text.matchAll(/"numbers":"(\d+) /g)].map(([, number]) => Number(number));
    expect(numbers.slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  test('is cut off after a while', async () => {
    const { subgraph, log } = await library.start({ SUBSCRIPTION_STALL_MS: '300' });
    const socket = await stalled(subgraph);
    socket.on('error', () => {});
    await until(() => log.endings().length === 1);
    expect(log.endings()).toEqual(['gone']);
    socket.destroy();
  });
});
