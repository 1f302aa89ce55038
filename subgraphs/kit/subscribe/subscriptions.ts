/** All subscriptions of a process: how many there may be, how long each may last, and their end. */
import { setImmediate } from 'node:timers/promises';
import type { FormattedExecutionResult } from 'graphql';
import type { Identity } from '../identity/identity.ts';
import type { Notifications } from '../listen/notifications.ts';
import type { Log } from '../server/log.ts';
import type { RequestIds } from '../server/request-ids.ts';
import { createRequestScope, type Serving } from '../server/request-scope.ts';
import type { Gate } from './gate.ts';
import type { SubscriptionOperation } from './operation.ts';
import type { SubscriptionSettings } from './settings.ts';
import { type Ending, resultsOf } from './subscription.ts';

/** Who subscribes; whoever starts one has verified the token. */
export interface Subscriber {
  readonly identity: Identity;
  readonly ids: RequestIds;
  readonly log: Log;
}

/** Results one after another: the next event is executed when the next result is asked for. */
export type Results = AsyncGenerator<FormattedExecutionResult, void, void>;

export interface Subscriptions {
  /** Undefined where there are as many as there may be, or the process ends. */
  open(operation: SubscriptionOperation, subscriber: Subscriber): Results | undefined;
  /** Tells all that they end, and takes no more; resolves when they have. */
  end(): Promise<void>;
}

interface SubscriptionsOptions extends Serving {
  readonly settings: SubscriptionSettings;
  readonly notifications: Notifications;
  readonly gate: Gate;
}

/** How long a reader is waited for at the end, before its connection is cut. */
const LAST_WORDS_MS = 2_000;

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { settings } = options;
  const running = new Set<(ending: Ending) => void>();
  let whenEmpty: (() => void) | undefined;
  let ended = false;

  return {
    open(operation, subscriber) {
      if (ended || running.size >= settings.most) return undefined;
      const ending = new AbortController();
      const end = (reason: Ending) => ending.abort(reason);
      // Some a little sooner: those that began together must not all come back together.
      const lifetime = settings.longestMs * (1 - Math.random() / 10);
      const limit = setTimeout(() => end('expired'), lifetime);
      const log = logOf(subscriber);
      running.add(end);
      const release = () => {
        if (!running.delete(end)) return;
        clearTimeout(limit);
        log.ended(ending.signal);
        // Whatever the source has left behind listens no more.
        end('gone');
        if (running.size === 0) whenEmpty?.();
      };
      const results = resultsOf({
        operation,
        openScope: () => createRequestScope(options, { ...subscriber, ...log, signal: ending.signal }),
        listen: options.notifications.until(ending.signal),
        gate: options.gate,
        signal: ending.signal,
      });
      return releasing(results, { onResult: log.told, end, release });
    },
    async end() {
      ended = true;
      if (running.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      for (const end of running) end('shutdown');
      const limit = setTimeout(() => whenEmpty?.(), LAST_WORDS_MS);
      await empty;
      clearTimeout(limit);
      // What carries them writes its `complete` in the turn in which they end.
      await setImmediate();
    },
  };
}

interface Releasing {
  readonly onResult: () => void;
  readonly end: (ending: Ending) => void;
  readonly release: () => void;
}

/** Ends at once where the reader leaves: a generator by itself would first wait for its next event. */
function releasing(results: Results, { onResult, end, release }: Releasing): Results {
  const step = async (asked: Promise<IteratorResult<FormattedExecutionResult, void>>) => {
    try {
      const result = await asked;
      if (result.done === true) release();
      else onResult();
      return result;
    } catch (error) {
      release();
      throw error;
    }
  };
  return {
    next: () => step(results.next()),
    async return() {
      end('gone');
      await results.return().finally(release);
      return { done: true, value: undefined };
    },
    throw: (error) => step(results.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

/** One line at the end, with what it came to. */
function logOf({ log, identity }: Subscriber) {
  const started = performance.now();
  const counted = { events: 0, statements: 0, rows: 0 };
  return {
    told() {
      counted.events += 1;
    },
    onStatement(rows: number) {
      counted.statements += 1;
      counted.rows += rows;
    },
    ended({ aborted, reason }: AbortSignal) {
      const { transaction, snapshot, workload } = identity;
      const durationMs = Math.round(performance.now() - started);
      const ending = aborted ? String(reason) : 'complete';
      log.info({ ...counted, durationMs, transaction, snapshot, workload, ending }, 'subscription');
    },
  };
}
