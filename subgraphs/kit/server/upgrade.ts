/** What a request for a WebSocket comes to: the same token as elsewhere, in its header or in its first message. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { type Authenticated, authenticate, identify } from '../identity/authenticate.ts';
import { type BodyDemand, reasonAgainstBody } from '../identity/body-binding.ts';
import type { TokenProfile } from '../identity/verify.ts';
import { readOperation, type SubscriptionOperation } from '../subscribe/operation.ts';
import type { SubscriptionSettings } from '../subscribe/settings.ts';
import { createSockets, offersProtocol, type Protocol } from '../subscribe/sockets.ts';
import type { Results, Subscriber, Subscriptions } from '../subscribe/subscriptions.ts';
import { type Answer, BadRequest, BUSY, NOT_FOUND, UNAUTHENTICATED } from './answer.ts';
import type { Log } from './log.ts';
import { type RequestIds, requestIds } from './request-ids.ts';

export interface UpgradeOptions {
  readonly profile: TokenProfile;
  readonly demand: BodyDemand;
  readonly schema: GraphQLSchema;
  readonly subscriptions: Subscriptions;
  readonly settings: SubscriptionSettings;
  readonly log: Log;
}

export interface Upgrades {
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** What is known of one socket. */
interface Extra {
  readonly ids: RequestIds;
  readonly log: Log;
  /** Its token as it was sent: verified again for each subscription, since its life is half a minute. */
  token: string | undefined;
}

export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { profile, demand, settings } = options;
  const protocol = protocolOf(options);
  const verified = createSockets<Extra>(protocol, settings);
  // Whoever reaches the port can open those: they take no place from those of the gateway, which brings its token at once.
  const unverified = createSockets<Extra>(protocol, settings);
  const socketsFor = ({ headers }: IncomingMessage) =>
    headers['txn-token'] === undefined ? unverified : verified;
  let closing = false;

  const answerTo = async (request: IncomingMessage, log: Log): Promise<Answer | undefined> => {
    const withoutToken = request.headers['txn-token'] === undefined && request.url === '/graphql';
    const known = withoutToken
      ? undefined
      : forSockets(await authenticate(request.headersDistinct, profile), demand);
    if (known !== undefined && 'refused' in known) {
      log.warn({ reason: known.refused }, 'token refused');
      return UNAUTHENTICATED;
    }
    if (request.url !== '/graphql') return NOT_FOUND;
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return new BadRequest(400, 'the only upgrade is to a WebSocket').answer;
    }
    if (!offersProtocol(request)) {
      return new BadRequest(400, 'the subprotocol of the WebSocket must be graphql-transport-ws').answer;
    }
    return closing || socketsFor(request).count >= settings.most ? BUSY : undefined;
  };

  return {
    async upgrade(request, connection, head) {
      // The server has let go of the connection: without a listener its failure would end the process.
      connection.on('error', () => connection.destroy());
      const ids = requestIds(request.headers);
      const log = options.log.child(ids);
      const refusal = await answerTo(request, log);
      if (refusal !== undefined) return refuse(connection, refusal);
      const extra = { ids, log, token: request.headersDistinct['txn-token']?.[0] };
      socketsFor(request).open(request, connection, { head, extra, log });
    },
    async close() {
      closing = true;
      await Promise.all([verified.close(), unverified.close()]);
    },
  };
}

/** What goes over a WebSocket is no body: a token for one is not meant for it. */
function forSockets(known: Authenticated, demand: BodyDemand): Authenticated {
  if ('refused' in known) return known;
  const reason = reasonAgainstBody(known.binding, undefined, demand);
  return reason === undefined ? known : { refused: reason };
}

/** One for every token that is not valid, as over HTTP. */
const UNAUTHENTICATED_ERROR = new GraphQLError('a valid transaction token is required', {
  extensions: { code: 'UNAUTHENTICATED' },
});
const BUSY_ERROR = new GraphQLError('no more subscriptions are taken at present', {
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
});

interface Started {
  readonly operation: SubscriptionOperation;
  readonly subscriber: Subscriber;
}

/** `contextValue` carries what `onSubscribe` has found out to `subscribe`. */
function protocolOf({ profile, demand, schema, subscriptions }: UpgradeOptions): Protocol<Extra> {
  return {
    schema,
    async onConnect({ extra, connectionParams }) {
      const sent = ownText(connectionParams, 'txnToken');
      // Two tokens are nobody's identity.
      if (sent !== undefined && extra.token !== undefined) return false;
      extra.token ??= sent;
      const known = forSockets(await identify(extra.token, profile), demand);
      if ('identity' in known) return true;
      extra.log.warn({ reason: known.refused }, 'token refused');
      return false;
    },
    async onSubscribe({ extra }, _id, payload) {
      const token = ownText(payload.extensions, 'txnToken') ?? extra.token;
      const known = forSockets(await identify(token, profile), demand);
      if ('refused' in known) {
        extra.log.warn({ reason: known.refused }, 'token refused');
        return [UNAUTHENTICATED_ERROR];
      }
      const read = readOperation(schema, payload);
      if ('errors' in read) {
        return read.errors.map(({ message, extensions = {} }) => new GraphQLError(message, { extensions }));
      }
      const { operation } = read;
      const subscriber = { identity: known.identity, ids: extra.ids, log: extra.log };
      return { ...operation, contextValue: { operation, subscriber } satisfies Started };
    },
    subscribe({ contextValue }) {
      const { operation, subscriber } = contextValue as Started;
      const results: Results | undefined = subscriptions.open(operation, subscriber);
      return (results ?? { errors: [BUSY_ERROR] }) as never;
    },
    // The result, as it is: by itself the library would have its errors format themselves.
    onNext: (...parameters) => parameters[4] as never,
  };
}

function ownText(
  record: Readonly<Record<string, unknown>> | null | undefined,
  name: string,
): string | undefined {
  const value =
    record !== null && record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
  // What is no text is no token, and is refused as one.
  return value === undefined || typeof value === 'string' ? value : '';
}

function refuse(connection: Duplex, { status, body, headers = {} }: Answer): void {
  const lines = Object.entries({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    ...headers,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  connection.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
