import { describe, expect, it } from '@jest/globals';
import { Flights } from './flights.ts';

/** Something that many want, and whose ends are held by the test. */
function journeys() {
  const flights = new Flights<string>((signal) => Promise.reject(signal.reason));
  const started: { readonly land: (value: string) => void; readonly crash: (reason: unknown) => void }[] = [];
  const want = (key: string, signal = new AbortController().signal) =>
    flights.share(key, signal, () => {
      return new Promise<string>((resolve, reject) => {
        started.push({ land: resolve, crash: reject });
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
  return { flights, started, want };
}

describe('what several want', () => {
  it('is done once for equal keys, and anew for the next', async () => {
    const { started, want } = journeys();
    const results = Promise.all([want('a'), want('a'), want('b'), want('a')]);
    expect(started).toHaveLength(2);
    started[0]?.land('1');
    started[1]?.land('2');
    expect(await results).toEqual(['1', '1', '2', '1']);
    void want('a');
    expect(started).toHaveLength(3);
  });

  it('fails for all of them alike', async () => {
    const { started, want } = journeys();
    const results = Promise.allSettled([want('a'), want('a')]);
    started[0]?.crash('no');
    expect(await results).toEqual([
      { status: 'rejected', reason: 'no' },
      { status: 'rejected', reason: 'no' },
    ]);
  });

  it('goes on when one of them leaves, also the first', async () => {
    const { started, want } = journeys();
    const first = new AbortController();
    const second = new AbortController();
    const results = [want('a', first.signal), want('a', second.signal), want('a'), want('a')];
    second.abort('left');
    await expect(results[1]).rejects.toBe('left');
    expect(started).toHaveLength(1);
    first.abort('gone');
    await expect(results[0]).rejects.toBe('gone');
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toHaveLength(2);
    started[1]?.land('there');
    expect(await Promise.all(results.slice(2))).toEqual(['there', 'there']);
  });

  it('ends with the last of them', async () => {
    const { flights } = journeys();
    const [one, other] = [new AbortController(), new AbortController()];
    const running = new Set<AbortSignal>();
    const start = (signal: AbortSignal) => async () => {
      running.add(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      running.delete(signal);
      throw signal.reason;
    };
    const share = ({ signal }: AbortController) => flights.share('a', signal, start(signal));
    const results = Promise.allSettled([share(one), share(other)]);
    one.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect([...running]).toEqual([other.signal]);
    other.abort();
    await results;
    expect(running.size).toBe(0);
  });

  it('is joined by nobody who comes after it was forgotten', async () => {
    const { flights, started, want } = journeys();
    const before = want('a');
    flights.forget();
    const after = [want('a'), want('a')];
    expect(started).toHaveLength(2);
    started[0]?.land('old');
    expect(await before).toBe('old');
    void want('a');
    expect(started).toHaveLength(2);
    started[1]?.land('new');
    expect(await Promise.all(after)).toEqual(['new', 'new']);
  });
});
