/**
 * The keys of one issuer, in memory: fetched when needed, renewed in the background, kept for a bounded time when the
 * issuer does not answer. Each issuer has its own, so that no key of one verifies a token of another.
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Milliseconds. */
export interface KeyTimes {
  /** Older keys are renewed while they go on being used. */
  readonly freshFor: number;
  /** Older keys are not used: a revoked key must not live on because its issuer is down. */
  readonly usableFor: number;
  /** Between two fetches, however many tokens name unknown keys. */
  readonly pauseAfterSuccess: number;
  readonly pauseAfterFailure: number;
}

export const keyTimes: KeyTimes = Object.freeze({
  freshFor: 10 * 60_000,
  usableFor: 60 * 60_000,
  pauseAfterSuccess: 30_000,
  pauseAfterFailure: 2_000,
});

/** One fetched set; a set with other content is another object. */
export interface KeySet {
  readonly find: JWTVerifyGetKey;
}

export interface Keys {
  /** The set that may be used at this moment, if there is one in memory. */
  current(): KeySet | undefined;
  /** The set in use, fetched if there is none. */
  ready(): Promise<KeySet | undefined>;
  /** Another set than `known`, if the issuer has one and may be asked again already: it may have rotated its keys. */
  newerThan(known: KeySet): Promise<KeySet | undefined>;
}

export interface KeysOptions {
  readonly load: () => Promise<JSONWebKeySet>;
  /** Told whenever keys have been fetched. */
  readonly fetched: (event: { readonly count: number; readonly isNew: boolean }) => void;
  /** Told whenever keys cannot be fetched. */
  readonly unavailable: (reason: string) => void;
  readonly now: () => number;
  readonly times: KeyTimes;
}

export function createKeys({ load, fetched, unavailable, now, times }: KeysOptions): Keys {
  let held: { readonly set: KeySet; readonly text: string; readonly at: number } | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let underway: Promise<void> | undefined;

  async function fetchOnce(): Promise<void> {
    try {
      const keys = await load();
      const text = JSON.stringify(keys);
      const known = text === held?.text ? held.set : undefined;
      // Equal content stays the same object, so that what was verified with it stays verified.
      held = { set: known ?? { find: createLocalJWKSet(keys) }, text, at: now() };
      pausedUntil = now() + times.pauseAfterSuccess;
      fetched({ count: keys.keys.length, isNew: known === undefined });
    } catch (error) {
      pausedUntil = now() + times.pauseAfterFailure;
      unavailable(error instanceof Error ? error.message : 'unknown');
    }
  }

  function renew(): Promise<void> {
    if (underway !== undefined) return underway;
    if (now() < pausedUntil) return Promise.resolve();
    underway = fetchOnce().finally(() => {
      underway = undefined;
    });
    return underway;
  }

  function current(): KeySet | undefined {
    if (held === undefined || now() - held.at >= times.usableFor) return undefined;
    if (now() - held.at >= times.freshFor) void renew();
    return held.set;
  }

  return {
    current,
    async ready() {
      const set = current();
      if (set !== undefined) return set;
      await renew();
      return current();
    },
    async newerThan(known) {
      await renew();
      const set = current();
      return set === known ? undefined : set;
    },
  };
}

/** Whether verification failed because the set has no key for the token. */
export function isUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey;
}
