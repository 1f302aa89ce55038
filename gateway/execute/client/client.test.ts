import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
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
import type { SubgraphClientOptions } from './options.ts';

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => void unhandled.push(reason));

let subgraph: RawSubgraph | undefined;
let server: Server | undefined;
let opened: TestClient | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await subgraph?.stop();
  await opened?.client.close();
  subgraph = server = opened = undefined;
  expect(unhandled).toEqual([]);
});

function client(options?: Partial<SubgraphClientOptions>): TestClient {
  opened = openClient(options);
  return opened;
}

async function raw(answer: (connection: Connection) => void): Promise<RawSubgraph> {
  subgraph = await serveRaw(answer);
  return subgraph;
}

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?a=b`;
}

function answered(body: string, status = 200): SubgraphReply {
  return { outcome: 'answered', status, body: Buffer.from(body) };
}
const malformed = (status?: number): SubgraphReply => ({ outcome: 'malformed', status });
const without = (outcome: 'unavailable' | 'timeout' | 'cancelled' | 'refused'): SubgraphReply => ({
  outcome,
  status: undefined,
});

/** Undici takes a connection for free in the next turn of the event loop. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

function drip(socket: Socket, head: string, drop: string) {
  socket.write(head);
  const timer = setInterval(() => socket.write(drop), 10);
  socket.on('close', () => clearInterval(timer));
}

describe('a request', () => {
  it('carries our fields and no others, and its body as it is', async () => {
    const seen: string[] = [];
    const url = await listen((request, response) => {
      seen.push(request.method ?? '', request.url ?? '', ...Object.keys(request.headers).sort());
      request.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
      request.on('end', () => response.setHeader('content-type', 'application/json').end('{"data":{}}'));
    });
    expect(await client().send(url)).toEqual(answered('{"data":{}}'));
    const fields = ['accept', 'connection', 'content-length', 'content-type', 'host', 'x-own'];
    expect(seen).toEqual(['POST', '/graphql?a=b', ...fields, '{"query":"{ é }"}']);
  });

  it('takes a body of bytes too', async () => {
    const { url, requests } = await raw(({ socket }) => socket.write(http('{}')));
    await client().send(url, { body: Buffer.from('{"a":"é"}') });
    expect(Buffer.from(requests[0] ?? '', 'latin1').toString()).toContain('\r\n\r\n{"a":"é"}');
  });

  it('is a fault of ours if it cannot be made, and leaves no trace', async () => {
    const { send, client: it } = client({ concurrency: 1 });
    await expect(send('nonsense')).rejects.toThrow('Invalid URL');
    await expect(send('http://127.0.0.1:1/', { headers: { a: 'b\r\nc: d' } })).rejects.toThrow(
      'invalid a header',
    );
    expect(it.state().get('video')).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });

  it('goes over a connection that is there, one at a time', async () => {
    const { url, connections } = await raw(({ socket }) => socket.write(http('{}')));
    const { send } = client();
    for (let count = 0; count < 5; count += 1) {
      await send(url);
      await turn();
    }
    expect(connections.made).toBe(1);
  });

  it('is never sent into a connection that waits for another reply', async () => {
    let most = 0;
    const { url, connections } = await raw(({ socket, text }) => {
      most = Math.max(most, text.split('POST ').length - 1);
      setTimeout(() => socket.write(http('{}')), 5);
    });
    const { send } = client({ connections: 3 });
    const replies = await Promise.all(Array.from({ length: 30 }, () => send(url)));
    expect(new Set(replies.map(({ outcome }) => outcome))).toEqual(new Set(['answered']));
    expect([connections.made, most]).toEqual([3, 1]);
  });
});

describe('a reply', () => {
  it.each<[string, string, SubgraphReply]>([
    ['in one piece', http('{"a":"é"}'), answered('{"a":"é"}')],
    ['without a body', http(''), answered('')],
    ['of another status', http('{"errors":[]}', { status: 400 }), answered('{"errors":[]}', 400)],
    ['after interim ones', `HTTP/1.1 103 X\r\nlink: </a>\r\n\r\n${http('{}')}`, answered('{}')],
    ['that is a redirect', http('{}', { status: 307, fields: 'location: /elsewhere\r\n' }), malformed(307)],
    ['that is not modified', 'HTTP/1.1 304 X\r\n\r\n', malformed(304)],
    [
      'larger than it may be, by its own account',
      `HTTP/1.1 200 X\r\ncontent-length: 1001\r\n\r\n`,
      malformed(200),
    ],
    [
      'larger than it may be, by far',
      `HTTP/1.1 200 X\r\ncontent-length: 99999999999999\r\n\r\n`,
      malformed(200),
    ],
    ['with two lengths', `HTTP/1.1 200 X\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`, malformed()],
    [
      'with a length and chunks',
      `HTTP/1.1 200 X\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      malformed(),
    ],
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', malformed()],
    ['of another version', 'HTTP/9.9 200 OK\r\n\r\n', malformed()],
    ['with a broken chunk', 'HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', malformed(200)],
    ['with endless fields', `HTTP/1.1 200 X\r\n${`a: ${'x'.repeat(1_000)}\r\n`.repeat(40)}\r\n`, malformed()],
    [
      'that changes the protocol',
      'HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      malformed(),
    ],
  ])('%s', async (_, text, expected) => {
    const { url, requests } = await raw(({ socket }) => socket.write(text));
    expect(await client({ responseBytes: 1_000 }).send(url)).toEqual(expected);
    expect(requests).toHaveLength(1);
  });

  it('in many pieces', async () => {
    const body = JSON.stringify({ data: 'é'.repeat(300_000) });
    const url = await listen((_, response) => {
      const bytes = Buffer.from(body);
      response.setHeader('content-type', 'application/json');
      for (let at = 0; at < bytes.length; at += 70_001) response.write(bytes.subarray(at, at + 70_001));
      response.end();
    });
    const reply = await client().send(url);
    // Not `toEqual`, which takes seconds for so many bytes.
    expect(reply.outcome === 'answered' && reply.body.equals(Buffer.from(body))).toBe(true);
  });

  it('until the connection ends', async () => {
    const { url } = await raw(({ socket }) =>
      socket.end('HTTP/1.1 200 X\r\ncontent-type: application/json\r\n\r\n{"a":1}'),
    );
    expect(await client().send(url)).toEqual(answered('{"a":1}'));
  });

  it.each([
    ['compressed', () => gzipSync('{}'), { 'content-encoding': 'gzip' }],
    ['larger than it may be, by chunks', () => 'x'.repeat(2_000), {}],
  ])('%s is read no further, and the subgraph sees it', async (_, body, fields) => {
    let closed = false;
    const url = await listen((request, response) => {
      request.socket.on('close', () => (closed = true));
      response.writeHead(200, { ...fields }).write(body());
    });
    expect(await client({ responseBytes: 1_000 }).send(url)).toEqual(malformed(200));
    await eventually(() => closed);
  });

  it.each([
    ['by its length', 'HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{"a"'],
    ['within a chunk', 'HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"a"'],
    ['between chunks', 'HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n'],
  ])('cut off %s is none, and is not asked for again', async (_, text) => {
    for (const cut of [
      (it: Connection) => it.socket.end(text),
      (it: Connection) => it.socket.write(text, () => it.socket.resetAndDestroy()),
    ]) {
      const { url, requests, stop } = await raw(cut);
      const { send, client: it } = client();
      const { outcome } = await send(url);
      expect([outcome, requests.length]).toEqual(['malformed', 1]);
      await it.close();
      await stop();
    }
  });

  it('cut off in its head is none', async () => {
    const { url } = await raw(({ socket }) => socket.end('HTTP/1.1 200 X\r\ncontent-ty'));
    expect(await client().send(url)).toEqual(malformed());
  });

  it('that comes unasked does not become that of the next call', async () => {
    const { url } = await raw(({ socket, request }) => {
      socket.write(http(`{"request":${request}}`) + (request === 1 ? http('{"forged":true}') : ''));
    });
    const { send } = client();
    expect(await send(url)).toEqual(answered('{"request":1}'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await send(url)).toEqual(answered('{"request":1}'));
  });
});

describe('the deadline', () => {
  it.each<[string, (connection: Connection) => void]>([
    ['when nothing comes', () => {}],
    ['when the head drips', ({ socket }) => drip(socket, 'HTTP/1.1 200 X\r\n', 'a: b\r\n')],
    [
      'when the body drips',
      ({ socket }) => drip(socket, 'HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n', ' '),
    ],
    ['when interim replies drip', ({ socket }) => drip(socket, '', 'HTTP/1.1 103 X\r\n\r\n')],
    [
      'when the body stalls',
      ({ socket }) => void socket.write('HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{'),
    ],
  ])('ends a call %s, once, and the subgraph sees it', async (_, answer) => {
    const { url, requests, connections } = await raw(answer);
    const started = performance.now();
    expect(await client({ timeoutMs: 150 }).send(url)).toEqual(without('timeout'));
    expect(performance.now() - started).toBeGreaterThanOrEqual(148);
    await eventually(() => connections.open === 0);
    expect(requests).toHaveLength(1);
  });

  it('counts the time in the queue, and nothing is sent for a call that did not get its turn', async () => {
    const { url, requests, connections } = await raw(() => {});
    const { send, client: it } = client({ timeoutMs: 150, concurrency: 1 });
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(url)));
    expect(replies).toEqual(Array(10).fill(without('timeout')));
    await eventually(() => connections.open === 0);
    // A call or two may have had their turn in the moment between two deadlines.
    expect(requests.length).toBeLessThan(5);
    expect(it.state().get('video')).toEqual({ breaker: 'closed', inFlight: 0, queued: 0 });
  });
});
