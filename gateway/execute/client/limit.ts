/** How many calls to one subgraph are under way at once, and how many wait, first come first served. */

export interface Waiting {
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
  const waiting = new Set<Waiting>();
  let inFlight = 0;
  let scheduled = false;

  function startNext() {
    scheduled = false;
    for (const call of waiting) {
      if (inFlight >= concurrency) return;
      waiting.delete(call);
      inFlight += 1;
      call.start();
    }
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
      waiting.add(call);
      return 'waits';
    },
    leave() {
      inFlight -= 1;
      if (waiting.size === 0 || scheduled) return;
      // Not within the callbacks of undici that end a call: its parser is not to be entered twice.
      scheduled = true;
      queueMicrotask(startNext);
    },
    withdraw(call) {
      waiting.delete(call);
    },
    turnAllAway() {
      for (const call of waiting) {
        waiting.delete(call);
        call.turnAway();
      }
    },
  };
}
