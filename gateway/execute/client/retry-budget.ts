/** How many retries a subgraph can bear: a token bucket, so that a subgraph in trouble does not get a multiple of its load. */
import type { RetryOptions } from './options.ts';

/** Seconds' worth of tokens that can be saved up. */
const mostSaved = 10;

export interface RetryBudget {
  /** A call was made. */
  deposit(): void;
  /** Whether one of them may be sent again. */
  withdraw(now: number): boolean;
}

export function createRetryBudget({ ratio, perSecond }: RetryOptions, start: number): RetryBudget {
  const capacity = Math.max(1, perSecond * mostSaved);
  let tokens = perSecond;
  let filledAt = start;
  return {
    deposit() {
      tokens = Math.min(capacity, tokens + ratio);
    },
    withdraw(now) {
      tokens = Math.min(capacity, tokens + ((now - filledAt) / 1_000) * perSecond);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
