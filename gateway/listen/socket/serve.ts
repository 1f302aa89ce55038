/** WebSockets at `/graphql`, with the subprotocol graphql-transport-ws: one more way to the one door. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { buildSchema, type ExecutionResult, type FormattedExecutionResult, parse } from 'graphql';
import { type Context, handleProtocols, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { isLoopback } from '../../config/loopback.ts';
import type { GatewayConfig } from '../../config.ts';
import { Roster } from '../../roster/roster.ts';
import type { Cors } from '../cors.ts';
import type { Door } from '../door.ts';
import { answerRaw, errorBody } from '../errors.ts';
import { headersOf } from '../request-headers.ts';
import type { OpenStreams } from '../streams.ts';
import { certificateOf } from '../tls.ts';
import { Connection, ToldError } from './connection.ts';
import type { Opening } from './operation.ts';
import { isCrossSite } from './origin.ts';
import type { Init } from './said.ts';

/** Until somebody says who it is. */
const initMs = 3_000;

interface Wiring {
  readonly config: Pick<GatewayConfig, 'limits' | 'streams' | 'open'>;
  readonly open: OpenStreams;
  /** Headers that may be sent on. */
  readonly forwarded: readonly string[];
  readonly cors: Cors;
}

export function serveSockets(
  app: FastifyInstance,
  door: Door,
  { config, open, forwarded, cors }: Wiring,
): void {
  const { limits, streams } = config;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytes,
    // Inflating would let a small message be a large one.
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = createProtocol();
  const strangers = new Roster<Stranger>();
  /** Of those who have not said who they are, the eldest gives way: who says it at once gets a place, however many do not. */
  const isFull = () => {
    if (sockets.clients.size < streams.sockets) return false;
    const eldest = strangers.first;
    eldest?.giveWay();
    return eldest === undefined;
  };
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node listens no more, and a reset that nobody listens for ends the process.
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, { config, cors }) ?? (isFull() ? tooManySockets : undefined);
    if (refusal !== undefined) return answerRaw(socket, refusal.status, refusal.body);
    sockets.handleUpgrade(request, socket, head, (opened) => {
      const opening = openingOf(request, forwarded);
      const connection = new Connection(opened, door, { ...streams, ...limits, opening });
      const place = open.add(connection);
      const stranger = strangers.enter({
        giveWay() {
          admit();
          opened.terminate();
        },
      });
      const admit = () => strangers.leave(stranger);
      opened.once('close', () => {
        open.delete(place);
        admit();
      });
      join(protocol, opened, { connection, admit });
    });
  });
}

/** A WebSocket of which it is not known yet who is there. */
interface Stranger {
  giveWay(): void;
}

interface Refusal {
  readonly status: string;
  readonly body: unknown;
}

const tooManySockets: Refusal = {
  status: '503 Service Unavailable',
  body: errorBody('RATE_LIMITED', 'There are too many WebSockets.'),
};

function refusalOf(
  { url, headers }: IncomingMessage,
  { config: { open }, cors }: Pick<Wiring, 'config' | 'cors'>,
): Refusal | undefined {
  const [path] = (url ?? '').split('?');
  if (path !== '/graphql')
    return { status: '404 Not Found', body: errorBody('NOT_FOUND', 'WebSockets are at /graphql.') };
  if (open && !isLoopback(hostnameIn(headers.host)))
    return {
      status: '421 Misdirected Request',
      body: errorBody('FORBIDDEN', 'This answers only to localhost and loopback addresses.'),
    };
  if (isCrossSite(headers) && !cors.lists(headers.origin))
    return {
      status: '403 Forbidden',
      body: errorBody(
        'FORBIDDEN',
        'A page of another site cannot open a WebSocket, unless cors.origins lists it.',
      ),
    };
  return undefined;
}

const nothing = Object.freeze({ authorization: undefined, purpose: undefined, 'break-glass': undefined });

function openingOf(request: IncomingMessage, forwarded: readonly string[]): Opening {
  const headers = headersOf(request, forwarded);
  const { authorization, purpose, 'break-glass': breakGlass, ...others } = headers;
  // A browser that remembers a password sends it by itself, whatever page asks: nothing that is not said counts there (0008).
  const said = isCrossSite(request.headers) ? nothing : { authorization, purpose, 'break-glass': breakGlass };
  // With the one that says which of them go no further.
  const names = forwarded.length === 0 ? [] : [...forwarded, 'connection'];
  return {
    address: request.socket.remoteAddress,
    certificate: certificateOf(request.socket),
    said,
    headers: Object.fromEntries([...names, 'x-forwarded-for'].map((name) => [name, others[name]])),
  };
}

function hostnameIn(host = ''): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
}

interface Extra {
  readonly connection: Connection;
  /** It is known who connects, or nobody has to be. */
  admit(): void;
}

/** The library speaks the protocol; what it would execute by itself comes from the connection. */
function createProtocol(): Server<Extra> {
  return makeServer<NonNullable<Init>, Extra>({
    connectionInitWaitTimeout: initMs,
    async onConnect({ connectionParams, extra: { connection, admit } }: Context<NonNullable<Init>, Extra>) {
      const isAdmitted = await connection.isAdmitted(connectionParams);
      if (isAdmitted) admit();
      return isAdmitted;
    },
    async onSubscribe({ extra: { connection } }, _, payload) {
      const outcome = await connection.run(payload);
      if (!(Symbol.asyncIterator in outcome) && outcome.data === undefined)
        return (outcome.errors ?? []).map((error) => new ToldError(error));
      return { schema, document, rootValue: outcome };
    },
    execute: ({ rootValue }) => rootValue as ExecutionResult,
    // As it is: its errors are plain already.
    onNext: (...[, , , , result]) => result as FormattedExecutionResult,
  });
}

/** Asked for by the library, and read by nobody. */
const schema = buildSchema('type Query { unused: Int }');
const document = parse('{ unused }');

function join(protocol: Server<Extra>, socket: WebSocket, extra: Extra): void {
  const { connection } = extra;
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => connection.send(text),
      close: (code, reason) => connection.close(code ?? 1000, reason ?? ''),
      onMessage(take) {
        socket.on('message', (data) => {
          // A peer that has been asked to go can still have sent more, in the same burst.
          if (socket.readyState !== socket.OPEN) return;
          take(String(data)).catch(() => connection.close(1011, 'Internal error'));
        });
      },
    },
    extra,
  );
  socket.once('close', (code, reason) => void closed(code, String(reason)));
}
