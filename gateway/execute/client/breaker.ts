/**
 * The circuit breaker of one subgraph, as a state machine without a timer: closed, open when too many calls failed, half-open
 * while a few probes decide. GraphQL errors do not count; what counts is told by the caller.
 */
import type { BreakerOptions } from './options.ts';
import { createWindow } from './window.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What a call says of its subgraph; `none` if it was ended by somebody else. */
export type Verdict = 'success' | 'failure' | 'none';

export interface Breaker {
  readonly state: BreakerState;
  /** Whether a call would not be let through now. */
  refuses(now: number): boolean;
  /** Lets a call through: its result is to be reported with the number that it gets. Undefined: it is refused. */
  admit(now: number): number | undefined;
  report(era: number, verdict: Verdict, now: number): void;
}

export function createBreaker(options: BreakerOptions, changed: (state: BreakerState) => void): Breaker {
  const window = createWindow(options.windowMs);
  let state: BreakerState = 'closed';
  /** Counts the changes: a call that began before the last one says nothing of the subgraph as it is now. */
  let era = 0;
  let openedAt = 0;
  let probing = 0;
  let recovered = 0;

  function enter(next: BreakerState, now: number) {
    state = next;
    era += 1;
    openedAt = now;
    probing = 0;
    recovered = 0;
    window.clear();
    changed(next);
  }

  function refuses(now: number): boolean {
    if (state === 'closed') return false;
    return state === 'open' ? now - openedAt < options.openMs : probing + recovered >= options.probes;
  }

  function record(verdict: Verdict, now: number) {
    window.record(verdict === 'failure', now);
    if (verdict === 'success' || window.calls < options.minimumCalls) return;
    if (window.failures >= window.calls * options.failureRatio) enter('open', now);
  }

  function reportProbe(verdict: Verdict, now: number) {
    probing -= 1;
    if (verdict === 'failure') enter('open', now);
    if (verdict !== 'success') return;
    recovered += 1;
    if (recovered >= options.probes) enter('closed', now);
  }

  return {
    get state() {
      return state;
    },
    refuses,
    admit(now) {
      if (refuses(now)) return undefined;
      if (state === 'open') enter('half-open', now);
      if (state === 'half-open') probing += 1;
      return era;
    },
    report(ofEra, verdict, now) {
      if (ofEra !== era) return;
      if (state === 'half-open') reportProbe(verdict, now);
      else if (verdict !== 'none') record(verdict, now);
    },
  };
}
