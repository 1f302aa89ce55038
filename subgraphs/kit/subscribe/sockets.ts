/** Subscriptions over WebSocket: the subprotocol `graphql-transport-ws`, any number of them on one socket. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  handleProtocols,
  makeServer,
  type ServerOptions,
} from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Log, loggedFault } from '../server/log.ts';
import type { SubscriptionSettings } from './settings.ts';

/** An operation and its variables; `ws` closes with 1009 where a message is larger. */
const MESSAGE_LIMIT = 1024 * 1024;
const GOING_AWAY = 1001;
const GOODBYE_MS = 2_000;

export type Protocol<Extra> = ServerOptions<Record<string, unknown>, Extra>;

export interface Sockets<Extra> {
  /** How many are open. */
  readonly count: number;
  /** Takes over a connection whose request has been looked at. */
  open(request: IncomingMessage, connection: Duplex, start: { head: Buffer; extra: Extra; log: Log }): void;
  /** Says that the process ends, and cuts off who does not leave. */
  close(): Promise<void>;
}

export function createSockets<Extra>(
  protocol: Protocol<Extra>,
  settings: SubscriptionSettings,
): Sockets<Extra> {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT,
    perMessageDeflate: false,
    handleProtocols,
  });
  const { opened } = makeServer<Record<string, unknown>, Extra>({
    ...protocol,
    connectionInitWaitTimeout: settings.initMs,
  });
  return {
    get count() {
      return server.clients.size;
    },
    open(request, connection, { head, extra, log }) {
      server.handleUpgrade(request, connection, head, (socket) => {
        const stopPinging = keepAlive(socket, settings.pingMs);
        const closed = opened(adapted(socket, log), extra);
        socket.on('error', (error) => log.warn({ fault: loggedFault(error) }, 'a WebSocket failed'));
        socket.once('close', (code, reason) => {
          stopPinging();
          void closed(code, String(reason));
        });
      });
    },
    async close() {
      const clients = [...server.clients];
      const closed = clients.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of clients) socket.close(GOING_AWAY, 'Going away');
      const limit = setTimeout(() => {
        for (const socket of clients) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all(closed);
      clearTimeout(limit);
      server.close();
    },
  };
}

/** Whether the request offers the subprotocol, which is the only one that is spoken. */
export function offersProtocol({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === GRAPHQL_TRANSPORT_WS_PROTOCOL);
}

/** `graphql-ws` has this for `ws` too, but there it writes errors, text and all, to the console. */
function adapted(socket: WebSocket, log: Log): Parameters<ReturnType<typeof makeServer>['opened']>[0] {
  return {
    protocol: socket.protocol,
    // Resolves when the operating system has it: until then the next event is not executed.
    send: (data) =>
      new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) resolve();
        // A failure closes the socket, and that ends its subscriptions.
        else socket.send(data, () => resolve());
      }),
    close: (code, reason) => socket.close(code, reason),
    onMessage(take) {
      socket.on('message', (data) => {
        take(String(data)).catch((error: unknown) => {
          log.error({ fault: loggedFault(error) }, 'a message of a WebSocket failed');
          socket.close(CloseCode.InternalServerError, 'Internal server error');
        });
      });
    },
  };
}

/** Who does not answer one ping before the next is gone, or reads nothing of what is ready for it. */
function keepAlive(socket: WebSocket, pingMs: number): () => void {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingMs);
  return () => clearInterval(pinging);
}
