/** Which tokens are remembered, and for how long. */
import { expect, jest, test } from '@jest/globals';
import { createReplays } from './replays.ts';

test('an id is taken once, for as long as its token could hold', () => {
  let now = 1_000_000;
  const replays = createReplays(() => now);
  expect(replays.reasonAgainst('one')).toBeUndefined();
  for (const later of [0, 20_000, 14_999, 1, 34_998]) {
    now += later;
    expect(replays.reasonAgainst('one')).toBe('the token has been used');
  }
  expect(replays.reasonAgainst('other')).toBeUndefined();
});

test('nothing is kept of what has ended, however long nobody came', () => {
  let now = 0;
  const replays = createReplays(() => now, 2);
  replays.reasonAgainst('one');
  now += 200_000;
  expect(['two', 'three'].map((id) => replays.reasonAgainst(id))).toEqual([undefined, undefined]);
});

test('what cannot be remembered is not taken', () => {
  let now = 0;
  const replays = createReplays(() => now, 2);
  const outcomes = ['one', 'two', 'three', 'one'].map((id) => replays.reasonAgainst(id));
  expect(outcomes).toEqual([undefined, undefined, 'too many tokens to remember', 'the token has been used']);
  now += 35_000;
  expect(replays.reasonAgainst('three')).toBeUndefined();
});

test('nobody has them forgotten by setting the clock of the machine forth and back', () => {
  const start = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
  try {
    const replays = createReplays();
    replays.reasonAgainst('one');
    clock.mockReturnValue(start + 3_600_000);
    replays.reasonAgainst('other');
    clock.mockReturnValue(start);
    expect(replays.reasonAgainst('one')).toBe('the token has been used');
  } finally {
    clock.mockRestore();
  }
});
