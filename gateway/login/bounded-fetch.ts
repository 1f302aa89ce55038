/** How the provider is asked: nothing is followed, and no more is read of an answer than it may have. */
import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import { readBounded } from '../authenticate/fetch-json.ts';
import { LoginRefused } from './login-refused.ts';

const mostBytes = 524_288;

/** @throws LoginRefused where the provider cannot be reached, has a fault of its own, or too much to do */
export const boundedFetch: CustomFetch = async (url, options) => {
  const { response, bytes } = await answerOf(url, options).catch((cause: unknown) => {
    throw new LoginRefused('the provider does not answer', { cause, mayPass: true });
  });
  const { status, headers } = response;
  if (status >= 500 || status === 429)
    throw new LoginRefused(`the provider answers with status ${status}`, { mayPass: true });
  if (bytes === undefined) throw new LoginRefused(`the provider answers with more than ${mostBytes} bytes`);
  return new Response(bytes.length === 0 ? null : bytes, { status, headers });
};

async function answerOf(url: string, { method, headers, body, signal }: CustomFetchOptions) {
  const response = await fetch(url, {
    method,
    headers,
    body: body as NonNullable<RequestInit['body']> | null,
    redirect: 'manual',
    signal: signal ?? null,
  });
  const bytes = response.body === null ? Buffer.alloc(0) : await readBounded(response.body, mostBytes);
  return { response, bytes };
}
