import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSubgraphClient, type SubgraphClient } from './subgraph-client.ts';

let server: Server | undefined;
let client: SubgraphClient | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await client?.close();
});

async function send(listener: RequestListener, signal = new AbortController().signal) {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = createSubgraphClient({ timeoutMs: 300, responseBytes: 1_000 });
  return client.send({
    subgraph: 'a',
    url: `http://127.0.0.1:${port}/graphql`,
    body: '{}',
    headers: { 'x-own': 'yes' },
    signal,
  });
}

describe('a request to a subgraph', () => {
  it('carries our headers and no others of a client', async () => {
    let seen: readonly string[] = [];
    const reply = await send((request, response) => {
      seen = Object.keys(request.headers).sort();
      response.end('{"data":{}}');
    });
    expect(reply).toEqual({ outcome: 'answered', status: 200, body: Buffer.from('{"data":{}}') });
    expect(seen).toEqual(['accept', 'connection', 'content-length', 'content-type', 'host', 'x-own']);
  });

  it('does not follow a redirect, which would carry the token away', async () => {
    let requests = 0;
    const reply = await send((_, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(reply).toMatchObject({ outcome: 'answered', status: 307 });
    expect(requests).toBe(1);
  });

  it('ends at its deadline', async () => {
    expect(await send(() => {})).toEqual({ outcome: 'timeout', status: undefined });
  });

  it('ends at its deadline when the answer drips', async () => {
    const reply = await send((_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(reply).toEqual({ outcome: 'timeout', status: undefined });
  });

  it('takes no more than it may', async () => {
    const reply = await send((_, response) => response.end(JSON.stringify('x'.repeat(2_000))));
    expect(reply.outcome).toBe('malformed');
  });

  it('ends when its caller goes away, and the subgraph sees it', async () => {
    const caller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      void send((request) => {
        request.socket.on('close', () => resolve());
        caller.abort();
      }, caller.signal).then(({ outcome }) => expect(outcome).toBe('cancelled'));
    });
    await closed;
  });

  it('says that nobody is there', async () => {
    client = createSubgraphClient({ timeoutMs: 300, responseBytes: 1_000 });
    const signal = new AbortController().signal;
    const reply = await client.send({
      subgraph: 'a',
      url: 'http://127.0.0.1:1/graphql',
      body: '{}',
      headers: {},
      signal,
    });
    expect(reply).toEqual({ outcome: 'unavailable', status: undefined });
  });
});
