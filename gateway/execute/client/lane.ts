/** All requests to one subgraph: how many at once, how often again, and whether at all. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Aborts } from './aborts.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { isOutage, type SubgraphReply } from './reply.ts';
import { RetryBudget } from './retry-budget.ts';
import { Slots } from './slots.ts';

export interface LaneOptions {
  readonly dispatcher: Dispatcher;
  readonly aborts: Aborts;
  readonly timeoutMs: number;
  readonly responseBytes: number;
  readonly concurrency: number;
  readonly breakerChanged: (state: BreakerState) => void;
  readonly retried: (attempt: number) => void;
}

export interface LaneCall {
  readonly origin: string;
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

/** Waiting calls for each that is under way. */
const queueFactor = 10;
const mostRetries = 2;
/** Milliseconds before a retry, doubled each time and spread by half: those who failed together do not come back together. */
const firstPauseMs = 25;
/** Seconds; who asks to be left alone for longer gets no retry. */
const longestRetryAfter = 1;

const refused: SubgraphReply = Object.freeze({ outcome: 'refused', status: undefined });
const timeout: SubgraphReply = Object.freeze({ outcome: 'timeout', status: undefined });
const cancelled: SubgraphReply = Object.freeze({ outcome: 'cancelled', status: undefined });

export class Lane {
  readonly #options: LaneOptions;
  readonly #breaker = new Breaker();
  readonly #budget = new RetryBudget();
  readonly #slots: Slots;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency, options.concurrency * queueFactor);
  }

  state() {
    return { breaker: this.#breaker.state, underway: this.#slots.taken, waiting: this.#slots.waiting };
  }

  async send(call: LaneCall): Promise<SubgraphReply> {
    const deadline = performance.now() + this.#options.timeoutMs;
    this.#budget.earn();
    for (let attempt = 0; ; attempt += 1) {
      const { reply, isLost, retryAfter = 0 } = await this.#attempt(call, deadline);
      const isWorthIt = call.repeatable && isOutage(reply) && retryAfter <= longestRetryAfter;
      if (!isWorthIt || attempt === mostRetries || call.signal.aborted) return reply;
      const pause = isLost && attempt === 0 ? 0 : pauseOf(attempt, retryAfter);
      if (performance.now() + pause >= deadline || !this.#budget.spend()) return reply;
      if (pause > 0) await delay(pause);
      this.#options.retried(attempt + 1);
    }
  }

  async #attempt(call: LaneCall, deadline: number): Promise<Exchanged> {
    const { signal } = call;
    if (signal.aborted) return without(cancelled);
    if (!this.#watched(() => this.#breaker.admits(performance.now()))) return without(refused);
    const turn = this.#slots.take() || (await this.#turn(signal, deadline));
    if (turn !== true) {
      this.#breaker.record(performance.now(), undefined);
      return without(turn);
    }
    const { dispatcher, aborts, responseBytes } = this.#options;
    const timeoutMs = Math.max(1, deadline - performance.now());
    const running = exchange(dispatcher, { ...call, timeoutMs, responseBytes });
    const forget = aborts.on(signal, running.abort);
    const exchanged = await running.reply;
    forget();
    this.#slots.release();
    this.#watched(() => this.#breaker.record(performance.now(), hasFailed(exchanged.reply)));
    return exchanged;
  }

  /** Waits for a slot; what came instead of one, if it does. */
  #turn(signal: AbortSignal, deadline: number): Promise<true | SubgraphReply> {
    return new Promise((resolve) => {
      const end = (outcome: true | SubgraphReply) => {
        clearTimeout(timer);
        forget();
        leave?.();
        resolve(outcome);
      };
      const leave = this.#slots.wait(() => end(true));
      const timer = setTimeout(() => end(timeout), deadline - performance.now());
      let forget = () => {};
      if (leave === undefined) end(refused);
      else forget = this.#options.aborts.on(signal, () => end(cancelled));
    });
  }

  #watched<T>(change: () => T): T {
    const before = this.#breaker.state;
    const result = change();
    if (this.#breaker.state !== before) this.#options.breakerChanged(this.#breaker.state);
    return result;
  }
}

function without(reply: SubgraphReply): Exchanged {
  return { reply, isLost: false, retryAfter: undefined };
}

function pauseOf(attempt: number, retryAfter: number): number {
  const pause = firstPauseMs * 2 ** attempt * (0.5 + Math.random());
  return Math.max(pause, retryAfter * 1_000);
}

/** Undefined for what the caller gave up. An error in GraphQL is an answer. */
function hasFailed(reply: SubgraphReply): boolean | undefined {
  if (reply.outcome === 'cancelled') return undefined;
  return isOutage(reply) || reply.outcome === 'timeout' || reply.outcome === 'malformed';
}
