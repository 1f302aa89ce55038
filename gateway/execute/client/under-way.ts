/**
 * The calls under way, in the order of their deadlines: all have the same time, so this is the order in which they began, and
 * one timer, that of the eldest, is enough for all of them.
 */

import { type Place, Roster } from '../../roster/roster.ts';

/** Of timers: what is due within it would be due by the time that another timer fires. */
const resolutionMs = 1;

export interface Expiring {
  /** By the same clock. */
  readonly deadline: number;
  /** Its time is over; it deletes itself. */
  expire(): void;
}

export interface UnderWay {
  add(call: Expiring): Place<Expiring>;
  delete(place: Place<Expiring>): void;
  /** Resolves when there is none, and leaves no timer behind. */
  ended(): Promise<void>;
}

export function createUnderWay(clock: () => number): UnderWay {
  const calls = new Roster<Expiring>();
  let timer: NodeJS.Timeout | undefined;
  let allEnded: (() => void) | undefined;

  function wait(until: number) {
    // Whatever a call waits for keeps the process alive; this timer may outlive the call.
    timer = setTimeout(expire, Math.max(1, Math.ceil(until - clock()))).unref();
  }

  function expire() {
    timer = undefined;
    const now = clock();
    for (let first = calls.first; first !== undefined; first = calls.first) {
      if (first.deadline > now + resolutionMs) {
        wait(first.deadline);
        return;
      }
      first.expire();
    }
  }

  function finish() {
    clearTimeout(timer);
    timer = undefined;
    allEnded?.();
  }

  return {
    add(call) {
      if (timer === undefined) wait(call.deadline);
      return calls.enter(call);
    },
    delete(place) {
      calls.leave(place);
      if (calls.size === 0 && allEnded !== undefined) finish();
    },
    ended() {
      return new Promise((resolve) => {
        allEnded = resolve;
        if (calls.size === 0) finish();
      });
    },
  };
}
