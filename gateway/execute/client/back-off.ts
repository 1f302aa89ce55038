/** How long to wait before a call is sent again. */
import type { RetryOptions } from './options.ts';

/** Seconds; the other form, a date, is hardly ever short and not taken for it (RFC 9110 §10.2.3). */
const delaySeconds = /^[0-9]{1,9}$/;

/**
 * Milliseconds before retry number `retry`, counted from 0; undefined if the subgraph wants to be left alone for longer.
 * Random, so that calls which failed together do not come back together.
 */
export function backOff(
  retry: number,
  retryAfter: string | undefined,
  options: RetryOptions,
): number | undefined {
  const delay = options.backOffMs * 2 ** retry * (1 - Math.random() / 2);
  if (retryAfter === undefined) return delay;
  if (!delaySeconds.test(retryAfter)) return undefined;
  const asked = Number(retryAfter) * 1_000;
  return asked > options.longestRetryAfterMs ? undefined : asked + delay;
}
