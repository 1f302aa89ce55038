import { expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.ts';
import { Slots } from './slots.ts';

it('gives slots on in the order of waiting, and turns the rest away', () => {
  const slots = new Slots(1, 2);
  const called: string[] = [];
  expect([slots.take(), slots.take()]).toEqual([true, false]);
  const leave = slots.wait(() => called.push('a'));
  slots.wait(() => called.push('b'));
  expect(slots.wait(() => called.push('c'))).toBeUndefined();
  leave?.();
  slots.wait(() => called.push('d'));
  slots.release();
  slots.release();
  expect(called).toEqual(['b', 'd']);
  expect([slots.taken, slots.waiting]).toEqual([1, 0]);
  slots.release();
  expect(slots.take()).toBe(true);
});

it('allows a retry for every ten requests, and a few at once', () => {
  const budget = new RetryBudget();
  const spent = () => Array.from({ length: 100 }, () => budget.spend()).filter((one) => one).length;
  expect(spent()).toBe(10);
  for (let request = 0; request < 55; request += 1) budget.earn();
  expect(spent()).toBe(5);
});
