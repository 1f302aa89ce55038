/** Counting refused tokens: in windows, apart, and in bounded memory. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ClientError } from '../errors.ts';
import { Failures } from './failures.ts';

let now: number;
let told: unknown[];
let failures: Failures;

beforeEach(() => {
  now = 5_000;
  told = [];
  failures = new Failures({
    perAddress: 10,
    perPrincipal: 3,
    throttled: (event) => told.push(event),
    clock: () => now,
  });
});

function fail(times: number, from: string | undefined, claimed?: string): void {
  for (let each = 0; each < times; each += 1) failures.count(claimed, from);
}

function refusal(from: string | undefined, claimed?: string): ClientError | undefined {
  try {
    failures.assertFew(from);
    failures.assertFewOf(claimed, from);
    return undefined;
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
}

test('the limit itself is the last that is looked at, and the minute begins with the first failure', () => {
  fail(9, '192.0.2.1');
  expect(refusal('192.0.2.1')).toBeUndefined();
  now += 59_001;
  fail(1, '192.0.2.1');
  expect(refusal('192.0.2.1')).toMatchObject({
    code: 'RATE_LIMITED',
    httpStatus: 429,
    headers: { 'retry-after': '1' },
    message: 'Too many access tokens were refused. Wait as long as the header retry-after says.',
  });
  now += 999;
  expect(refusal('192.0.2.1')).toBeUndefined();
  // And a new one begins with none.
  fail(9, '192.0.2.1');
  expect(refusal('192.0.2.1')).toBeUndefined();
});

test('one address has nothing to do with another, but for those of one network', () => {
  fail(10, '192.0.2.1');
  fail(5, '2001:db8:0:1::1');
  fail(5, '2001:db8:0:1:ffff::2');
  for (const from of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8:0:1::3'])
    expect(refusal(from)).toBeDefined();
  for (const from of ['192.0.2.2', '2001:db8:0:2::1', undefined]) expect(refusal(from)).toBeUndefined();
});

test('whose address nobody knows is counted with all others of them', () => {
  fail(5, undefined);
  fail(5, 'unknown');
  expect(refusal(undefined)).toBeDefined();
});

describe('of one principal', () => {
  test('it is fewer, and only at that address', () => {
    fail(3, '192.0.2.1', 'ann');
    expect(refusal('192.0.2.1', 'ann')?.headers).toEqual({ 'retry-after': '60' });
    expect(refusal('192.0.2.1', 'bob')).toBeUndefined();
    expect(refusal('192.0.2.1')).toBeUndefined();
    expect(refusal('192.0.2.2', 'ann')).toBeUndefined();
  });

  test('names that are keys of every object are names', () => {
    fail(3, '192.0.2.1', '__proto__');
    expect(refusal('192.0.2.1', '__proto__')).toBeDefined();
    expect(refusal('192.0.2.1', 'constructor')).toBeUndefined();
  });
});

test('whoever asks again is told of once more, and of the first time as that', () => {
  fail(10, '192.0.2.1');
  for (let each = 0; each < 3; each += 1) refusal('192.0.2.1');
  expect(told).toEqual([
    { by: 'address', isFirst: true },
    { by: 'address', isFirst: false },
    { by: 'address', isFirst: false },
  ]);
});

test('a flood of addresses takes a bounded memory, and those in use stay counted', () => {
  const flood = Array.from({ length: 25_000 }, (_, each) => `2001:db8:0:${each.toString(16)}::1`);
  fail(10, '192.0.2.1');
  for (const [each, address] of flood.entries()) {
    fail(1, address, 'x'.repeat(500));
    if (each % 5_000 === 0) expect(refusal('192.0.2.1')).toBeDefined();
  }
  // The most that is kept of each kind.
  for (const address of flood) fail(10, address);
  const refused = flood.filter((address) => refusal(address) !== undefined);
  expect(refused.length).toBeGreaterThan(9_000);
  expect(refused.length).toBeLessThanOrEqual(10_000);
});
