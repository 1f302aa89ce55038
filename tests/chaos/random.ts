/** Random numbers that a seed fixes (mulberry32), so that two runs draw the same faults and operations. */

export interface Random {
  /** From 0, without 1. */
  next(): number;
  /** From 0, without `bound`. */
  below(bound: number): number;
  pick<T>(all: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (bound: number) => Math.floor(next() * bound);
  return { next, below, pick: (all) => all[below(all.length)] ?? all[0] };
}
