/** One request to the subgraph under test, to the letter: `fetch` would join headers and refuse some. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Answer, Came } from './answer.ts';
import { described } from './forge.ts';

export interface Asked {
  /** Values of the header `Txn-Token`. */
  readonly tokens?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: 'POST' | 'GET';
  /** Without the question mark. */
  readonly search?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const TIMEOUT_MS = 10_000;
/** How long a stream of events is read that says nothing. */
const STREAM_MS = 1_000;
const MOST_CHARACTERS = 2 ** 20;

/** Never rejects: a connection that fails is an answer as well. */
export function ask(url: string, asked: Asked): Promise<Answer> {
  const { tokens = [], headers = {}, method = 'POST', search, body } = asked;
  const place = new URL(url);
  if (search !== undefined) place.search = search;
  const send = place.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ failure: codeOf(error) });
    try {
      const sent = send(place, { method, agent: false, timeout: TIMEOUT_MS, headers }, (response) => {
        read(response).then(resolve, fail);
      });
      if (tokens.length > 0) sent.setHeader('Txn-Token', [...tokens]);
      if (body !== undefined) sent.setHeader('Content-Type', 'application/json');
      sent.on('error', fail);
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      sent.end(textOf(body));
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** The bytes of a body. */
export function textOf(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

async function read(response: IncomingMessage): Promise<Came> {
  const { statusCode: status = 0, headers } = response;
  const contentType = headers['content-type'] ?? '';
  const isStream = /^(?:text\/event-stream|multipart\/)/i.test(contentType);
  const limit = isStream ? setTimeout(() => response.destroy(), STREAM_MS) : undefined;
  let text = '';
  try {
    for await (const chunk of response) {
      text += String(chunk);
      if (text.length > MOST_CHARACTERS || (isStream && /^data:.*\n/m.test(text))) break;
    }
  } catch (error) {
    if (!isStream) throw error;
  } finally {
    clearTimeout(limit);
    response.destroy();
  }
  return { status, contentType, text };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** What was sent, in one line, with nothing that could be used again. */
export function tellSent({ tokens = [], headers = {}, method = 'POST', search, body }: Asked): string {
  const parts = [
    `${method}${search === undefined ? '' : ` ?${withoutSignatures(decodeURIComponent(search))}`}`,
    ...(body === undefined ? [] : [withoutSignatures(JSON.stringify(body))]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${withoutSignatures(value)}`),
    ...tokens.map((token) => `Txn-Token: ${described(token)}`),
    ...(tokens.length === 0 ? ['no Txn-Token'] : []),
  ];
  return parts.join('  ');
}

function withoutSignatures(text: string): string {
  return text.replace(/[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/g, '(a good token)');
}
