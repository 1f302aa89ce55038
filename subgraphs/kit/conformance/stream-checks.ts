/** That subscriptions ask for the token as well, over server-sent events and WebSocket, before anything starts. */
import { type FieldDefinitionNode, Kind } from 'graphql';
import { WebSocket } from 'ws';
import type { Answer } from './answer.ts';
import { type Check, expecting, isRefused, type Outcome, passed, type Subject, skipped } from './check.ts';
import { described, digestOf, type Forge, tokenOf } from './forge.ts';
import { fieldsOf, isList, namedType, rootOf } from './offered.ts';

const PROTOCOL = 'graphql-transport-ws';
const PATIENCE_MS = 5_000;

const SSE = 'Ask for the token before a stream of events is opened: 401, and no stream.';
const SOCKET =
  'Refuse the upgrade with 401, or close the socket with 4403 in place of connection_ack; close with 4401 who subscribes before that.';

/** Where there are none, a stream cannot be opened past the token. */
function check(
  id: string,
  sentence: string,
  advice: string,
  run: (subject: Subject, query: string) => Promise<Outcome>,
): Check {
  return {
    id,
    sentence,
    advice,
    async run(subject) {
      const query = subscriptionOf(subject);
      return query === undefined ? skipped('there are no subscriptions') : run(subject, query);
    },
  };
}

const accept = { accept: 'text/event-stream' };
const expired = (forge: Forge) => tokenOf(forge, { claims: { iat: forge.now - 60, exp: forge.now - 31 } });
const forOtherBody = (forge: Forge) =>
  tokenOf(forge, { context: { body: digestOf('{}') }, claims: { jti: forge.id } });
const notOurs = (forge: Forge) => tokenOf(forge, { claims: { aud: 'another-subgraph' } });

function events(id: string, what: string, tokens: (forge: Forge) => readonly string[]): Check {
  return check(`events.${id}`, `events are refused ${what}`, SSE, (subject, query) =>
    expecting(
      subject,
      { tokens: tokens(subject.forge({ body: { query } })), headers: accept, body: { query } },
      isRefused,
    ),
  );
}

interface Opening {
  /** In the header of the upgrade. */
  readonly token?: string;
  /** In the payload of `connection_init`. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Subscribes without waiting for the acknowledgement, and without `connection_init`. */
  readonly early?: string;
}

function socket(id: string, what: string, opening: (forge: Forge, query: string) => Opening): Check {
  return check(`socket.${id}`, `a WebSocket is refused ${what}`, SOCKET, async ({ url, forge }, query) => {
    const opened = opening(forge(), query);
    const came = await open(url, opened);
    const isClosed = came.startsWith('closed') || came.startsWith('refused');
    return isClosed ? passed : { result: 'failed', sent: tellOpening(opened), came };
  });
}

export const streamChecks: readonly Check[] = [
  events('missing', 'without a token', () => []),
  events('expired', 'with a token that has ended', (forge) => [expired(forge)]),
  events('other', 'with another subgraph’s token', (forge) => [notOurs(forge)]),
  events('other-body', 'with a token that is bound to another body', (forge) => [forOtherBody(forge)]),
  socket('missing', 'without a token', () => ({})),
  socket('expired', 'with a token in its upgrade that has ended', (forge) => ({ token: expired(forge) })),
  socket('other', 'with another subgraph’s token in its upgrade', (forge) => ({ token: notOurs(forge) })),
  socket('bound', 'with a token in its upgrade that is bound to a body', (forge) => ({
    token: forOtherBody(forge),
  })),
  socket('init-expired', 'with a token in connection_init that has ended', (forge) => ({
    payload: { txnToken: expired(forge) },
  })),
  socket('init-garbage', 'with a token in connection_init that is no text', () => ({
    payload: { txnToken: { sub: 'me' } },
  })),
  socket('early', 'that subscribes before connection_init', (_, early) => ({ early })),
  check(
    'stream.good',
    'a good token opens a stream of events or a WebSocket',
    'Serve subscriptions at the same address, as text/event-stream or by the subprotocol graphql-transport-ws.',
    async (subject, query) => {
      if ((await open(subject.url, { token: tokenOf(subject.forge()) })) === 'acknowledged') return passed;
      const body = { query };
      return expecting(
        subject,
        { tokens: [tokenOf(subject.forge({ body }))], headers: accept, body },
        isStream,
      );
    },
  ),
];

function isStream(answer: Answer): boolean {
  return 'status' in answer && answer.status === 200 && answer.contentType.startsWith('text/event-stream');
}

/** What becomes of a socket, in words: `acknowledged`, `closed with …`, `refused with …`, or what it says unasked. */
function open(url: string, { token, payload, early }: Opening): Promise<string> {
  return new Promise((resolve) => {
    const headers = token === undefined ? {} : { 'Txn-Token': token };
    const opened = new WebSocket(url.replace(/^http/, 'ws'), PROTOCOL, { headers });
    const limit = setTimeout(() => end(`nothing within ${PATIENCE_MS} ms`), PATIENCE_MS);
    const end = (came: string) => {
      clearTimeout(limit);
      resolve(came);
      opened.terminate();
    };
    opened.on('open', () => {
      const subscribe = { id: '1', type: 'subscribe', payload: { query: early } };
      opened.send(JSON.stringify(early === undefined ? { type: 'connection_init', payload } : subscribe));
    });
    opened.on('message', (data) => {
      const text = String(data);
      if (text.includes('"connection_ack"')) end('acknowledged');
      else if (!text.includes('"ping"')) end(text.slice(0, 200));
    });
    opened.on('unexpected-response', (_, { statusCode }) => end(`refused with ${statusCode}`));
    opened.on('close', (code) => end(`closed with ${code}`));
    opened.on('error', (error) => end(`refused with ${error.message}`));
  });
}

function tellOpening({ token, payload, early }: Opening): string {
  if (early !== undefined) return `a WebSocket without Txn-Token, and subscribe before connection_init`;
  const init = payload === undefined ? '' : ' with a bad txnToken';
  return `a WebSocket with ${token === undefined ? 'no Txn-Token' : `Txn-Token: ${described(token)}`}, and connection_init${init}`;
}

/** A subscription to anything, its required arguments filled with what is most likely of their type. */
function subscriptionOf({ schema }: Subject): string | undefined {
  if (schema === undefined) return undefined;
  const [field] = fieldsOf(schema, rootOf(schema, 'subscription'));
  if (field === undefined) return undefined;
  const type = namedType(field.type);
  const selection = fieldsOf(schema, type).length > 0 ? ' { __typename }' : '';
  return `subscription { ${field.name.value}${argumentsOf(field)}${selection} }`;
}

function argumentsOf({ arguments: given = [] }: FieldDefinitionNode): string {
  const required = given.filter(
    ({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined,
  );
  const values: Readonly<Record<string, string>> = {
    ID: '"none"',
    String: '"none"',
    Int: '1',
    Float: '1',
    Boolean: 'true',
  };
  const texts = required.map(
    ({ name, type }) => `${name.value}: ${isList(type) ? '[]' : (values[namedType(type)] ?? '{}')}`,
  );
  return texts.length === 0 ? '' : `(${texts.join(', ')})`;
}
