import { expect, test } from '@jest/globals';
import { memoryFigures } from './memory.ts';

const samples = (mb: (second: number) => number) =>
  Array.from({ length: 100 }, (_, second) => ({ second, mb: mb(second) }));

test('growth during the warm-up is none', () => {
  expect(memoryFigures(samples((second) => Math.min(100, 10 * second)))).toEqual({
    min: 100,
    median: 100,
    max: 100,
    mbPerMinute: 0,
    growth: 0,
  });
});

test('a leak has a slope, and grows', () => {
  const figures = memoryFigures(samples((second) => 100 + second));
  expect(figures?.mbPerMinute).toBeCloseTo(60);
  expect(figures?.growth).toBeCloseTo(66, -1);
});

test('too few samples say nothing', () => {
  expect(memoryFigures([])).toBeUndefined();
});
