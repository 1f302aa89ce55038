import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type House, type HouseOptions, openHouse } from '../fixture/house.ts';
import type { RunningSubgraph, SubgraphFixture } from '../fixture/subgraph.ts';
import type { StreamEnded } from '../observe/observers.ts';

const live: SubgraphFixture = {
  name: 'live',
  sdl: 'type Query { hello: String } type Subscription { ticks: Tick } type Tick { n: Int pad: String }',
  resolvers: { Query: { hello: () => 'there' } },
};

const ticks = 'subscription { ticks { n } }';

interface Started {
  readonly house: House;
  readonly url: string;
  readonly source: RunningSubgraph;
  readonly ended: StreamEnded[];
  stop(): Promise<void>;
}

const houses: House[] = [];
afterEach(async () => {
  for (const house of houses.splice(0)) await house.close();
});

async function start(options: HouseOptions = {}): Promise<Started> {
  const ended: StreamEnded[] = [];
  const house = await openHouse([live], {
    observers: { streamEnded: (event) => void ended.push(event) },
    ...options,
  });
  houses.push(house);
  const server = await house.listen();
  const source = house.subgraphs.get('live');
  if (source === undefined) throw new Error('no subgraph');
  return { house, url: `${server.url}/graphql`, source, ended, stop: () => server.close() };
}

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!check()) {
    if (Date.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function post(
  url: string,
  query: string,
  accept = 'text/event-stream',
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
}

/** The text so far, as it comes. */
function reading(response: Response): { readonly text: string; readonly over: Promise<void> } {
  const read = { text: '', over: Promise.resolve() };
  read.over = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) read.text += decoder.decode(chunk, { stream: true });
  })();
  return read;
}

describe('an event stream', () => {
  it('begins at once, has a result for each event, and ends with `complete`', async () => {
    const { url, source } = await start();
    const response = await post(url, ticks);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(response.headers.has('content-length')).toBe(false);
    const read = reading(response);
    await until(() => source.events.subscribers === 1);
    expect(read.text).toBe(':\n\n');
    source.events.publish({ n: 1 });
    await until(() => read.text.includes('next'));
    source.events.complete();
    await read.over;
    expect(read.text).toBe(
      ':\n\nevent: next\ndata: {"data":{"ticks":{"n":1}}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('is opened by GET too, as an EventSource does, and not by a page of another site', async () => {
    const { url, source } = await start();
    const address = `${url}?query=${encodeURIComponent(ticks)}`;
    const foreign = await fetch(address, {
      headers: { accept: 'text/event-stream', 'sec-fetch-site': 'cross-site' },
    });
    expect(foreign.status).toBe(400);
    expect(source.asked).toEqual([]);
    const response = await fetch(address, {
      headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' },
    });
    const read = reading(response);
    await until(() => source.events.subscribers === 1);
    source.events.complete();
    await read.over;
    expect(read.text).toContain('event: complete');
  });

  it('is not ended by the deadline of requests, and says so in between', async () => {
    const { url, source } = await start({ limits: { requestTimeoutMs: 100 }, streams: { pingMs: 100 } });
    const read = reading(await post(url, ticks));
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect(read.text).toMatch(/^(:\n\n){4,5}$/);
    source.events.publish({ n: 2 });
    await until(() => read.text.includes('"n":2'));
    source.events.complete();
    await read.over;
  });

  it('is ended when it is as old as it may be, with a reason', async () => {
    const { url, source, ended } = await start({ streams: { lifetimeMs: 150 } });
    const read = reading(await post(url, ticks));
    await read.over;
    expect(read.text).toContain('"code":"REQUEST_TIMEOUT","retryable":true');
    expect(read.text).toMatch(/event: complete\ndata:\n\n$/);
    await until(() => source.events.subscribers === 0);
    expect(ended).toMatchObject([{ because: 'REQUEST_TIMEOUT' }]);
  });

  it('is ended when the gateway stops, with a reason, and does not hold it up', async () => {
    const { url, source, stop } = await start({ limits: { requestTimeoutMs: 20_000 } });
    const read = reading(await post(url, ticks));
    await until(() => source.events.subscribers === 1);
    const started = Date.now();
    await stop();
    await read.over;
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(read.text).toMatch(/being stopped\. Subscribe again\.[^\n]*\n\nevent: complete\ndata:\n\n$/);
    await until(() => source.events.subscribers === 0);
  });

  it('is closed at its source when the client goes', async () => {
    const { url, source, ended } = await start();
    const leaving = new AbortController();
    const read = reading(await post(url, ticks, 'text/event-stream', leaving.signal));
    await until(() => source.events.subscribers === 1);
    leaving.abort();
    await read.over.catch(() => {});
    await until(() => source.events.subscribers === 0 && ended.length === 1);
    expect(ended[0]?.because).toBe('left');
  });
});

describe('a reader that reads nothing', () => {
  /** Subscribes, and takes no byte. */
  async function deaf(url: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).pause();
    await once(socket, 'connect');
    const body = JSON.stringify({ query: 'subscription { ticks { pad } }' });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  }
  const pad = 'x'.repeat(50_000);

  it('loses its subscription after so many bytes, whatever is published', async () => {
    const { url, source, ended } = await start({ streams: { bufferBytes: 200_000, stalledMs: 10_000 } });
    const socket = await deaf(url);
    await until(() => source.events.subscribers === 1);
    let published = 0;
    while (source.events.subscribers === 1 && published < 1_000) {
      source.events.publish({ pad });
      published += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    // What the two sockets hold, and what the gateway keeps; not the fifty megabytes that could have come.
    expect(published).toBeLessThan(400);
    socket.resume();
    await until(() => ended.length === 1);
    expect(ended[0]).toMatchObject({ because: 'RATE_LIMITED' });
    // The last result says why it has ended; of the events before it at least one is missing.
    expect(ended[0]?.results).toBeLessThan(published + 1);
    socket.destroy();
  });

  it('is given up after a while', async () => {
    const { url, source, ended } = await start({ streams: { bufferBytes: 200_000, stalledMs: 200 } });
    const socket = await deaf(url);
    await until(() => source.events.subscribers === 1);
    for (let n = 0; n < 200; n += 1) {
      source.events.publish({ pad });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => ended.length === 1 && source.events.subscribers === 0);
    expect(ended[0]?.because).toBe('left');
    socket.destroy();
  });
});

describe('what else is asked for', () => {
  it('has a single result: JSON for a list of types, an event stream for whoever takes nothing else', async () => {
    const { url } = await start();
    const list = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed';
    expect(await (await post(url, '{ hello }', list)).json()).toEqual({ data: { hello: 'there' } });
    const response = await post(url, '{ hello }');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe(
      ':\n\nevent: next\ndata: {"data":{"hello":"there"}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('is refused in an event stream that says why', async () => {
    const { url } = await start();
    const response = await post(url, '{ nothing }');
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(
      /^:\n\nevent: next\ndata: \{"errors":\[.*GRAPHQL_VALIDATION_FAILED.*\]\}\n\nevent: complete\ndata:\n\n$/,
    );
  });

  it('is refused where a subscription is asked for as JSON, before anything is fetched', async () => {
    const { url, source } = await start();
    const response = await post(url, ticks, 'application/json');
    expect(response.status).toBe(406);
    expect(await response.text()).toContain('Accept text/event-stream');
    expect(source.asked).toEqual([]);
  });
});

describe('a subgraph that sends', () => {
  const head = { 'content-type': 'text/event-stream' };
  const next = (n: number) => `event: next\ndata: {"data":{"ticks":{"n":${n}}}}\n\n`;
  const complete = 'event: complete\n\n';

  it.each<[string, { status?: number; headers?: Record<string, string>; body: string }, readonly unknown[]]>([
    [
      'comments, other events and all line ends',
      { body: `\ufeff: hi\r\n\r\nevent: other\rdata: 1\r\r${next(1)}${complete}` },
      [1],
    ],
    [
      'an event of several lines',
      { body: `event: next\ndata: {"data":\ndata:  {"ticks":{"n":2}}}\n\n${complete}` },
      [2],
    ],
    [
      'no JSON, for that event alone',
      { body: `event: next\ndata: <html>\n\n${next(3)}${complete}` },
      ['SUBGRAPH_ERROR', 3],
    ],
    [
      'no result, for that event alone',
      { body: `event: next\ndata: []\n\n${next(4)}${complete}` },
      ['SUBGRAPH_ERROR', 4],
    ],
    ['no `complete`', { body: next(5) }, [5, 'SUBGRAPH_UNAVAILABLE']],
    ['half an event', { body: `${next(6)}event: next\ndata: {"da` }, [6, 'SUBGRAPH_UNAVAILABLE']],
    ['a line without end', { body: `${next(7)}data: ${'x'.repeat(200_000)}` }, [7, 'SUBGRAPH_ERROR']],
    [
      'an event without end',
      { body: `${next(8)}${`data: ${'x'.repeat(1_000)}\n`.repeat(200)}` },
      [8, 'SUBGRAPH_ERROR'],
    ],
    [
      'JSON',
      { headers: { 'content-type': 'application/json' }, body: '{"data":{"ticks":null}}' },
      ['SUBGRAPH_ERROR'],
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' },
      ['SUBGRAPH_ERROR'],
    ],
    ['that it is not there', { status: 503, body: '' }, ['SUBGRAPH_UNAVAILABLE']],
    ['that it does not know us', { status: 401, body: 'secret' }, ['SUBGRAPH_ERROR']],
    [
      'an error that is not for clients',
      { body: `event: next\ndata: {"errors":[{"message":"secret"}]}\n\n${complete}` },
      ['SUBGRAPH_ERROR'],
    ],
  ])('%s', async (_, instead, expected) => {
    const { url, source, ended } = await start();
    source.instead = { ...instead, headers: { ...head, ...instead.headers } };
    const text = await (await post(url, ticks)).text();
    const results = [...text.matchAll(/^data: (.+)$/gm)].map(([, json = '']) => JSON.parse(json));
    expect(results.map(({ data, errors }) => errors?.[0].extensions.code ?? data.ticks.n)).toEqual(expected);
    expect(text).toMatch(/event: complete\ndata:\n\n$/);
    expect(text).not.toContain('secret');
    await until(() => ended.length === 1);
  });

  it('nothing at all, in time', async () => {
    const { url, source } = await start({ limits: { subgraphTimeoutMs: 200 } });
    source.instead = 'hang';
    expect(await (await post(url, ticks)).text()).toContain('SUBGRAPH_TIMEOUT');
  });
});
