import { expect, it } from '@jest/globals';
import { createUnderWay, type Expiring, type UnderWay } from './under-way.ts';

const clock = () => performance.now();

/** Resolves with how late it expires. */
function expiry(underWay: UnderWay, lifeMs: number): Promise<number> {
  return new Promise((resolve) => {
    const call: Expiring = {
      deadline: clock() + lifeMs,
      expire() {
        underWay.delete(place);
        resolve(clock() - call.deadline);
      },
    };
    const place = underWay.add(call);
  });
}

it('ends each call at its own deadline, to the resolution of timers', async () => {
  const underWay = createUnderWay(clock);
  const started: Promise<number>[] = [];
  for (let count = 0; count < 5; count += 1) {
    started.push(expiry(underWay, 60));
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  const late = await Promise.all(started);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...late)).toBeLessThan(1_000);
});

it('does not end a call that ended by itself, and goes on with the others', async () => {
  const underWay = createUnderWay(clock);
  const answered: Expiring = {
    deadline: clock() + 20,
    expire() {
      throw new Error('it had ended');
    },
  };
  const place = underWay.add(answered);
  const other = expiry(underWay, 40);
  underWay.delete(place);
  expect(await other).toBeGreaterThanOrEqual(-1);
});

it('says when all have ended', async () => {
  const underWay = createUnderWay(clock);
  const last = expiry(underWay, 30);
  await underWay.ended();
  expect(await last).toBeGreaterThanOrEqual(-1);
  await createUnderWay(clock).ended();
});
