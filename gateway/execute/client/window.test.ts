import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createWindow } from './window.ts';

it('holds what a list of all calls would hold, for whole slices', () => {
  const sliceMs = 100;
  const step = fc.record({ wait: fc.integer({ min: 0, max: 450 }), failed: fc.boolean() });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const window = createWindow(10 * sliceMs);
      const all: { slice: number; failed: boolean }[] = [];
      let now = start;
      for (const { wait, failed } of steps) {
        now += wait;
        const slice = Math.floor(now / sliceMs);
        window.record(failed, now);
        all.push({ slice, failed });
        const recent = all.filter((call) => call.slice > slice - 10);
        expect(window.calls).toBe(recent.length);
        expect(window.failures).toBe(recent.filter((call) => call.failed).length);
      }
    }),
  );
});

it('takes a clock that stands still or goes back for the last slice', () => {
  const window = createWindow(1_000);
  window.record(true, 5_000);
  window.record(false, 4_000);
  expect([window.calls, window.failures]).toEqual([2, 1]);
  window.clear();
  expect([window.calls, window.failures]).toEqual([0, 0]);
});
