/** HTTP to subgraphs: pooled connections, a deadline, bounded replies, no redirects, and care for a subgraph in trouble. */
import { nothingWithheld, type Withheld } from '../withheld.ts';
import type { BreakerState } from './breaker.ts';
import type { SubgraphCall, SubgraphReply } from './call.ts';
import { Delivery, type Post } from './delivery.ts';
import { createLane, type Lane, type SubgraphClientObserver } from './lane.ts';
import { defaultOptions, type SubgraphClientOptions } from './options.ts';
import { createOrigins } from './origins.ts';
import { createUnderWay } from './under-way.ts';

export interface SubgraphState {
  readonly breaker: BreakerState;
  readonly inFlight: number;
  readonly queued: number;
}

export interface SubgraphClient {
  /** Never rejects for what a subgraph does; it does if the call cannot be made: a URL or a header that is none. */
  send(call: SubgraphCall): Promise<SubgraphReply>;
  /** Calls under way get their reply, new ones are refused; then every connection ends. */
  close(): Promise<void>;
  /** Of every subgraph that was called. */
  state(): ReadonlyMap<string, SubgraphState>;
}

const unobserved: SubgraphClientObserver = Object.freeze({ breakerChanged() {}, callRepeated() {} });

export function createSubgraphClient(
  settings: Partial<SubgraphClientOptions> = {},
  observer: SubgraphClientObserver = unobserved,
  withheld: Pick<Withheld, 'has'> = nothingWithheld,
): SubgraphClient {
  const options = Object.freeze({ ...defaultOptions, ...settings });
  const clock = () => performance.now();
  const origins = createOrigins(options);
  const underWay = createUnderWay(clock);
  const post: Post = { options, observer, withheld, underWay, clock };
  /** One for each subgraph of the supergraphs that were served. */
  const lanes = new Map<string, Lane>();
  let closing: Promise<void> | undefined;

  function laneOf(subgraph: string): Lane {
    const known = lanes.get(subgraph);
    if (known !== undefined) return known;
    const lane = createLane(subgraph, options, observer, clock());
    lanes.set(subgraph, lane);
    return lane;
  }

  return {
    send(call) {
      if (closing !== undefined) return Promise.resolve({ outcome: 'refused', status: undefined });
      return new Promise((resolve, reject) => {
        const address = { lane: laneOf(call.subgraph), endpoint: origins.endpoint(call.url) };
        new Delivery(post, call, address, { resolve, reject }).begin();
      });
    },
    close() {
      closing ??= underWay.ended().then(() => origins.close());
      return closing;
    },
    state() {
      return new Map(
        [...lanes].map(([name, { breaker, limit }]) => {
          return [name, { breaker: breaker.state, inFlight: limit.inFlight, queued: limit.queued }];
        }),
      );
    },
  };
}
