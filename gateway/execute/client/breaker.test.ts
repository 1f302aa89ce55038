import { expect, it } from '@jest/globals';
import { Breaker, breakerDefaults } from './breaker.ts';

const { minimumCalls, openMs, longestOpenMs, probes, windowMs } = breakerDefaults;

function failing(breaker: Breaker, calls: number, at: number): void {
  for (let call = 0; call < calls; call += 1) {
    expect(breaker.admits(at)).toBe(true);
    breaker.record(at, true);
  }
}

it('opens when half of enough calls fail, not before', () => {
  const breaker = new Breaker();
  failing(breaker, minimumCalls - 1, 0);
  expect(breaker.state).toBe('closed');
  failing(breaker, 1, 0);
  expect(breaker.state).toBe('open');
  expect(breaker.admits(openMs - 1)).toBe(false);
});

it('stays closed while fewer than half fail', () => {
  const breaker = new Breaker();
  for (let call = 0; call < 1_000; call += 1) breaker.record(call, call % 3 === 0);
  expect(breaker.state).toBe('closed');
});

it('forgets what is older than its window', () => {
  const breaker = new Breaker();
  failing(breaker, minimumCalls - 1, 0);
  failing(breaker, minimumCalls - 1, windowMs + windowMs / 10);
  expect(breaker.state).toBe('closed');
});

it('lets a few calls try, and closes when all of them are answered', () => {
  const breaker = new Breaker();
  failing(breaker, minimumCalls, 0);
  const tried = Array.from({ length: probes + 2 }, () => breaker.admits(openMs));
  expect(tried.filter((admitted) => admitted)).toHaveLength(probes);
  for (let probe = 0; probe < probes; probe += 1) breaker.record(openMs, false);
  expect(breaker.state).toBe('closed');
});

it('stays open for longer each time that a try fails, up to a limit', () => {
  const breaker = new Breaker();
  failing(breaker, minimumCalls, 0);
  let now = 0;
  let open = openMs;
  for (let round = 0; round < 8; round += 1) {
    now += open;
    expect(breaker.admits(now - 1)).toBe(false);
    expect(breaker.admits(now)).toBe(true);
    breaker.record(now, true);
    open = Math.min(open * 2, longestOpenMs);
  }
});

it('takes a try that was given up for none', () => {
  const breaker = new Breaker();
  failing(breaker, minimumCalls, 0);
  for (let call = 0; call < 10; call += 1) {
    expect(breaker.admits(openMs)).toBe(true);
    breaker.record(openMs, undefined);
  }
  expect(breaker.state).toBe('half-open');
});
