import { describe, expect, it } from '@jest/globals';
import { backOff } from './back-off.ts';
import { defaultOptions } from './options.ts';

const options = { ...defaultOptions.retries, backOffMs: 100, longestRetryAfterMs: 1_000 };

describe('the time before a retry', () => {
  it.each([
    [0, 50, 100],
    [1, 100, 200],
  ])('doubles, and differs: retry %i', (retry, least, most) => {
    const delays = Array.from({ length: 200 }, () => backOff(retry, undefined, options) ?? -1);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...delays)).toBeLessThanOrEqual(most);
    expect(new Set(delays).size).toBeGreaterThan(100);
  });

  it('is not shorter than what the subgraph asks for', () => {
    expect(backOff(0, '1', options)).toBeGreaterThanOrEqual(1_000);
    expect(backOff(0, '0', options)).toBeLessThanOrEqual(100);
  });

  it.each(['2', '99999999999999999999', 'Wed, 21 Oct 2015 07:28:00 GMT', '-1', '1.5', '', '0x1'])(
    'does not exist for Retry-After: %s',
    (retryAfter) => {
      expect(backOff(0, retryAfter, options)).toBeUndefined();
    },
  );
});
