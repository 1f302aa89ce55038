import { expect, it } from '@jest/globals';
import { Tally } from './tally.ts';

it('is told once a minute, and begins anew', () => {
  const told: unknown[] = [];
  let now = 0;
  const tally = new Tally(
    (counts, seconds) => told.push({ ...counts, seconds }),
    () => now,
  );
  for (const path of ['bytes', 'bytes', 'tree', 'fallback'] as const) tally.count(path);
  expect(told).toEqual([]);
  now = 61_000;
  tally.count('fallback');
  expect(told).toEqual([{ bytes: 2, tree: 1, fallback: 2, seconds: 61 }]);
  tally.count('bytes');
  now = 200_000;
  tally.count('bytes');
  expect(told.slice(1)).toEqual([{ bytes: 2, tree: 0, fallback: 0, seconds: 139 }]);
  tally.tell();
  expect(told).toHaveLength(2);
  tally.count('tree');
  tally.tell();
  expect(told.slice(2)).toEqual([{ bytes: 0, tree: 1, fallback: 0, seconds: 0 }]);
});
