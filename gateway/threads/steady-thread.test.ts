import { afterEach, describe, expect, it } from '@jest/globals';
import { ClientError, InternalError } from '../errors.ts';
import { SteadyThread, type SteadyThreadOptions } from './steady-thread.ts';
import { Thread } from './thread.ts';

const open: SteadyThread[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** Its thread says what it is told, ends when told `end`, throws when told `throw`, and never answers `hang`. */
function steady(options: Partial<SteadyThreadOptions> = {}) {
  const threads: Thread[] = [];
  const start = () => {
    const file = new URL('../fixture/moody-thread', import.meta.url);
    const thread = new Thread({ file, memoryMb: 128, environment: {} });
    threads.push(thread);
    return thread;
  };
  const limits = { firstMs: 20_000, mostMs: 20_000, mostWaiting: 100 };
  const made = new SteadyThread({ name: 'the moody thread', start, first: 'hello', ...limits, ...options });
  open.push(made);
  return { made, threads };
}

describe('a steady thread', () => {
  it('is told one thing first, and answers in order', async () => {
    const { made, threads } = steady();
    expect(await made.load()).toBe('hello');
    expect(await Promise.all(['a', 'b', 'c'].map((each) => made.ask(each)))).toEqual(['a', 'b', 'c']);
    expect(threads.length).toBe(1);
  });

  it.each(['end', 'hang'])(
    'that meets %s refuses that alone, and the next gets a new thread',
    async (fatal) => {
      const { made, threads } = steady({ mostMs: 1_500 });
      await made.load();
      const [first, second] = [made.ask(fatal), made.ask('b')];
      await expect(first).rejects.toThrow(InternalError);
      expect(await second).toBe('b');
      expect(threads.length).toBe(2);
    },
  );

  it('passes on what is thrown, and goes on', async () => {
    const { made, threads } = steady();
    await expect(made.ask('throw')).rejects.toThrow('thrown');
    expect(await made.ask('a')).toBe('a');
    expect(threads.length).toBe(1);
  });

  it('that cannot load says why, and can later', async () => {
    const { made } = steady({ first: 'throw' });
    await expect(made.load()).rejects.toThrow('thrown');
    await expect(made.ask('a')).rejects.toThrow('thrown');
  });

  it('that ended while nobody asked is replaced before anybody notices', async () => {
    const { made, threads } = steady();
    await made.load();
    await threads[0]?.end();
    expect(await made.ask('a')).toBe('a');
    expect(threads.length).toBe(2);
  });

  it('refuses whoever comes when too many wait', async () => {
    const { made } = steady({ mostWaiting: 2 });
    const asked = ['a', 'b', 'c'].map((each) => made.ask(each));
    await expect(asked[2]).rejects.toThrow(ClientError);
    expect(await Promise.all(asked.slice(0, 2))).toEqual(['a', 'b']);
    expect(await made.ask('d')).toBe('d');
  });

  it('answers whoever asked before it was closed, or asks still', async () => {
    const { made, threads } = steady();
    const asked = made.ask('a');
    await made.close();
    expect(await asked).toBe('a');
    expect(threads[0]?.hasEnded).toBe(true);
    expect(await made.ask('b')).toBe('b');
  });
});
