/** How one caller asks the gateway, in every way that must make no difference, and all bytes that leave it for him. */
import type { House } from '@portcullis/gateway/fixture/house';
import type { RandomOperation } from '@portcullis/gateway/fixture/random/operation';
import type { HttpResponse } from '@portcullis/gateway/request';
import type { Caller } from './rules.ts';

export interface Told {
  readonly status: number;
  readonly headers: string;
  readonly text: string;
}

/** Empty for nobody. */
export async function authorizationOf(house: House, { claims }: Caller): Promise<string> {
  return claims === undefined ? '' : house.authorization([], 300, { ...claims });
}

export type Door = 'POST' | 'GET' | 'SSE' | 'WebSocket';

export async function ask(
  house: House,
  authorization: string,
  { query, variables }: RandomOperation,
  door: Door = 'POST',
): Promise<Told> {
  const search = `?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`;
  const { status, headers, body } = await house.gateway.handle({
    method: door === 'GET' ? 'GET' : 'POST',
    url: door === 'GET' ? `/graphql${search}` : '/graphql',
    headers: {
      accept: door === 'SSE' ? 'text/event-stream' : 'application/graphql-response+json',
      ...(door === 'GET' ? { 'apollo-require-preflight': '1' } : { 'content-type': 'application/json' }),
      ...(authorization !== '' && { authorization }),
    },
    address: undefined,
    body: Buffer.from(door === 'GET' ? '' : JSON.stringify({ query, variables })),
    signal: new AbortController().signal,
    transport: door === 'WebSocket' ? 'websocket' : undefined,
  });
  return { status, headers: JSON.stringify(headers), text: await textOf(body) };
}

async function textOf(body: HttpResponse['body']): Promise<string> {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return String(body);
  let text = '';
  for await (const piece of body) text += String(piece);
  return text;
}

/** The one result that an event stream carries. Its lines end at \n alone; U+2028 stands in texts. */
export function resultIn(stream: string): string {
  const line = stream.split('\n').find((each) => each.startsWith('data: {'));
  return line?.slice('data: '.length) ?? stream;
}
