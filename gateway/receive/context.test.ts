import { describe, expect, test } from '@jest/globals';
import { createContext } from './context.ts';

const signal = new AbortController().signal;
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

function contextOf(headers: Record<string, string>) {
  return createContext({ headers, signal });
}

describe('the request id', () => {
  test('is the one that was sent, if it is short and plain', () => {
    expect(contextOf({ 'x-request-id': 'order-7.b_2' }).id).toBe('order-7.b_2');
  });

  test.each(['', 'a b', 'a\nlevel: fatal', 'ann@example.org', 'x'.repeat(65)])(
    'is a new one instead of %j',
    (sent) => {
      expect(contextOf({ 'x-request-id': sent }).id).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('the trace', () => {
  test('goes on with a span of ours', () => {
    const { traceparent } = contextOf({ traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(traceparent).not.toContain('00f067aa0ba902b7');
  });

  test('of a later version is read by what this one knows', () => {
    expect(contextOf({ traceparent: `cc-${trace}-00f067aa0ba902b7-ff-more` }).traceparent).toMatch(
      new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`),
    );
  });

  test.each([
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace}-00f067aa0ba902b7-01-more`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    'x'.repeat(1000),
  ])('starts anew where the header is not one: %s', (sent) => {
    const { traceparent } = contextOf({ traceparent: sent });
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(traceparent).not.toContain(trace);
  });
});
