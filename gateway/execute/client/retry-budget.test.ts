import { expect, it } from '@jest/globals';
import { defaultOptions } from './options.ts';
import { createRetryBudget } from './retry-budget.ts';

const options = { ...defaultOptions.retries, ratio: 0.125, perSecond: 2 };

function withdrawn(budget: ReturnType<typeof createRetryBudget>, now: number): number {
  let count = 0;
  while (budget.withdraw(now)) count += 1;
  return count;
}

it('is a part of the calls, and a few every second besides', () => {
  const budget = createRetryBudget(options, 0);
  expect(withdrawn(budget, 0)).toBe(2);
  for (let call = 0; call < 80; call += 1) budget.deposit();
  expect(withdrawn(budget, 0)).toBe(10);
  expect(withdrawn(budget, 1_000)).toBe(2);
  expect(withdrawn(budget, 1_400)).toBe(0);
  expect(withdrawn(budget, 1_500)).toBe(1);
});

it('does not save up without end', () => {
  const budget = createRetryBudget(options, 0);
  for (let call = 0; call < 1_000_000; call += 1) budget.deposit();
  expect(withdrawn(budget, 3_600_000)).toBe(20);
});
