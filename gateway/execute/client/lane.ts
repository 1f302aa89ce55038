/** What is kept of one subgraph between its calls: breaker, limit and retry budget. */
import { type Breaker, type BreakerState, createBreaker } from './breaker.ts';
import type { SubgraphReply } from './call.ts';
import { createLimit, type Limit } from './limit.ts';
import type { SubgraphClientOptions } from './options.ts';
import { createRetryBudget, type RetryBudget } from './retry-budget.ts';

export interface SubgraphClientObserver {
  breakerChanged(event: BreakerChanged): void;
  /** A call is sent again. */
  callRepeated(event: CallRepeated): void;
}

export interface BreakerChanged {
  readonly subgraph: string;
  readonly state: BreakerState;
}

export interface CallRepeated {
  readonly subgraph: string;
  /** 1 for the first time that it is sent again. */
  readonly retry: number;
  readonly delayMs: number;
  /** What had come of it; an answer is one of the statuses that say that nobody is at work. */
  readonly outcome: SubgraphReply['outcome'];
  readonly status: number | undefined;
  readonly code?: string | undefined;
}

export interface Lane {
  readonly breaker: Breaker;
  readonly limit: Limit;
  readonly budget: RetryBudget;
}

export function createLane(
  subgraph: string,
  options: SubgraphClientOptions,
  observer: SubgraphClientObserver,
  start: number,
): Lane {
  const limit = createLimit(options.concurrency, options.queue);
  const breaker = createBreaker(options.breaker, (state) => {
    observer.breakerChanged({ subgraph, state });
    // Those that wait would only learn it one by one, as the calls that hang run into their deadlines.
    if (state === 'open') limit.turnAllAway();
  });
  return { breaker, limit, budget: createRetryBudget(options.retries, start) };
}
