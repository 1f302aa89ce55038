/**
 * A subscription as server-sent events: the distinct connections mode of GraphQL over SSE. A few lines of our own: the
 * handler of `graphql-sse` queues without a bound for a reader that is slow, and cannot be without its other mode.
 */
import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { SubscriptionSettings } from './settings.ts';
import type { Results } from './subscriptions.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that buffer would hold an event back until the next ones fill their buffer (nginx).
  'x-accel-buffering': 'no',
};

/** A comment, which readers skip. */
const PING = ':\n\n';

/** Whether the answer is asked for as a stream of events (RFC 9110 §12.5.1; `q=0` refuses). */
export function wantsEventStream({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'text/event-stream' && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
  });
}

/** Writes all results; resolves when the stream has ended, whoever ended it. */
export async function streamEvents(
  response: ServerResponse,
  results: Results,
  { pingMs, stallMs }: SubscriptionSettings,
): Promise<void> {
  response.once('close', () => void results.return());
  response.writeHead(200, HEADERS);
  // Some readers take a stream for open only when its first byte has come.
  response.write(PING);
  const pinging = setInterval(() => {
    if (!response.writableNeedDrain) response.write(PING);
  }, pingMs);
  try {
    for await (const result of results) {
      const taken = response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
      // The next event is not even executed before this one is on its way.
      if (!taken) await drained(response, stallMs);
    }
    // Without a line of data nothing would be dispatched (HTML, server-sent events §9.2.6).
    if (!response.destroyed) response.end('event: complete\ndata:\n\n');
  } finally {
    clearInterval(pinging);
  }
}

/** Cuts off a reader that reads nothing for so long. */
async function drained(response: ServerResponse, stallMs: number): Promise<void> {
  if (response.destroyed) return;
  const stalled = setTimeout(() => response.destroy(), stallMs);
  const waited = new AbortController();
  await Promise.race(
    ['drain', 'close'].map((event) => once(response, event, { signal: waited.signal })),
  ).finally(() => {
    clearTimeout(stalled);
    waited.abort();
  });
}
