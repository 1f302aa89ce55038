/** One operation that came as a message: a request like any other, through the same door. */
import type { IncomingHttpHeaders } from 'node:http';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { EndSignal, HttpRequest, StreamBody } from '../../request.ts';
import type { Said } from './said.ts';

/** How a connection was opened: all of it is looked at anew for each operation. */
export interface Opening {
  readonly address: string | undefined;
  /** Of the client, on the connection of the upgrade. */
  readonly certificate: string | undefined;
  readonly said: Said;
  /** Of the upgrade alone: those that may be sent on, and what proxies say. */
  readonly headers: IncomingHttpHeaders;
}

export function requestOf(
  { query, operationName, variables, extensions }: SubscribePayload,
  { address, certificate, said, headers }: Opening,
  signal: EndSignal,
): HttpRequest {
  return {
    method: 'POST',
    url: '/graphql',
    headers: { ...headers, 'content-type': 'application/json', ...said },
    address,
    certificate,
    body: Buffer.from(JSON.stringify({ query, operationName, variables, extensions })),
    signal,
    transport: 'websocket',
  };
}

export type Result = FormattedExecutionResult;

/** Results as they come. Leaving ends what is waited for, which a generator by itself would not. */
export function resultsOf(body: StreamBody, leave: () => void): AsyncGenerator<Result, void, void> {
  const pieces = body[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<Result, void>> => {
    const piece = await pieces.next();
    return piece.done === true ? { done: true, value: undefined } : { done: false, value: read(piece.value) };
  };
  const end = async (): Promise<IteratorResult<Result, void>> => {
    leave();
    await pieces.return?.();
    return { done: true, value: undefined };
  };
  return {
    next,
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

export function read(text: string): Result {
  return JSON.parse(text);
}

/** The token that the connection was opened with does not count, or not any more. */
export function isUnauthenticated({ errors = [] }: Result): boolean {
  return errors.some((error: GraphQLFormattedError) => error.extensions?.['code'] === 'UNAUTHENTICATED');
}
