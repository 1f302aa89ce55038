import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Breaker, type BreakerState, createBreaker, type Verdict } from './breaker.ts';

const options = { windowMs: 1_000, minimumCalls: 4, failureRatio: 0.5, openMs: 200, probes: 2 };
let now: number;
let changes: BreakerState[];
let breaker: Breaker;

beforeEach(() => {
  now = 5_000;
  changes = [];
  breaker = createBreaker(options, (state) => void changes.push(state));
});

function call(verdict: Verdict) {
  const era = breaker.admit(now);
  if (era === undefined) throw new Error('refused');
  breaker.report(era, verdict, now);
}

function trip() {
  for (let count = 0; count < options.minimumCalls; count += 1) call('failure');
}

describe('closed', () => {
  it('stays so after a few failures, however few calls there are', () => {
    for (let count = 1; count < options.minimumCalls; count += 1) call('failure');
    expect(breaker.state).toBe('closed');
  });

  it('opens when the part of failures is reached', () => {
    for (const verdict of ['success', 'success', 'success', 'failure', 'failure'] as const) call(verdict);
    expect(breaker.state).toBe('closed');
    call('failure');
    expect(breaker.state).toBe('open');
    expect(changes).toEqual(['open']);
  });

  it('does not count what was ended by somebody else', () => {
    for (let count = 0; count < 50; count += 1) call('none');
    for (let count = 1; count < options.minimumCalls; count += 1) call('failure');
    expect(breaker.state).toBe('closed');
  });

  it('forgets what is older than its window', () => {
    for (let count = 1; count < options.minimumCalls; count += 1) call('failure');
    now += options.windowMs;
    call('failure');
    expect(breaker.state).toBe('closed');
  });
});

describe('open', () => {
  beforeEach(trip);

  it('lets nothing through until its time is over', () => {
    expect(breaker.admit(now)).toBeUndefined();
    now += options.openMs - 1;
    expect(breaker.refuses(now)).toBe(true);
    now += 1;
    expect(breaker.refuses(now)).toBe(false);
    expect(breaker.state).toBe('open');
  });

  it('is not moved by calls that began before', () => {
    const late = createBreaker(options, () => {});
    const eras = Array.from({ length: 5 }, () => late.admit(now) ?? -1);
    for (const era of eras.slice(0, 4)) late.report(era, 'failure', now);
    late.report(eras[4] ?? -1, 'success', now);
    expect(late.state).toBe('open');
  });
});

describe('half-open', () => {
  beforeEach(() => {
    trip();
    now += options.openMs;
  });

  it('lets so many probes through and no more, and closes when all of them succeed', () => {
    const [first, second] = [breaker.admit(now), breaker.admit(now)];
    expect(breaker.admit(now)).toBeUndefined();
    breaker.report(first ?? -1, 'success', now);
    expect(breaker.admit(now)).toBeUndefined();
    expect(breaker.state).toBe('half-open');
    breaker.report(second ?? -1, 'success', now);
    expect(changes).toEqual(['open', 'half-open', 'closed']);
    expect(breaker.refuses(now)).toBe(false);
  });

  it('opens at the first probe that fails, for its whole time', () => {
    const [first, second] = [breaker.admit(now), breaker.admit(now)];
    breaker.report(first ?? -1, 'failure', now);
    breaker.report(second ?? -1, 'success', now);
    expect(changes).toEqual(['open', 'half-open', 'open']);
    expect(breaker.refuses(now + options.openMs - 1)).toBe(true);
  });

  it('gives the place of a probe that was ended by its caller to another', () => {
    const [first] = [breaker.admit(now), breaker.admit(now)];
    breaker.report(first ?? -1, 'none', now);
    expect(breaker.admit(now)).toBeDefined();
  });

  it('starts with a clean record once it has closed', () => {
    call('success');
    call('success');
    call('failure');
    expect(breaker.state).toBe('closed');
  });
});
