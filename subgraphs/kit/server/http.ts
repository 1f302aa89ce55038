/** The HTTP server, plain or over TLS: listens, and ends without cutting anybody off. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Log } from './log.ts';
import { followTls, type TlsSettings, tlsOptions } from './tls.ts';

export interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes the connection over, whether it becomes a WebSocket or not. */
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void>;
}

export interface Place {
  readonly host: string;
  readonly port: number;
  /** Whose port it is, for a message. */
  readonly domain: string;
  /** Undefined: plain HTTP. */
  readonly tls: TlsSettings | undefined;
}

export interface Listening {
  readonly port: number;
  /** Takes no more, waits for what is underway, at most `longestMs`. */
  drain(longestMs: number): Promise<void>;
}

/** Listens, or says what is in the way. */
export async function listen(handlers: Handlers, place: Place, log: Log): Promise<Listening> {
  // Counted here, because to Node a connection that has asked nothing yet is a busy one.
  let underway = 0;
  let draining = false;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    underway += 1;
    response.once('close', () => {
      underway -= 1;
      if (draining && underway === 0) server.closeAllConnections();
    });
    void handlers.request(request, response);
  };
  const { server, unfollow } = await createFor(place, answer, log);
  // Node would drop what is beyond 2,000 in silence, and with it a second token; their bytes are bounded.
  server.maxHeadersCount = 0;
  server.on('upgrade', (request, connection, head) => void handlers.upgrade(request, connection, head));
  await bind(server, place);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : place.port,
    async drain(longestMs) {
      unfollow();
      draining = true;
      const closed = once(server, 'close');
      server.close();
      if (underway === 0) server.closeAllConnections();
      const limit = setTimeout(() => server.closeAllConnections(), longestMs);
      await closed.finally(() => clearTimeout(limit));
    },
  };
}

const PATIENCE = { requestTimeout: 30_000, headersTimeout: 10_000 };

async function createFor({ tls, domain }: Place, answer: RequestListener, log: Log) {
  if (tls === undefined) return { server: createServer(PATIENCE, answer), unfollow: () => {} };
  const options = await tlsOptions(tls).catch((cause: Error) => {
    throw new Error(`The subgraph ${domain} cannot listen: ${cause.message}.`, { cause });
  });
  const server = createSecureServer({ ...options, ...PATIENCE }, answer);
  return { server, unfollow: followTls(server, tls, log) };
}

async function bind(server: Server, { host, port, domain }: Place): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is taken by another process. Stop that one, or set PORT to a free port.`,
      EACCES: `port ${port} may not be used by this account. Set PORT to one above 1023.`,
      EADDRNOTAVAIL: `this machine has no address ${host}. Set HOST to one it has, such as 127.0.0.1.`,
    };
    throw new Error(`The subgraph ${domain} cannot listen: ${why[code ?? ''] ?? code}`, { cause });
  }
}
