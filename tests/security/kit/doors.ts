/** Every way in which an operation can be sent to the gateway, each with the client that is usual for it. */
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Question {
  /** Without a path. */
  readonly url: string;
  /** The value of the header; undefined: nobody asks. */
  readonly authorization: string | undefined;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What is GraphQL's own of an answer. */
export interface Result {
  readonly data?: unknown;
  readonly errors?: unknown;
}

export interface Door {
  readonly name: string;
  /** By GET nothing is changed. */
  readonly takesMutations: boolean;
  ask(question: Question): Promise<Result>;
}

type Headers = Readonly<Record<string, string>>;

const headersOf = ({ authorization }: Question): Headers =>
  authorization === undefined ? {} : { authorization };

function post(accept: string): Door['ask'] {
  return async (question) => {
    const { url, query, variables } = question;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headersOf(question) },
      body: JSON.stringify({ query, variables }),
    });
    return resultOf(await response.text());
  };
}

/** As a whole, or as the only part of a multipart answer. */
function resultOf(text: string): Result {
  const [, part = text] = text.match(/^\s*--[^{]*(\{.*\})\s*--/s) ?? [];
  const { data, errors } = JSON.parse(part) as Result;
  return { data, errors };
}

async function get(question: Question): Promise<Result> {
  const { url, query, variables = {} } = question;
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const accept = 'application/graphql-response+json';
  const response = await fetch(`${url}/graphql?${search}`, { headers: { accept, ...headersOf(question) } });
  return resultOf(await response.text());
}

async function only(results: AsyncIterable<unknown>): Promise<Result> {
  const all: unknown[] = [];
  try {
    for await (const each of results) all.push(each);
  } catch (refusal) {
    // What is refused before it begins: over a WebSocket a list of errors.
    if (Array.isArray(refusal)) return { data: undefined, errors: refusal };
    throw refusal;
  }
  if (all.length !== 1) throw new Error(`${all.length} results`);
  const { data, errors } = all[0] as Result;
  return { data, errors };
}

async function sse(question: Question): Promise<Result> {
  const client = createSseClient({
    url: `${question.url}/graphql`,
    headers: headersOf(question),
    retryAttempts: 0,
  });
  try {
    return await only(client.iterate({ query: question.query, variables: { ...question.variables } }));
  } finally {
    client.dispose();
  }
}

async function webSocket(question: Question): Promise<Result> {
  const { authorization, url, query, variables } = question;
  const client = createWsClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: authorization === undefined ? {} : { Authorization: authorization },
    retryAttempts: 0,
  });
  try {
    return await only(client.iterate({ query, variables: { ...variables } }));
  } finally {
    await client.dispose();
  }
}

export const doors: readonly Door[] = [
  { name: 'POST', takesMutations: true, ask: post('application/graphql-response+json') },
  { name: 'POST, as JSON', takesMutations: true, ask: post('application/json') },
  { name: 'POST, in parts', takesMutations: true, ask: post('multipart/mixed, application/json') },
  { name: 'GET', takesMutations: false, ask: get },
  { name: 'server-sent events', takesMutations: true, ask: sse },
  { name: 'WebSocket', takesMutations: true, ask: webSocket },
];
