/** Opens a stream of what a subgraph offers, by WebSocket or as server-sent events, and says what became of it. */
import { type FieldDefinitionNode, Kind } from 'graphql';
import { WebSocket } from 'ws';
import type { Answer } from './answer.ts';
import type { Asked } from './ask.ts';
import type { Subject } from './check.ts';
import { described } from './forge.ts';
import { fieldsOf, isList, namedType, rootOf } from './offered.ts';

const PROTOCOL = 'graphql-transport-ws';
const PATIENCE_MS = 5_000;

/** What is asked for as a stream of events. */
export function eventsOf(query: string) {
  return { headers: { accept: 'text/event-stream' }, body: { query } } satisfies Asked;
}

export function isStream(answer: Answer): boolean {
  return 'status' in answer && answer.status === 200 && answer.contentType.startsWith('text/event-stream');
}

export interface Opening {
  /** In the header of the upgrade. */
  readonly token?: string | undefined;
  /** In the payload of `connection_init`, where the kit takes one as well. */
  readonly initToken?: unknown;
  /** Subscribes without waiting for the acknowledgement, and without `connection_init`. */
  readonly early?: string;
}

/** What becomes of a socket, in words: `acknowledged`, `closed with …`, `refused with …`, or what it says unasked. */
export function openSocket(url: string, { token, initToken, early }: Opening): Promise<string> {
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
      const payload = initToken === undefined ? undefined : { txnToken: initToken };
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

export function tellOpening({ token, initToken, early }: Opening): string {
  if (early !== undefined) return 'a WebSocket without Txn-Token, and subscribe before connection_init';
  const header = token === undefined ? 'no Txn-Token' : `Txn-Token: ${described(token)}`;
  const told = typeof initToken === 'string' ? described(initToken) : JSON.stringify(initToken);
  return `a WebSocket with ${header}, and connection_init${initToken === undefined ? '' : ` with txnToken: ${told}`}`;
}

/** A subscription to anything, its required arguments filled with what is most likely of their type. */
export function subscriptionOf({ schema }: Subject): string | undefined {
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
