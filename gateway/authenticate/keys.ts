/**
 * The keys of one issuer, in memory: fetched when needed, renewed in the background, kept for a bounded time when the
 * issuer does not answer. Each issuer has its own, so that no key of one verifies a token of another.
 */
import { createPublicKey, type JsonWebKey, KeyObject } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { Allowance, type Bound } from './allowance.ts';

/** Milliseconds. */
export interface KeyTimes {
  /** Older keys are renewed while they go on being used. */
  readonly freshFor: number;
  /** Older keys are not used: a revoked key must not live on because its issuer is down. */
  readonly usableFor: number;
  /** Fetches because of unknown keys, which whoever sends a token can name as often as they like. */
  readonly unknownKeys: Bound;
  readonly pauseAfterFailure: number;
  /** Streams go on for so long while keys are fetched in place of revoked ones. */
  readonly undecidedFor: number;
}

export const keyTimes: KeyTimes = Object.freeze({
  freshFor: 10 * 60_000,
  usableFor: 60 * 60_000,
  unknownKeys: Object.freeze({ atOnce: 5, interval: 6_000 }),
  pauseAfterFailure: 2_000,
  undecidedFor: 1_000,
});

/** A timer may be a little ahead of the clock. */
const clockSlackMs = 20;

/** One fetched set; a set with other content is another object. */
export interface KeySet {
  readonly find: JWTVerifyGetKey<CryptoKey>;
  /** Whether it has the very key, whatever it is called there. */
  has(key: CryptoKey): boolean;
}

export interface Keys {
  /** The set that may be used at this moment, if there is one in memory. */
  current(): KeySet | undefined;
  /** There is none at this moment, since they were revoked just now: which remain is about to be known. */
  isUndecided(): boolean;
  /** The set in use, fetched if there is none. */
  ready(): Promise<KeySet | undefined>;
  /**
   * Another set than `known`, fetched if the issuer may be asked again already: it may have rotated its keys. Undefined: it has none
   * that is later than this call. `unasked`: nobody knows, since it may not be asked now, or does not answer.
   */
  newerThan(known: KeySet): Promise<KeySet | 'unasked' | undefined>;
  /** Fetches them at once. Revoked: the set in memory does not count any more, also if no other can be had. */
  renewNow(options: { readonly revoked: boolean }): Promise<void>;
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

export function createKeys(options: KeysOptions): Keys {
  return new FetchedKeys(options);
}

interface Held {
  readonly set: KeySet;
  readonly text: string;
  /** When it was fetched. */
  readonly at: number;
}

class FetchedKeys implements Keys {
  readonly #options: KeysOptions;
  readonly #unknownKeys: Allowance;
  #held: Held | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #underway: Promise<void> | undefined;
  /** Counts calls to fetch at once: what was asked for before the last of them may be what it is to replace. */
  #era = 0;
  #undecidedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: KeysOptions) {
    this.#options = options;
    this.#unknownKeys = new Allowance(options.times.unknownKeys);
  }

  current(): KeySet | undefined {
    const { now, times } = this.#options;
    if (this.#held === undefined || now() - this.#held.at >= times.usableFor) return undefined;
    if (now() - this.#held.at >= times.freshFor) void this.#renew();
    return this.#held.set;
  }

  isUndecided(): boolean {
    return this.#underway !== undefined && this.#options.now() < this.#undecidedUntil;
  }

  async ready(): Promise<KeySet | undefined> {
    const set = this.current();
    if (set !== undefined) return set;
    await this.#renew();
    return this.current();
  }

  async newerThan(known: KeySet): Promise<KeySet | 'unasked' | undefined> {
    // What is under way may have been answered before the issuer had published the key.
    await this.#underway;
    const before = this.#held;
    if (this.current() === known) await this.#renewForUnknownKey();
    const set = this.current();
    if (set !== known) return set ?? 'unasked';
    return this.#held === before ? 'unasked' : undefined;
  }

  renewNow({ revoked }: { readonly revoked: boolean }): Promise<void> {
    const { now, times } = this.#options;
    this.#era += 1;
    if (revoked) {
      this.#held = undefined;
      this.#undecidedUntil = now() + times.undecidedFor;
    }
    this.#underway = undefined;
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    const renewing = this.#renew();
    if (revoked) this.#tellUndecided(renewing);
    return renewing;
  }

  /** Whoever was known by them waits no longer: it has to be told, since nothing else would happen. */
  #tellUndecided(renewing: Promise<void>): void {
    const { times, unavailable } = this.#options;
    const tell = () => unavailable('no answer yet, and its keys were revoked');
    const waited = setTimeout(tell, times.undecidedFor + clockSlackMs).unref();
    const answered = () => clearTimeout(waited);
    renewing.then(answered, answered);
  }

  #renewForUnknownKey(): Promise<void> {
    const { now } = this.#options;
    const isPossible = this.#underway === undefined && now() >= this.#pausedUntil;
    return isPossible && !this.#unknownKeys.take(now()) ? Promise.resolve() : this.#renew();
  }

  #renew(): Promise<void> {
    if (this.#underway !== undefined) return this.#underway;
    if (this.#options.now() < this.#pausedUntil) return Promise.resolve();
    const fetching: Promise<void> = this.#fetch().finally(() => {
      if (this.#underway === fetching) this.#underway = undefined;
    });
    this.#underway = fetching;
    return fetching;
  }

  async #fetch(): Promise<void> {
    const { now, times, fetched, unavailable } = this.#options;
    const begun = this.#era;
    const loaded = await this.#load().catch((error: unknown) =>
      error instanceof Error ? error : new Error('unknown'),
    );
    // Whoever waited for it waits for the one that it was overtaken by.
    if (begun !== this.#era) return this.#renew();
    if (loaded instanceof Error) {
      this.#pausedUntil = now() + times.pauseAfterFailure;
      unavailable(loaded.message);
      return;
    }
    const { set, text, count } = loaded;
    // Equal content stays the same object, so that what was verified with it stays verified.
    const known = text === this.#held?.text ? this.#held.set : undefined;
    this.#held = { set: known ?? set, text, at: now() };
    fetched({ count, isNew: known === undefined });
  }

  async #load(): Promise<Pick<Held, 'set' | 'text'> & { readonly count: number }> {
    const keys = await this.#options.load();
    return { set: keySetOf(keys), text: JSON.stringify(keys), count: keys.keys.length };
  }
}

function keySetOf(set: JSONWebKeySet): KeySet {
  let known: ReadonlySet<string> | undefined;
  return {
    find: createLocalJWKSet(set),
    has(key) {
      known ??= new Set(set.keys.flatMap(materialOf));
      return known.has(spki(KeyObject.from(key)));
    },
  };
}

/** None, of a key that Node cannot read: it has verified nothing. */
function materialOf(key: JWK): readonly string[] {
  try {
    return [spki(createPublicKey({ key: key as JsonWebKey, format: 'jwk' }))];
  } catch {
    return [];
  }
}

function spki(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** Whether verification failed because the set has no key for the token. */
export function isUnknownKey(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey;
}
