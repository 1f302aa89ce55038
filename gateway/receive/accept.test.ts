import { expect, test } from '@jest/globals';
import { acceptedBy, negotiate } from './accept.ts';

const modern = 'application/graphql-response+json';
const legacy = 'application/json';

test.each<readonly [string | undefined, string | undefined]>([
  [undefined, legacy],
  ['', legacy],
  ['*/*', legacy],
  ['application/*', legacy],
  ['*/*;q=0.8, text/html', legacy],
  [legacy, legacy],
  [modern, modern],
  ['Application/GraphQL-Response+JSON', modern],
  [`${modern}; charset=utf-8`, modern],
  // Apollo Client 4, urql 6, graphql-request and GraphiQL, as they send it.
  [`${modern},${legacy};q=0.9`, modern],
  [`${modern}, application/graphql+json, ${legacy}, text/event-stream, multipart/mixed`, modern],
  [`${legacy}, multipart/mixed`, legacy],
  [`text/event-stream, ${legacy};q=0.1`, legacy],
  ['text/event-stream', 'text/event-stream'],
  ['text/*', 'text/event-stream'],
  ['text/event-stream;q=0', undefined],
  ['text/event-stream; charset=latin1', undefined],
  ['multipart/mixed', undefined],
  [`${legacy}, ${modern}`, modern],
  [`${modern};q=0.5, ${legacy}`, legacy],
  [`${modern};q=0, */*`, legacy],
  [`${legacy};q=0, */*`, modern],
  [`${modern};q=0`, undefined],
  ['*/*;q=0', undefined],
  ['text/html', undefined],
  ['text/html, image/png;q=0.1', undefined],
  [`${modern}; charset=utf-16`, undefined],
  [`${modern}; q=2`, undefined],
  ['application/jsonp', undefined],
  [',;,', undefined],
])('accept: %s gets %s', (accept, expected) => {
  expect(negotiate(accept)?.single).toBe(expected);
});

const events = 'text/event-stream';
const parts = 'multipart/mixed;subscriptionSpec=1.0';

test.each<readonly [string | undefined, string | undefined]>([
  [undefined, events],
  ['*/*', events],
  [events, events],
  [`${events}; charset=utf-8`, events],
  [legacy, undefined],
  [`${modern},${legacy};q=0.9`, undefined],
  [`${events};q=0, */*`, undefined],
  [`${modern}, application/graphql+json, ${legacy}, ${events}, multipart/mixed`, events],
  // Apollo Client, for a subscription and for a query with @defer.
  [`multipart/mixed;boundary="graphql";subscriptionSpec=1.0,${modern},${legacy};q=0.9`, parts],
  [`multipart/mixed;deferSpec=20220824,${modern},${legacy};q=0.9`, undefined],
  [`multipart/mixed; boundary=graphql; subscriptionSpec="1.0"; q=0.5, ${events}, ${legacy}`, events],
  [`multipart/mixed;subscriptionSpec=2.0,${legacy}`, undefined],
  [`multipart/mixed,${legacy}`, undefined],
])('accept: %s gets results one after another as %s', (accept, expected) => {
  expect(negotiate(accept)?.stream).toBe(expected);
});

test('a WebSocket takes messages, whatever the header of its upgrade says', () => {
  const message = {
    method: 'POST',
    url: '/graphql',
    headers: { accept: 'text/html' },
    body: Buffer.alloc(0),
    signal: new AbortController().signal,
    transport: 'websocket',
  } as const;
  expect(acceptedBy(message)).toEqual({ single: modern, stream: 'messages', deferred: 'messages' });
});
