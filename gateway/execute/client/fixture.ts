/** For tests of the client: subgraphs that do to a connection whatever the test says, and a client that is closed after each test. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { SubgraphCall, SubgraphReply } from './call.ts';
import { createSubgraphClient, type SubgraphClient } from './client.ts';
import type { BreakerChanged, CallRepeated } from './lane.ts';
import { defaultOptions, type SubgraphClientOptions } from './options.ts';

export interface Connection {
  readonly socket: Socket;
  /** Of this connection, from 1. */
  readonly request: number;
  readonly text: string;
}

export interface RawSubgraph {
  readonly url: string;
  /** Every request that came in whole. */
  readonly requests: readonly string[];
  /** Connections that were made, and those that are open. */
  readonly connections: { readonly made: number; readonly open: number };
  stop(): Promise<void>;
}

/** Speaks TCP: `answer` writes what it likes once a request is complete. */
export async function serveRaw(answer: (connection: Connection) => void, port = 0): Promise<RawSubgraph> {
  const requests: string[] = [];
  const open = new Set<Socket>();
  let made = 0;
  const server: Server = createServer((socket) => {
    made += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    let request = 0;
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      const whole = text;
      text = '';
      request += 1;
      requests.push(whole);
      answer({ socket, request, text: whole });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    requests,
    connections: {
      get made() {
        return made;
      },
      get open() {
        return open.size;
      },
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text)?.[1] ?? '0';
  return end >= 0 && text.length - end - 4 >= Number(length);
}

/** A reply with a body of its stated length. */
export function http(body: string, { status = 200, fields = '' } = {}): string {
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n${fields}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export interface TestClient {
  readonly client: SubgraphClient;
  readonly events: (BreakerChanged | CallRepeated)[];
  send(url: string, change?: Partial<SubgraphCall>): Promise<SubgraphReply>;
}

export function openClient(
  options: Partial<SubgraphClientOptions> = {},
  withheld: ReadonlySet<string> = new Set(),
): TestClient {
  const events: (BreakerChanged | CallRepeated)[] = [];
  const record = (event: BreakerChanged | CallRepeated) => void events.push(event);
  const client = createSubgraphClient(
    { timeoutMs: 2_000, retries: { ...defaultOptions.retries, backOffMs: 10 }, ...options },
    { breakerChanged: record, callRepeated: record },
    withheld,
  );
  return {
    client,
    events,
    send: (url, change) =>
      client.send({
        subgraph: 'video',
        url,
        body: '{"query":"{ é }"}',
        headers: { 'x-own': 'yes' },
        repeatable: true,
        shareable: true,
        signal: new AbortController().signal,
        ...change,
      }),
  };
}

/** Until it holds, for what happens on the other side of a socket. */
export async function eventually(holds: () => boolean): Promise<void> {
  const until = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`it never held: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
