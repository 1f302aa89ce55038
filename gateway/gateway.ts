/** Wires the gateway: every stage with its settings, into the one pipeline. The only file that knows all of them. */
import { createAuthenticate } from './authenticate/authenticate.ts';
import { authorize } from './authorize/authorize.ts';
import type { GatewayConfig } from './config.ts';
import { createSubgraphClient, type SubgraphClient } from './execute/client/client.ts';
import { createExecute } from './execute/execute.ts';
import { createMint, type Mint } from './execute/mint.ts';
import { loadSigningKey } from './execute/signing-key.ts';
import type { Door } from './listen/door.ts';
import { type Observers, unobserved } from './observe/observers.ts';
import { createParse } from './parse/parse.ts';
import { createPipeline, type Stages } from './pipeline.ts';
import { plan } from './plan/plan.ts';
import { createPlanner } from './plan/planner.ts';
import { negotiate } from './receive/accept.ts';
import { createContext } from './receive/context.ts';
import { createReceive } from './receive/receive.ts';
import { refuse, respond } from './respond/respond.ts';
import { shape } from './shape/shape.ts';
import { createSnapshots } from './snapshot/snapshots.ts';

export interface Gateway extends Door {
  /** Requests that are under way are answered; no new snapshot is made. */
  close(): Promise<void>;
}

/** Resolves when requests can be answered; rejects, saying why, if there is no graph to serve or no key to sign with. */
export async function createGateway(
  config: GatewayConfig,
  observers: Observers = unobserved,
): Promise<Gateway> {
  const key = await loadSigningKey(config.identity);
  const snapshots = await createSnapshots({
    source: { supergraph: config.supergraph.source, policies: config.policies },
    open: config.open,
    createPlanner,
    swapped: observers.snapshotSwapped,
    refused: observers.snapshotRefused,
  });
  const client = createSubgraphClient(clientOptions(config.limits), {
    breakerChanged: observers.subgraphBreakerChanged,
    callRepeated: observers.subgraphRequestRepeated,
  });
  const mint = createMint({ issuer: config.identity.issuer, key });
  const handle = createPipeline(createStages(config, { client, mint, observers }), {
    currentSnapshot: () => snapshots.current(),
    createContext,
    acceptOf: ({ headers }) => negotiate(headers.accept) ?? 'application/json',
    refuse,
    observers,
  });
  return {
    handle,
    ready() {
      const { generation, supergraph } = snapshots.current();
      return {
        ready: true,
        generation,
        refused: snapshots.refusal(),
        subgraphs: [...supergraph.subgraphs.keys()],
      };
    },
    jwks: () => key.jwks,
    async close() {
      snapshots.close();
      await client.close();
    },
  };
}

function clientOptions(limits: GatewayConfig['limits']) {
  return {
    timeoutMs: limits.subgraphTimeoutMs,
    responseBytes: limits.subgraphResponseBytes,
    connections: limits.subgraphConcurrency,
    concurrency: limits.subgraphConcurrency,
    queue: limits.subgraphQueue,
    mostRetries: limits.subgraphRetries,
  };
}

interface Wiring {
  readonly client: SubgraphClient;
  readonly mint: Mint;
  readonly observers: Observers;
}

/** In the order of the request. */
function createStages(config: GatewayConfig, { client, mint, observers }: Wiring): Stages {
  const { tokenRefused, keysUnavailable, subgraphRequestEnded } = observers;
  return {
    receive: createReceive(config.limits),
    authenticate: createAuthenticate({
      ...config.authentication,
      open: config.open,
      tokenRefused,
      keysUnavailable,
    }),
    parse: createParse(config.limits),
    authorize,
    plan,
    execute: createExecute({ client, mint, fetchEnded: subgraphRequestEnded }),
    shape,
    respond,
  };
}
