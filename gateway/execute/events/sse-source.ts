/** A subgraph that publishes over SSE, in a response of its own for each subscription (GraphQL over SSE, distinct connections mode). */
import { Agent, type Dispatcher, errors } from 'undici';
import { secured } from '../client-tls.ts';
import { Leaving } from '../leaving.ts';
import { EventStreamParser, EventTooLarge } from './event-stream.ts';
import type { EventSource, SourceCall, SourceEnd, SourceOptions } from './source.ts';

export function createSseSource({ timeoutMs, eventBytes, tls }: SourceOptions): EventSource {
  const newAgent = () =>
    new Agent({
      connect: { timeout: timeoutMs, ...secured(tls) },
      headersTimeout: timeoutMs,
      // Nothing may happen for hours. A peer that has vanished is found by TCP's own probes.
      bodyTimeout: 0,
    });
  let agent = newAgent();
  const leaving = new Leaving();
  tls?.onChange(() => {
    const former = agent;
    agent = newAgent();
    leaving.add(former);
  });
  return {
    async open(call, publish) {
      try {
        const response = await send(agent, call);
        return await read(response, { publish, eventBytes });
      } catch (error) {
        const outcome = outcomeOf(error, call.signal);
        return { outcome, status: undefined, ...(outcome === 'unavailable' && { code: codeOf(error) }) };
      }
    },
    async close() {
      await Promise.all([agent, leaving].map((each) => each.destroy()));
    },
  };
}

function send(agent: Agent, { url, body, token, headers, signal }: SourceCall) {
  const { origin, pathname, search } = new URL(url);
  return agent.request({
    origin,
    path: pathname + search,
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'txn-token': token,
    },
    body,
    signal,
  });
}

interface Reading {
  readonly publish: (event: Buffer) => void;
  readonly eventBytes: number;
}

/** Leaving the loop, by whatever way, closes the connection. */
async function read(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  { publish, eventBytes }: Reading,
): Promise<SourceEnd> {
  if (status !== 200 || !/^text\/event-stream *(;|$)/i.test(String(headers['content-type']))) {
    body.destroy();
    return { outcome: 'malformed', status };
  }
  const parser = new EventStreamParser(eventBytes);
  for await (const chunk of body) {
    for (const { type, data } of parser.push(chunk as Buffer)) {
      if (type === 'complete') return { outcome: 'answered', status };
      if (type === 'next') publish(Buffer.from(data));
    }
  }
  // GraphQL over SSE: a stream that is over says so. This one was cut.
  return { outcome: 'unavailable', status: undefined };
}

function codeOf(error: unknown): string | undefined {
  // Not `instanceof`: an error can come from another realm.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function outcomeOf(error: unknown, signal: AbortSignal): Exclude<SourceEnd['outcome'], 'answered'> {
  if (signal.aborted) return 'cancelled';
  if (error instanceof errors.ConnectTimeoutError || error instanceof errors.HeadersTimeoutError)
    return 'timeout';
  return error instanceof EventTooLarge ? 'malformed' : 'unavailable';
}
