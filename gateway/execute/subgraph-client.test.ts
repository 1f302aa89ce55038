import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import {
  type AddressInfo,
  createServer as createSocketServer,
  type Socket,
  type Server as SocketServer,
} from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createSubgraphClient,
  type SubgraphAvailability,
  type SubgraphClient,
  type SubgraphRetry,
} from './subgraph-client.ts';

let server: Server | SocketServer | undefined;
let client: SubgraphClient;
let requests = 0;
const sockets = new Set<Socket>();
const availability: SubgraphAvailability[] = [];
const retries: SubgraphRetry[] = [];

beforeEach(() => {
  requests = 0;
  availability.length = 0;
  retries.length = 0;
  client = createSubgraphClient({
    timeoutMs: 300,
    responseBytes: 1_000,
    concurrency: 2,
    availabilityChanged: (event) => availability.push(event),
    retried: (event) => retries.push(event),
  });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
  await client.close();
});

async function listen(created: Server | SocketServer, port = 0): Promise<string> {
  server = created;
  created.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => created.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(created.address() as AddressInfo).port}/graphql`;
}

const http = (listener: RequestListener) =>
  listen(
    createHttpServer((request, response) => {
      requests += 1;
      listener(request, response);
    }),
  );

/** Writes raw bytes to whoever asks, and cuts the connection. */
const raw = (answer: string) =>
  listen(
    createSocketServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        requests += 1;
        socket.end(answer);
      });
    }),
  );

interface Options {
  readonly signal?: AbortSignal;
  readonly repeatable?: boolean;
}

const send = (url: string, { signal = new AbortController().signal, repeatable = true }: Options = {}) =>
  client.send({ subgraph: 'a', url, body: '{}', headers: { 'x-own': 'yes' }, repeatable, signal });

describe('a request to a subgraph', () => {
  it('carries our headers and no others of a client', async () => {
    let seen: readonly string[] = [];
    const url = await http((request, response) => {
      seen = Object.keys(request.headers).sort();
      response.setHeader('content-type', 'application/json').end('{"data":{}}');
    });
    expect(await send(url)).toEqual({
      outcome: 'answered',
      status: 200,
      body: Buffer.from('{"data":{}}'),
    });
    expect(seen).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host', 'x-own']);
  });

  it('does not follow a redirect, which would carry the token away', async () => {
    const url = await http((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await send(url)).toMatchObject({ outcome: 'answered', status: 307 });
    expect(requests).toBe(1);
  });

  it('ends at its deadline', async () => {
    expect(await send(await http(() => {}))).toEqual({ outcome: 'timeout', status: undefined });
  });

  it('ends at its deadline when the answer drips', async () => {
    const url = await http((_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await send(url)).toEqual({ outcome: 'timeout', status: undefined });
  });

  it.each<[string, RequestListener]>([
    ['says that it is too long', (_, response) => response.end('x'.repeat(2_000))],
    [
      'turns out too long',
      (_, response) => void response.write('x'.repeat(900), () => response.end('x'.repeat(900))),
    ],
    ['is packed', (_, response) => response.setHeader('content-encoding', 'gzip').end('x')],
  ])('takes no answer that %s', async (_, listener) => {
    expect(await send(await http(listener))).toEqual({ outcome: 'malformed', status: 200 });
  });

  it.each<[string, string, unknown]>([
    ['is cut', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"da', { outcome: 'malformed', status: 200 }],
    [
      'is cut within a chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\n{"da',
      { outcome: 'malformed', status: 200 },
    ],
    ['is no HTTP', 'hello\r\n\r\n', { outcome: 'malformed', status: undefined }],
  ])('takes no answer that %s', async (_, bytes, expected) => {
    expect(await send(await raw(bytes))).toEqual(expected);
    expect(requests).toBe(1);
  });

  it('ends when its caller goes away, and the subgraph sees it', async () => {
    const caller = new AbortController();
    const closed = new Promise<void>((resolve, reject) => {
      http((request) => {
        request.socket.on('close', () => resolve());
        caller.abort();
      })
        .then((url) => send(url, caller))
        .then(({ outcome }) => expect(outcome).toBe('cancelled'))
        .catch(reject);
    });
    await closed;
  });

  it('is not even begun for a caller who has gone', async () => {
    const url = await http((_, response) => response.end('{}'));
    expect(await send(url, { signal: AbortSignal.abort() })).toEqual({
      outcome: 'cancelled',
      status: undefined,
    });
    expect(requests).toBe(0);
  });

  it('says that nobody is there', async () => {
    expect(await send('http://127.0.0.1:1/graphql')).toEqual({ outcome: 'unavailable', status: undefined });
  });
});

describe('a query', () => {
  it('is sent again when the connection is lost, or something before the subgraph says that it is not there', async () => {
    const url = await http((request, response) => {
      if (requests === 1) request.socket.destroy();
      else if (requests === 2) response.writeHead(503).end();
      else response.end('{}');
    });
    expect(await send(url)).toMatchObject({ outcome: 'answered', status: 200 });
    expect(retries).toEqual([
      { subgraph: 'a', attempt: 1 },
      { subgraph: 'a', attempt: 2 },
    ]);
  });

  it('is sent three times at most', async () => {
    expect(await send(await http((_, response) => response.writeHead(503).end()))).toMatchObject({
      status: 503,
    });
    expect(requests).toBe(3);
  });

  it('is not sent again to who wants to be left alone for longer', async () => {
    const url = await http((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    expect(await send(url)).toMatchObject({ status: 503 });
    expect(requests).toBe(1);
  });

  it.each([500, 400])('is not sent again after a %i, which is an answer', async (status) => {
    expect(await send(await http((_, response) => response.writeHead(status).end()))).toMatchObject({
      status,
    });
    expect(requests).toBe(1);
  });

  it('finds a connection that was closed while it was kept, and takes another', async () => {
    const url = await http((request, response) => {
      response.end('{}', () => setTimeout(() => request.socket.destroy(), 5));
    });
    for (let round = 0; round < 20; round += 1) {
      expect(await send(url)).toMatchObject({ outcome: 'answered' });
      await new Promise((resolve) => setTimeout(resolve, round % 8));
    }
  });
});

describe('a mutation', () => {
  it('is never sent again', async () => {
    const url = await http((request) => request.socket.destroy());
    expect(await send(url, { repeatable: false })).toEqual({ outcome: 'unavailable', status: undefined });
    expect(requests).toBe(1);
  });
});

describe('a subgraph', () => {
  it('gets so many requests at once and no more; the others wait for their turn', async () => {
    let most = 0;
    let now = 0;
    const url = await http((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end('{}');
      }, 10);
    });
    const replies = await Promise.all(Array.from({ length: 12 }, () => send(url)));
    expect(replies.every(({ outcome }) => outcome === 'answered')).toBe(true);
    expect(most).toBe(2);
  });

  it('turns away who would wait behind too many, and waits for no longer than the deadline', async () => {
    const url = await http(() => {});
    const outcomes = (await Promise.all(Array.from({ length: 30 }, () => send(url)))).map(
      ({ outcome }) => outcome,
    );
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(30 - 2 - 20);
    expect(outcomes.filter((outcome) => outcome === 'timeout')).toHaveLength(22);
  });

  it('is left alone when it does not answer, and tried again after a while', async () => {
    let isWell = false;
    const url = await http((request, response) => (isWell ? response.end('{}') : request.socket.destroy()));
    for (let call = 0; call < 20; call += 1) await send(url, { repeatable: false });
    expect(await send(url)).toEqual({ outcome: 'refused', status: undefined });
    expect(requests).toBe(20);
    expect(availability).toEqual([{ subgraph: 'a', breaker: 'open' }]);
    isWell = true;
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    for (let call = 0; call < 3; call += 1) expect(await send(url)).toMatchObject({ outcome: 'answered' });
    expect(availability.map(({ breaker }) => breaker)).toEqual(['open', 'half-open', 'closed']);
  });
});
