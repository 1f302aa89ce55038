import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SubgraphReply } from './call.ts';
import {
  type Connection,
  eventually,
  http,
  openClient,
  type RawSubgraph,
  serveRaw,
  type TestClient,
} from './fixture.ts';
import { defaultOptions, type SubgraphClientOptions } from './options.ts';

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => void unhandled.push(reason));
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') unhandled.push(warning);
});

const opened: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await (each.stop?.() ?? each.close?.());
  expect(unhandled).toEqual([]);
});

function client(options?: Partial<SubgraphClientOptions>): TestClient {
  const made = openClient(options);
  opened.unshift(made.client);
  return made;
}

async function raw(answer: (connection: Connection) => void, port?: number): Promise<RawSubgraph> {
  const subgraph = await serveRaw(answer, port);
  opened.unshift(subgraph);
  return subgraph;
}

async function freePort(): Promise<number> {
  const subgraph = await serveRaw(() => {});
  await subgraph.stop();
  return Number(new URL(subgraph.url).port);
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const without = (outcome: 'unavailable' | 'timeout' | 'cancelled' | 'refused'): SubgraphReply => ({
  outcome,
  status: undefined,
});
const answer = ({ socket }: Connection) => void socket.write(http('{}'));
const away = (fields = '') => http('busy', { status: 503, fields });
const statuses = (replies: readonly SubgraphReply[]) =>
  replies.map(({ outcome, status }) => status ?? outcome);

describe('a connection that dies as it is used again', () => {
  /** Answers once; the second request on a connection meets its end. */
  const dies = (end: (connection: Connection) => void) => (connection: Connection) =>
    connection.request === 1 ? answer(connection) : end(connection);
  const ends: [string, (connection: Connection) => void][] = [
    ['closed', ({ socket }) => void socket.end()],
    ['reset', ({ socket }) => void socket.resetAndDestroy()],
  ];

  it.each(ends)('%s: a query is sent again at once', async (_, end) => {
    const { url, requests, connections } = await raw(dies(end));
    const { send, events } = client();
    expect(statuses([await send(url), await after(5).then(() => send(url))])).toEqual([200, 200]);
    expect([requests.length, connections.made]).toEqual([3, 2]);
    expect(events).toEqual([
      {
        subgraph: 'video',
        retry: 1,
        delayMs: 0,
        outcome: 'unavailable',
        status: undefined,
        code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
      },
    ]);
  });

  it.each(ends)('%s: a mutation is not, for it may have been carried out', async (_, end) => {
    const { url, requests } = await raw(dies(end));
    const { send } = client();
    const change = { repeatable: false };
    const replies = [await send(url, change), await after(5).then(() => send(url, change))];
    expect(statuses(replies)).toEqual([200, 'unavailable']);
    expect(requests).toHaveLength(2);
  });

  it('closed before that: it is not used, even for a mutation', async () => {
    const { url, connections } = await raw(({ socket }) => void socket.end(http('{}')));
    const { send, events } = client();
    for (let count = 0; count < 20; count += 1) {
      expect((await send(url, { repeatable: false })).outcome).toBe('answered');
    }
    expect([connections.made, events]).toEqual([20, []]);
  });
});

describe('a query', () => {
  it('is sent again when the subgraph says that it is not at work', async () => {
    let calls = 0;
    const { url, connections } = await raw(({ socket }) => {
      calls += 1;
      socket.write(calls < 3 ? away(calls === 1 ? 'retry-after: 0\r\n' : '') : http('{}'));
    });
    const { send, events } = client();
    expect(statuses([await send(url)])).toEqual([200]);
    expect(events).toMatchObject([
      { retry: 1, outcome: 'answered', status: 503 },
      { retry: 2, outcome: 'answered', status: 503 },
    ]);
    expect(connections.made).toBe(1);
  });

  it.each([502, 503, 504])('gets the last word of the subgraph in the end: %i', async (status) => {
    const { url, requests } = await raw(({ socket }) => void socket.write(http('busy', { status })));
    expect(await client().send(url)).toMatchObject({
      outcome: 'answered',
      status,
      body: Buffer.from('busy'),
    });
    expect(requests).toHaveLength(3);
  });

  it.each([500, 429, 400, 401])('is not sent again for %i', async (status) => {
    const { url, requests } = await raw(({ socket }) => void socket.write(http('{}', { status })));
    expect(statuses([await client().send(url)])).toEqual([status]);
    expect(requests).toHaveLength(1);
  });

  it.each(['5', 'Wed, 21 Oct 2099 07:28:00 GMT'])(
    'leaves a subgraph alone that asks for it: %s',
    async (wait) => {
      const { url, requests } = await raw(
        ({ socket }) => void socket.write(away(`retry-after: ${wait}\r\n`)),
      );
      expect(statuses([await client().send(url)])).toEqual([503]);
      expect(requests).toHaveLength(1);
    },
  );

  it('finds a subgraph that starts again meanwhile', async () => {
    const port = await freePort();
    const { send, events } = client({ retries: { ...defaultOptions.retries, backOffMs: 200 } });
    const reply = send(`http://127.0.0.1:${port}/graphql`);
    await eventually(() => events.length > 0);
    await raw(answer, port);
    expect(statuses([await reply])).toEqual([200]);
  });

  it('gives up on a subgraph that is not there', async () => {
    const { send, events } = client();
    const unavailable = { ...without('unavailable'), code: 'ECONNREFUSED' };
    expect(await send(`http://127.0.0.1:${await freePort()}/graphql`)).toEqual(unavailable);
    expect(events).toMatchObject([{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }]);
  });

  it('is sent again with another token, where one is good once', async () => {
    const { url, requests } = await raw(({ socket, request }) => {
      socket.end(requests.length + request < 4 ? away() : http('{}'));
    });
    const tokens = ['second', 'third'];
    const renewToken = () => tokens.shift() ?? 'no more';
    const reply = await client().send(url, { headers: { 'txn-token': 'first', 'x-own': 'yes' }, renewToken });
    expect(reply.outcome).toBe('answered');
    const sent = requests.map((text) => /txn-token: (\w+)\r\nx-own: yes/.exec(text)?.[1]);
    expect(sent).toEqual(['first', 'second', 'third']);
  });

  it('is not sent again when there is no other token, and nobody else waits for its place', async () => {
    const { url, requests } = await raw(({ socket }) => void socket.write(away()));
    const { send } = client({ concurrency: 1 });
    const renewToken = () => Promise.reject(new Error('no key to sign with'));
    await expect(send(url, { renewToken })).rejects.toThrow('no key to sign with');
    expect(requests).toHaveLength(1);
    expect(await send(url, { repeatable: false })).toMatchObject({ status: 503 });
  });

  it('is not sent again when its time would be over', async () => {
    const { url, requests } = await raw(({ socket }) => void socket.write(away()));
    const slow = { timeoutMs: 300, retries: { ...defaultOptions.retries, backOffMs: 1_000 } };
    const started = performance.now();
    expect(statuses([await client(slow).send(url)])).toEqual([503]);
    expect([requests.length, performance.now() - started < 250]).toEqual([1, true]);
  });

  it('is not sent again when the budget is used up', async () => {
    const { url, requests } = await raw(({ socket }) => void socket.write(away()));
    const { send } = client({
      retries: { ...defaultOptions.retries, perSecond: 0, ratio: 0.1, backOffMs: 1 },
    });
    for (let count = 0; count < 15; count += 1) await send(url);
    expect(requests).toHaveLength(16);
  });

  it('is sent once where retries are switched off', async () => {
    const { url, requests } = await raw(({ socket }) => void socket.resetAndDestroy());
    const unavailable = { ...without('unavailable'), code: 'ECONNRESET' };
    expect(await client({ mostRetries: 0 }).send(url)).toEqual(unavailable);
    expect(requests).toHaveLength(1);
  });
});

it.each<[string, string]>([
  ['a subgraph that is not at work', away()],
  ['a reset', ''],
])('a mutation is sent once: %s', async (_, text) => {
  const { url, requests } = await raw(
    ({ socket }) => void (text ? socket.write(text) : socket.resetAndDestroy()),
  );
  const { outcome } = await client().send(url, { repeatable: false });
  expect([outcome, requests.length]).toEqual([text ? 'answered' : 'unavailable', 1]);
});

describe('a caller that goes away', () => {
  it('ends its calls, and the subgraph sees it', async () => {
    const { url, connections } = await raw(() => {});
    const { send, client: it } = client();
    const caller = new AbortController();
    const replies = Promise.all(Array.from({ length: 20 }, () => send(url, { signal: caller.signal })));
    await eventually(() => connections.open === 20);
    caller.abort();
    expect(await replies).toEqual(Array(20).fill(without('cancelled')));
    await eventually(() => connections.open === 0);
    expect(it.state().get('video')).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  it('leaves the connections of others alone', async () => {
    const { url, connections } = await raw(({ socket }) => setTimeout(() => socket.write(http('{}')), 50));
    const { send } = client();
    const caller = new AbortController();
    const replies = [send(url), send(url, { signal: caller.signal })];
    await eventually(() => connections.made === 2);
    caller.abort();
    expect(statuses(await Promise.all(replies))).toEqual([200, 'cancelled']);
    await eventually(() => connections.open === 1);
  });

  it('before it begins: nothing is sent', async () => {
    const { url, connections } = await raw(answer);
    expect(await client().send(url, { signal: AbortSignal.abort() })).toEqual(without('cancelled'));
    expect(connections.made).toBe(0);
  });

  it('while its call waits for its turn: nothing is sent, and the next one has it', async () => {
    const { url, requests } = await raw(({ socket }) => setTimeout(() => socket.write(http('{}')), 30));
    const { send } = client({ concurrency: 1 });
    const caller = new AbortController();
    const replies = [send(url), send(url, { signal: caller.signal, body: '"gone"' }), send(url)];
    caller.abort();
    expect(statuses(await Promise.all(replies))).toEqual([200, 'cancelled', 200]);
    expect(requests.join()).not.toContain('gone');
  });

  it('while undici keeps its call back: nothing is sent, and the connection stays', async () => {
    const { url, requests, connections } = await raw(({ socket }) =>
      setTimeout(() => socket.write(http('{}')), 30),
    );
    const { send } = client({ connections: 1 });
    const caller = new AbortController();
    const replies = [send(url), send(url, { signal: caller.signal, body: '"gone"' }), send(url)];
    caller.abort();
    expect(statuses(await Promise.all(replies))).toEqual([200, 'cancelled', 200]);
    expect(requests.join()).not.toContain('gone');
    expect(connections.made).toBe(1);
  });

  it('between two tries: it is not sent again', async () => {
    const { url, requests } = await raw(({ socket }) => void socket.write(away()));
    const { send, events } = client({ retries: { ...defaultOptions.retries, backOffMs: 100 } });
    const caller = new AbortController();
    const reply = send(url, { signal: caller.signal });
    await eventually(() => events.length > 0);
    caller.abort();
    expect(await reply).toEqual(without('cancelled'));
    await after(150);
    expect(requests).toHaveLength(1);
  });

  it('leaves no listener at its signal when it stays', async () => {
    const { url } = await raw(answer);
    const { send } = client();
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    Object.assign(signal, {
      addEventListener(...given: Parameters<typeof addEventListener>) {
        listeners += 1;
        addEventListener.apply(signal, given);
      },
      removeEventListener(...given: Parameters<typeof removeEventListener>) {
        listeners -= 1;
        removeEventListener.apply(signal, given);
      },
    });
    const replies = Promise.all([send(url, { signal }), send(url, { signal })]);
    expect(listeners).toBe(2);
    await replies;
    expect(listeners).toBe(0);
  });
});

describe('a subgraph in trouble', () => {
  const breaker = { windowMs: 5_000, minimumCalls: 4, failureRatio: 0.5, openMs: 100, probes: 2 };
  const mutation = { repeatable: false };

  it('is left alone, tried again, and used again', async () => {
    let works = false;
    const { url, requests } = await raw(({ socket }) => void socket.write(works ? http('{}') : away()));
    const { send, events, client: it } = client({ breaker });
    for (let count = 0; count < 4; count += 1) await send(url, mutation);
    expect(await send(url)).toEqual(without('refused'));
    expect(requests).toHaveLength(4);
    await after(120);
    expect(statuses([await send(url, mutation), await send(url)])).toEqual([503, 'refused']);
    works = true;
    await after(120);
    expect(statuses(await Promise.all([send(url), send(url), send(url)]))).toEqual([200, 200, 'refused']);
    expect(statuses([await send(url)])).toEqual([200]);
    const states = ['open', 'half-open', 'open', 'half-open', 'closed'];
    expect(events).toEqual(states.map((state) => ({ subgraph: 'video', state })));
    expect(it.state().get('video')).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  it('has its own breaker and its own limit', async () => {
    const { url } = await raw(({ socket, text }) => {
      if (text.includes('answer')) socket.write(http('{}'));
    });
    const { send } = client({ breaker, timeoutMs: 200, concurrency: 4 });
    const hanging = [1, 2, 3, 4].map(() => send(url));
    expect(statuses([await send(url, { subgraph: 'music', body: '"answer"' })])).toEqual([200]);
    expect(statuses(await Promise.all(hanging))).toEqual(Array(4).fill('timeout'));
    expect(statuses([await send(url)])).toEqual(['refused']);
    expect(statuses([await send(url, { subgraph: 'music', body: '"answer"' })])).toEqual([200]);
  });

  it('does not make those wait for it that have not got their turn yet', async () => {
    const { url, requests } = await raw(({ socket, text }) => {
      if (!text.includes('hang')) socket.write(away());
    });
    const { send } = client({ breaker, timeoutMs: 400, concurrency: 1 });
    for (let count = 0; count < 3; count += 1) await send(url, mutation);
    const hangs = send(url, { body: '"hang"' });
    await after(200);
    const started = performance.now();
    expect(statuses(await Promise.all([send(url), send(url)]))).toEqual(['refused', 'refused']);
    expect(performance.now() - started).toBeLessThan(390);
    expect(await hangs).toEqual(without('timeout'));
    expect(requests).toHaveLength(4);
  });

  it('is not one that answers with errors, or with too much, or whose callers leave', async () => {
    const { url } = await raw(({ socket, text }) => {
      if (text.includes('stay')) return;
      socket.write(
        text.includes('large') ? http('x'.repeat(2_000)) : http('{"errors":[{}]}', { status: 500 }),
      );
    });
    const { send, client: it } = client({ breaker, responseBytes: 1_000 });
    const gone = AbortSignal.timeout(50);
    await Promise.all([
      ...Array.from({ length: 10 }, () => send(url)),
      ...Array.from({ length: 10 }, () => send(url, { body: '"large"' })),
      ...Array.from({ length: 10 }, () => send(url, { body: '"stay"', signal: gone })),
    ]);
    expect(it.state().get('video')?.breaker).toBe('closed');
  });

  it('gets so many calls at once, keeps so many waiting, and the others are refused', async () => {
    let atOnce = 0;
    let most = 0;
    const { url } = await raw(({ socket }) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      setTimeout(() => {
        atOnce -= 1;
        socket.write(http('{}'));
      }, 20);
    });
    const { send, client: it } = client({ concurrency: 3, queue: 5 });
    const replies = Array.from({ length: 10 }, () => send(url));
    expect(it.state().get('video')).toEqual({ breaker: 'closed', inFlight: 3, queued: 5 });
    expect(statuses(await Promise.all(replies))).toEqual([...Array(8).fill(200), 'refused', 'refused']);
    expect(most).toBe(3);
  });
});

it.each<[string, (connection: Connection) => void]>([
  ['closed after its reply', ({ socket }) => void socket.end(http('{}'))],
  ['reset', ({ socket }) => void socket.resetAndDestroy()],
  ['cut at the deadline', () => {}],
])('nothing is kept of a connection that was %s', async (_, end) => {
  const { url, connections } = await raw(end);
  const { send } = client({ timeoutMs: 20, breaker: { ...defaultOptions.breaker, minimumCalls: 1_000 } });
  const before = queryObjects(Socket, { format: 'count' });
  for (let count = 0; count < 50; count += 1) await send(url, { repeatable: false });
  await eventually(() => connections.open === 0);
  expect(connections.made).toBeGreaterThan(40);
  // Each has an end here and one at the subgraph; the last few may be on a stack still.
  expect(queryObjects(Socket, { format: 'count' }) - before).toBeLessThan(20);
});

describe('closing', () => {
  it('waits for calls under way, those in the queue and between tries included, and refuses new ones', async () => {
    let calls = 0;
    const { url, connections } = await raw(({ socket }) => {
      calls += 1;
      const text = calls === 1 ? away() : http('{}');
      setTimeout(() => socket.write(text), 20);
    });
    const { send, client: it } = client({ concurrency: 1 });
    const replies = [send(url), send(url)];
    const closed = it.close();
    expect(await send(url)).toEqual(without('refused'));
    expect(statuses(await Promise.all(replies))).toEqual([200, 200]);
    await closed;
    await it.close();
    await eventually(() => connections.open === 0);
  });

  it('leaves no timer, no connection, and none that is being made', async () => {
    const held = (name: RegExp) => process.getActiveResourcesInfo().filter((each) => name.test(each)).length;
    const timers = held(/Timeout/);
    // Other tests of this process may have left some that are still to end.
    const before = new Set(openSockets());
    // It takes connections and says nothing: TLS stays half-way.
    const silent = createServer((socket) => void socket.on('error', () => {}).resume()).listen(
      0,
      '127.0.0.1',
    );
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const { url, stop } = await raw(answer);
    const { send, client: it } = client({ timeoutMs: 200 });
    const replies = await Promise.all([send(url), send(url), send(`https://127.0.0.1:${port}/graphql`)]);
    expect(statuses(replies)).toEqual([200, 200, 'timeout']);
    await it.close();
    await stop();
    silent.close();
    await once(silent, 'close');
    await eventually(() => openSockets().every((socket) => before.has(socket)));
    await eventually(() => held(/TCPConnectWrap/) === 0 && held(/Timeout/) <= timers);
  });
});

/** The sockets of this process, also those that are still to connect. */
function openSockets(): readonly object[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): readonly object[] };
  return handles.call(process).filter((handle) => handle instanceof Socket);
}
