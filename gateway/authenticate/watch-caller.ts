/** Whoever is known now may not be a moment later, while nothing happens that would show it. */
import { ClientError } from '../errors.ts';
import type { KnownRequest } from '../request.ts';
import type { AssertStillKnown } from './still-known.ts';

/**
 * @param gone called once, as soon as the caller is not known any more: its token has ended, or was revoked
 * @returns forgets them both
 */
export type WatchCaller = (
  known: Pick<KnownRequest, 'principal' | 'context'>,
  gone: () => void,
) => () => void;

export interface WatchCallerOptions {
  readonly assertStillKnown: AssertStillKnown;
  /** Told when something else is in force. */
  readonly onChange: (listener: () => void) => () => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Node's timers take no more. */
const longestTimerMs = 2_147_483_647;

export function createWatchCaller({
  assertStillKnown,
  onChange,
  now = Date.now,
}: WatchCallerOptions): WatchCaller {
  return ({ principal, context }, gone) => {
    if (principal.kind === 'anonymous') return () => {};
    // Not the request itself, which would be kept with all that it brought.
    const who = { principal, context };
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      if (isKnown(assertStillKnown, who)) return;
      forget();
      gone();
    };
    // A timer may be early by a millisecond, and a clock may be set.
    const waitForEnd = () => {
      const leftMs = Math.max(principal.expiresAt * 1000 - now(), 1);
      timer = setTimeout(
        () => {
          waitForEnd();
          look();
        },
        Math.min(leftMs, longestTimerMs),
      ).unref();
    };
    const forgetChanges = onChange(look);
    const forget = () => {
      clearTimeout(timer);
      forgetChanges();
    };
    waitForEnd();
    look();
    return forget;
  };
}

function isKnown(
  assertStillKnown: AssertStillKnown,
  who: Pick<KnownRequest, 'principal' | 'context'>,
): boolean {
  try {
    assertStillKnown(who);
    return true;
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}
