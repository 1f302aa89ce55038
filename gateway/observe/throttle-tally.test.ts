/** That a flood of requests is a few lines. */
import { expect, test } from '@jest/globals';
import { type ThrottleCounts, ThrottleTally } from './throttle-tally.ts';

test('tells the first at once, the rest once a minute and at the end', () => {
  let now = 0;
  const told: ThrottleCounts[] = [];
  const tally = new ThrottleTally(
    (counts) => told.push(counts),
    () => now,
  );
  tally.tell();
  expect(told).toEqual([]);
  tally.count({ by: 'address', isFirst: true });
  for (let each = 0; each < 1_000; each += 1) {
    now += 59;
    tally.count({ by: each % 2 === 0 ? 'address' : 'principal', isFirst: each < 3 });
  }
  expect(told).toEqual([{ refused: 1, addresses: 1, principals: 0, seconds: 0 }]);
  now = 60_000;
  tally.count({ by: 'address', isFirst: false });
  expect(told.slice(1)).toEqual([{ refused: 1_001, addresses: 2, principals: 1, seconds: 60 }]);
  tally.count({ by: 'principal', isFirst: true });
  tally.tell();
  tally.tell();
  expect(told.slice(2)).toEqual([{ refused: 1, addresses: 0, principals: 1, seconds: 0 }]);
});
