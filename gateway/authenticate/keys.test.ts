/** D07: an issuer that fails neither wipes its keys at once nor keeps them for ever. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type CryptoKey, importJWK, type JSONWebKeySet } from 'jose';
import { createSigner } from './fixture.ts';
import { createKeys, type KeySet, type Keys } from './keys.ts';

const times = {
  freshFor: 600,
  usableFor: 3600,
  unknownKeys: { atOnce: 2, interval: 10 },
  pauseAfterFailure: 2,
  undecidedFor: 1,
};
const one = { keys: [createSigner('k1').jwk] } as JSONWebKeySet;
const two = { keys: [createSigner('k2').jwk] } as JSONWebKeySet;

let now: number;
let answer: () => Promise<JSONWebKeySet>;
let loads: number;
let reasons: string[];
let fetched: { readonly count: number; readonly isNew: boolean }[];
let keys: Keys;

beforeEach(() => {
  now = 0;
  loads = 0;
  reasons = [];
  fetched = [];
  answer = async () => one;
  keys = createKeys({
    load: () => {
      loads += 1;
      return answer();
    },
    fetched: (event) => fetched.push(event),
    unavailable: (reason) => reasons.push(reason),
    now: () => now,
    times,
  });
});

/** Lets what goes on in the background come to its end. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('nothing is fetched before a token asks', async () => {
  await settle();
  expect(loads).toBe(0);
});

test('many who ask at once share one fetch', async () => {
  const sets = await Promise.all(Array.from({ length: 20 }, () => keys.ready()));
  expect(loads).toBe(1);
  expect(new Set(sets).size).toBe(1);
});

test('older keys are renewed in the background, and equal ones stay the same set', async () => {
  const set = await keys.ready();
  now = 600;
  expect(keys.current()).toBe(set);
  await settle();
  expect(loads).toBe(2);
  expect(keys.current()).toBe(set);
  answer = async () => two;
  now = 1200;
  keys.current();
  await settle();
  expect(keys.current()).not.toBe(set);
  expect(fetched.map(({ isNew }) => isNew)).toEqual([true, false, true]);
});

describe('an issuer that stops answering', () => {
  test('leaves the last good keys usable for a bounded time', async () => {
    const set = await keys.ready();
    answer = () => Promise.reject(new Error('down'));
    now = 3599;
    expect(await keys.ready()).toBe(set);
    await settle();
    now = 3602;
    expect(await keys.ready()).toBeUndefined();
    expect(reasons).toEqual(['down', 'down']);
    expect(fetched).toEqual([{ count: 1, isNew: true }]);
  });

  test('is asked again after a short pause, not for every token', async () => {
    answer = () => Promise.reject(new Error('down'));
    for (let token = 0; token < 50; token += 1) expect(await keys.ready()).toBeUndefined();
    expect(loads).toBe(1);
    now = 2;
    answer = async () => one;
    expect(await keys.ready()).toBeDefined();
  });
});

describe('a token with an unknown key', () => {
  async function known(): Promise<KeySet> {
    const set = await keys.ready();
    if (set === undefined) throw new Error('no keys');
    return set;
  }

  test('has the keys fetched anew at once, however lately they were fetched, and all who ask share it', async () => {
    const set = await known();
    answer = async () => two;
    const newer = await Promise.all(Array.from({ length: 50 }, () => keys.newerThan(set)));
    expect(loads).toBe(2);
    expect(new Set(newer)).toEqual(new Set([keys.current()]));
    expect(keys.current()).not.toBe(set);
  });

  test('cannot have them fetched without end: so many times at once, and once more for each interval', async () => {
    const set = await known();
    for (let token = 0; token < 50; token += 1)
      expect(await keys.newerThan(set)).toBe(token < 2 ? undefined : 'unasked');
    expect(loads).toBe(3);
    now = 9;
    expect(await keys.newerThan(set)).toBe('unasked');
    expect(loads).toBe(3);
    answer = async () => two;
    now = 10;
    expect(await keys.newerThan(set)).not.toBeUndefined();
    expect(loads).toBe(4);
  });

  test('is not content with keys that were asked for before it came', async () => {
    const set = await known();
    let late = (_: JSONWebKeySet) => {};
    answer = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    now = 600;
    keys.current();
    const waiting = [keys.newerThan(set), keys.newerThan(set)];
    answer = async () => two;
    late(one);
    const [newer, same] = await Promise.all(waiting);
    expect(newer).toBe(same);
    expect(newer).toBe(keys.current());
    expect(keys.current()?.has(await imported(two))).toBe(true);
    expect(loads).toBe(3);
  });

  test('does not hurry an issuer that has just failed', async () => {
    const set = await known();
    answer = () => Promise.reject(new Error('down'));
    for (let token = 0; token < 50; token += 1) expect(await keys.newerThan(set)).toBe('unasked');
    expect(loads).toBe(2);
    answer = async () => two;
    now = 2;
    const newer = await keys.newerThan(set);
    expect(newer).toBe(keys.current());
    expect(newer).not.toBe(set);
  });
});

describe('fetched at once', () => {
  test('equal keys stay the same set, whatever pause there is between two fetches', async () => {
    const set = await keys.ready();
    await keys.renewNow({ revoked: false });
    expect([loads, keys.current()]).toEqual([2, set]);
    answer = async () => two;
    await keys.renewNow({ revoked: false });
    expect(keys.current()).not.toBe(set);
  });

  test('those in use stay so where no others can be had', async () => {
    const set = await keys.ready();
    answer = () => Promise.reject(new Error('down'));
    await keys.renewNow({ revoked: false });
    expect([keys.current(), reasons]).toEqual([set, ['down']]);
  });

  test('those that are revoked do not count from that moment, also where no others can be had', async () => {
    const set = await keys.ready();
    answer = () => Promise.reject(new Error('down'));
    const renewing = keys.renewNow({ revoked: true });
    expect([keys.current(), keys.isUndecided()]).toEqual([undefined, true]);
    await renewing;
    expect([keys.current(), keys.isUndecided()]).toEqual([undefined, false]);
    now = 2;
    answer = async () => one;
    expect(await keys.ready()).not.toBe(set);
  });

  test('they are undecided for a bounded time', async () => {
    await keys.ready();
    answer = () => new Promise(() => {});
    void keys.renewNow({ revoked: true });
    now = 1;
    expect(keys.isUndecided()).toBe(false);
  });

  test('what an earlier fetch comes back with is not taken for the answer', async () => {
    let late = (_: JSONWebKeySet) => {};
    answer = () =>
      new Promise((resolve) => {
        late = resolve;
      });
    const waiting = keys.ready();
    answer = async () => two;
    await keys.renewNow({ revoked: true });
    const set = keys.current();
    late(one);
    expect(await waiting).toBe(set);
    expect(set?.has(await imported(two))).toBe(true);
  });
});

test('a key is known by what it is, not by its name', async () => {
  const [key] = one.keys;
  answer = async () => ({
    keys: [
      { ...key, kid: 'other' },
      { kty: 'EC', crv: 'P-256', x: '!', y: '!' },
    ],
  });
  const set = await keys.ready();
  expect(set?.has(await imported(one))).toBe(true);
  expect(set?.has(await imported({ keys: [{ ...two.keys[0], kid: 'k1' }] } as JSONWebKeySet))).toBe(false);
});

function imported({ keys: [key] }: JSONWebKeySet): Promise<CryptoKey> {
  return importJWK(key ?? {}, 'ES256') as Promise<CryptoKey>;
}
