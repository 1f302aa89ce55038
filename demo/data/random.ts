/** Chance that always falls the same way: a stream of numbers that depends on a name and an index alone. */

/**
 * A stream of pseudo-random numbers: mulberry32, integer operations only, so every machine gets the same.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** The next number in [0, 1). */
  next(): number {
    const state = (this.#state + 0x6d2b79f5) | 0;
    this.#state = state;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  }

  /** An integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One item; the list must not be empty. */
  pick<T>(list: readonly T[]): T {
    return item(list, this.below(list.length));
  }
}

/** FNV-1a over the name's code units: spreads names over the 32-bit seeds. */
function hash(name: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) {
    value = Math.imul(value ^ name.charCodeAt(at), 0x01000193);
  }
  return value;
}

/** Gives each index of a salt its own seed (a round of MurmurHash3's finaliser). */
function seed(salt: number, index: number): number {
  let value = salt ^ Math.imul(index + 1, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

/** Makes streams for one purpose: `const of = randoms('title'); of(7).next()`. */
export function randoms(purpose: string): (index: number) => Random {
  const salt = hash(purpose);
  return (index) => new Random(seed(salt, index));
}

/** The item at a place that is known to exist. */
export function item<T>(list: ArrayLike<T>, at: number): T {
  if (at < 0 || at >= list.length) throw new RangeError(`no item ${at} in a list of ${list.length}`);
  return list[at] as T;
}

/** Draws places of a list by weights that need not sum to anything. */
export function weighted(weights: readonly number[]): (random: Random) => number {
  const sums: number[] = [];
  let total = 0;
  for (const weight of weights) {
    total += weight;
    sums.push(total);
  }
  return (random) => firstAbove(sums, random.next() * total, sums.length);
}

/** The first place whose running sum exceeds the value. */
export function firstAbove(sums: ArrayLike<number>, value: number, length: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (item(sums, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Draws ranks from 0 by Zipf's law with the exponent 1, flattened at the top: the weight of rank k is
 * 1 / (k + 8). Additions and divisions only, which IEEE 754 rounds alike everywhere; `Math.pow` need not.
 */
export function zipf(longest: number): (random: Random, length: number) => number {
  const sums = new Float64Array(longest);
  let total = 0;
  for (let rank = 0; rank < longest; rank += 1) {
    total += 1 / (rank + 8);
    sums[rank] = total;
  }
  return (random, length) => firstAbove(sums, random.next() * item(sums, length - 1), length);
}

/** Places of a list by falling score; equal scores keep their order. */
export function ranking(scores: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: scores.length }, (_, at) => at);
  return order.sort((a, b) => item(scores, b) - item(scores, a) || a - b);
}

/** The inverse of a ranking: the rank of each place, from 0. */
export function ranksOf(order: Int32Array): Int32Array {
  const ranks = new Int32Array(order.length);
  order.forEach((place, rank) => {
    ranks[place] = rank;
  });
  return ranks;
}
