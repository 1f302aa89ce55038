/** HTTP to subgraphs: pooled connections, a deadline, a bounded answer, no redirects, and only headers of ours. */
import { Agent } from 'undici';
import { Aborts } from './client/aborts.ts';
import type { BreakerState } from './client/breaker.ts';
import { Lane } from './client/lane.ts';
import type { SubgraphReply } from './client/reply.ts';

export interface SubgraphCall {
  readonly subgraph: string;
  readonly url: string;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it may be sent again: a query may. */
  readonly repeatable: boolean;
  /** The caller's: it goes away, or its deadline passes. */
  readonly signal: AbortSignal;
}

export interface SubgraphClient {
  send(call: SubgraphCall): Promise<SubgraphReply>;
  /** What is under way is answered before. */
  close(): Promise<void>;
}

export interface SubgraphClientOptions {
  /** For one request, connecting and all tries included. */
  readonly timeoutMs: number;
  readonly responseBytes: number;
  /** Requests to one subgraph at once; each has a connection of its own. */
  readonly concurrency: number;
  readonly availabilityChanged: (event: SubgraphAvailability) => void;
  readonly retried: (event: SubgraphRetry) => void;
}

export interface SubgraphAvailability {
  readonly subgraph: string;
  /** `open`: it is left alone; `half-open`: a few requests try it; `closed`: all is well. */
  readonly breaker: BreakerState;
}

export interface SubgraphRetry {
  readonly subgraph: string;
  readonly attempt: number;
}

export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const { timeoutMs, responseBytes, concurrency, availabilityChanged, retried } = options;
  const dispatcher = new Agent({
    connections: concurrency,
    connect: { timeout: timeoutMs },
    keepAliveTimeout: 30_000,
    // The deadline of the exchange bounds the whole of it; undici's own would bound its parts.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const aborts = new Aborts();
  const lanes = new Map<string, Lane>();
  const addresses = new Map<string, { readonly origin: string; readonly path: string }>();

  function laneOf(subgraph: string): Lane {
    const known = lanes.get(subgraph);
    if (known !== undefined) return known;
    const lane = new Lane({
      dispatcher,
      aborts,
      timeoutMs,
      responseBytes,
      concurrency,
      breakerChanged: (breaker) => availabilityChanged({ subgraph, breaker }),
      retried: (attempt) => retried({ subgraph, attempt }),
    });
    lanes.set(subgraph, lane);
    return lane;
  }

  /** Of a snapshot's subgraphs, and so few. */
  function addressOf(url: string) {
    const known = addresses.get(url);
    if (known !== undefined) return known;
    const { origin, pathname, search } = new URL(url);
    const address = { origin, path: pathname + search };
    addresses.set(url, address);
    return address;
  }

  return {
    send: ({ subgraph, url, headers, ...call }) =>
      laneOf(subgraph).send({
        ...call,
        ...addressOf(url),
        headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      }),
    close: () => dispatcher.close(),
  };
}
