/** How many calls to one subgraph are under way at once, and how many wait, first come first served. */
import { type Place, Roster } from '../../roster/roster.ts';

export interface Waiting {
  /** While it waits; kept by the limit. */
  turn: Place<Waiting> | undefined;
  /** Its turn: it holds a place from now on. */
  start(): void;
  /** There will be no turn. */
  turnAway(): void;
}

export interface Limit {
  readonly inFlight: number;
  readonly queued: number;
  /** `started`: it holds a place, and `start` is not called. */
  enter(call: Waiting): 'started' | 'waits' | 'full';
  /** Gives a place back. */
  leave(): void;
  /** Takes a call out that waits. */
  withdraw(call: Waiting): void;
  turnAllAway(): void;
}

export function createLimit(concurrency: number, queue: number): Limit {
  const waiting = new Roster<Waiting>();
  let inFlight = 0;
  let scheduled = false;

  function startNext() {
    scheduled = false;
    while (inFlight < concurrency) {
      const call = takeFirst();
      if (call === undefined) return;
      inFlight += 1;
      call.start();
    }
  }

  function takeFirst(): Waiting | undefined {
    const call = waiting.first;
    if (call !== undefined) withdraw(call);
    return call;
  }

  function withdraw(call: Waiting) {
    if (call.turn !== undefined) waiting.leave(call.turn);
    call.turn = undefined;
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get queued() {
      return waiting.size;
    },
    enter(call) {
      if (inFlight < concurrency && waiting.size === 0) {
        inFlight += 1;
        return 'started';
      }
      if (waiting.size >= queue) return 'full';
      call.turn = waiting.enter(call);
      return 'waits';
    },
    leave() {
      inFlight -= 1;
      if (waiting.size === 0 || scheduled) return;
      // Not within the callbacks of undici that end a call: its parser is not to be entered twice.
      scheduled = true;
      queueMicrotask(startNext);
    },
    withdraw,
    turnAllAway() {
      for (let call = takeFirst(); call !== undefined; call = takeFirst()) call.turnAway();
    },
  };
}
