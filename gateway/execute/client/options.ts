/** What bounds the calls to subgraphs. All times are milliseconds. */
import type { ClientTls } from '../client-tls.ts';

export interface BreakerOptions {
  /** How far back calls count. */
  readonly windowMs: number;
  /** Fewer calls than these in the window say nothing. */
  readonly minimumCalls: number;
  /** It opens when this part of them failed. */
  readonly failureRatio: number;
  /** How long nothing is sent before probes are. */
  readonly openMs: number;
  /** So many calls have to succeed before it closes; no others are sent meanwhile. */
  readonly probes: number;
}

export interface RetryOptions {
  /** What each call adds to the budget of its subgraph: one retry for every 1 / ratio calls. */
  readonly ratio: number;
  /** Added every second, so that a subgraph with few calls has a budget too. */
  readonly perSecond: number;
  /** Before the first retry; it doubles, less up to a half of it at random. */
  readonly backOffMs: number;
  /** A subgraph that asks to be left alone for longer is not asked again (RFC 9110 §10.2.3). */
  readonly longestRetryAfterMs: number;
}

export interface SubgraphClientOptions {
  /** Undefined: Node's own authorities are trusted, and the gateway is known by no certificate. */
  readonly tls?: ClientTls | undefined;
  /** For one call, from `send` to its reply: waiting for its turn, connecting and retries included. */
  readonly timeoutMs: number;
  readonly responseBytes: number;
  /** To one origin. */
  readonly connections: number;
  /** Calls to one subgraph that are under way at once. */
  readonly concurrency: number;
  /** Calls to one subgraph that wait for their turn. */
  readonly queue: number;
  /** Of one call. */
  readonly mostRetries: number;
  readonly retries: RetryOptions;
  readonly breaker: BreakerOptions;
}

export const defaultOptions: SubgraphClientOptions = Object.freeze({
  timeoutMs: 15_000,
  responseBytes: 67_108_864,
  connections: 256,
  concurrency: 256,
  queue: 1_024,
  mostRetries: 2,
  retries: Object.freeze({
    ratio: 0.1,
    perSecond: 10,
    backOffMs: 50,
    longestRetryAfterMs: 1_000,
  }),
  breaker: Object.freeze({
    windowMs: 10_000,
    minimumCalls: 20,
    failureRatio: 0.5,
    openMs: 2_000,
    probes: 3,
  }),
});
