import { expect, test } from '@jest/globals';
import { negotiate } from './accept.ts';

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
  expect(negotiate(accept)).toBe(expected);
});
