/** One request to the gateway, as every client sends it. */
import type { Pool } from 'undici';
import type { Operation } from './operations.ts';

export interface Exchanged {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface Ask {
  readonly id: string;
  readonly accept: string;
  readonly signal?: AbortSignal;
}

export async function open(pool: Pool, { query, variables }: Operation, { id, accept, signal }: Ask) {
  return pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', accept, 'x-request-id': id },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
}

export async function exchange(pool: Pool, operation: Operation, ask: Ask): Promise<Exchanged> {
  const { statusCode, headers, body } = await open(pool, operation, ask);
  return { status: statusCode, contentType: String(headers['content-type']), text: await body.text() };
}
