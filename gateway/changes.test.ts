import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Changes, change, withChanges } from './changes.ts';

/** What comes when it is told to. */
function source() {
  const waiting: ((result: IteratorResult<string>) => void)[] = [];
  let isClosed = false;
  return {
    give: (value: string) => waiting.shift()?.({ done: false, value }),
    end: () => waiting.shift()?.({ done: true, value: undefined }),
    isClosed: () => isClosed,
    iterable: {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<string>>((resolve) => void waiting.push(resolve)),
        async return() {
          isClosed = true;
          return { done: true as const, value: undefined };
        },
      }),
    },
  };
}

describe('changes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are told once a minute and when they are made, until they are closed', () => {
    const changes = new Changes();
    let told = 0;
    const forget = changes.onChange(() => {
      told += 1;
    });
    jest.advanceTimersByTime(60_000);
    changes.tell();
    expect(told).toBe(2);
    forget();
    changes.tell();
    expect(told).toBe(2);
    changes.onChange(() => {
      told += 1;
    });
    changes.close();
    jest.advanceTimersByTime(120_000);
    expect(told).toBe(2);
  });
});

describe('what comes of a source, with changes', () => {
  it('has each as soon as it is there, one at a time', async () => {
    const changes = new Changes();
    const { give, end, iterable, isClosed } = source();
    const all = withChanges(iterable, changes.onChange);
    const first = all.next();
    changes.tell();
    changes.tell();
    expect(await first).toEqual({ done: false, value: change });
    const second = all.next();
    give('a');
    expect(await second).toEqual({ done: false, value: 'a' });
    changes.tell();
    expect(await all.next()).toEqual({ done: false, value: change });
    const last = all.next();
    await Promise.resolve();
    end();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(isClosed()).toBe(true);
    changes.close();
  });

  it('closes the source, and forgets, when nobody wants more', async () => {
    const listeners = new Set<() => void>();
    const { give, iterable, isClosed } = source();
    const all = withChanges(iterable, (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    });
    const first = all.next();
    give('a');
    await first;
    expect(listeners.size).toBe(1);
    await all.return(undefined);
    expect([listeners.size, isClosed()]).toEqual([0, true]);
  });

  it('fails as the source does', async () => {
    const failing = {
      async *[Symbol.asyncIterator]() {
        yield 'a';
        throw new Error('gone');
      },
    };
    const all = withChanges(failing, () => () => {});
    expect((await all.next()).value).toBe('a');
    await expect(all.next()).rejects.toThrow('gone');
  });
});
