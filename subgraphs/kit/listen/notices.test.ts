/** The notices that wait for one reader. */
import { describe, expect, test } from '@jest/globals';
import { Notices } from './notices.ts';

function open(everyMs = 0) {
  const ends: string[] = [];
  const notices = new Notices({ everyMs, onEnd: () => void ends.push('ended') });
  return { notices, ends };
}

async function read(notices: Notices, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const { value } = await notices.next();
    found.push(`${value?.kind} ${value?.payload}`.trim());
  }
  return found;
}

test('begin with a start, and keep the order', async () => {
  const { notices } = open();
  notices.offer('a');
  notices.begin();
  for (const payload of ['b', 'c', 'a', 'b']) notices.offer(payload);
  expect(await read(notices, 4)).toEqual(['start', 'change a', 'change b', 'change c']);
});

test('that are equal are told again once they have been read', async () => {
  const { notices } = open();
  notices.begin();
  notices.offer('a');
  expect(await read(notices, 2)).toEqual(['start', 'change a']);
  notices.offer('a');
  expect(await read(notices, 1)).toEqual(['change a']);
});

test('are a gap where too many wait, and go on after it', async () => {
  const { notices } = open();
  notices.begin();
  await read(notices, 1);
  for (let number = 1; number <= 100; number += 1) notices.offer(String(number));
  notices.offer('7');
  notices.offer('too many');
  notices.offer('next');
  expect(await read(notices, 2)).toEqual(['gap', 'change next']);
});

test('a second beginning is a gap', async () => {
  const { notices } = open();
  notices.begin();
  await read(notices, 1);
  notices.offer('lost with the connection');
  notices.begin();
  expect(await read(notices, 1)).toEqual(['gap']);
});

test('come no faster than every so often, and the last one is never held back for good', async () => {
  const { notices } = open(100);
  notices.begin();
  const started = performance.now();
  await read(notices, 1);
  for (let round = 0; round < 50; round += 1) notices.offer('a');
  expect(await read(notices, 1)).toEqual(['change a']);
  expect(performance.now() - started).toBeGreaterThanOrEqual(95);
});

describe('the end', () => {
  test('wakes a reader that waits, and drops what waits', async () => {
    const { notices, ends } = open();
    const waiting = notices.next();
    notices.end();
    expect(await waiting).toEqual({ done: true, value: undefined });
    notices.offer('a');
    expect(await notices.next()).toEqual({ done: true, value: undefined });
    expect(ends).toEqual(['ended']);
  });

  test('with an error fails once', async () => {
    const { notices } = open();
    const waiting = notices.next();
    notices.end(new Error('unavailable'));
    await expect(waiting).rejects.toThrow('unavailable');
    expect(await notices.next()).toEqual({ done: true, value: undefined });
  });

  test('comes with the reader that leaves', async () => {
    const { notices, ends } = open();
    notices.begin();
    for await (const { kind } of notices) {
      expect(kind).toBe('start');
      break;
    }
    expect(ends).toEqual(['ended']);
  });
});
