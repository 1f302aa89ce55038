/** Wires the gateway: every stage with its settings, into the one pipeline. The only file that knows all of them. */
import { createAuthenticate } from './authenticate/authenticate.ts';
import { checkKeyFiles } from './authenticate/check-key-files.ts';
import { assertStillKnown } from './authenticate/still-known.ts';
import { authorize, decisionsOn } from './authorize/authorize.ts';
import type { GatewayConfig } from './config.ts';
import { createSubgraphClient, type SubgraphClient } from './execute/client/client.ts';
import { createSseSource } from './execute/events/sse-source.ts';
import { createWsSource } from './execute/events/ws-source.ts';
import { createExecute, createExecuteParts } from './execute/execute.ts';
import { createMint, type Mint } from './execute/mint.ts';
import { sharingExecutions } from './execute/share/executions.ts';
import { sharingRequests } from './execute/share/requests.ts';
import { loadSigningKey } from './execute/signing-key.ts';
import { createSubscribe, type SubscribeDependencies } from './execute/subscribe.ts';
import type { Door } from './listen/door.ts';
import { type Observers, unobserved } from './observe/observers.ts';
import { Operations } from './parse/operations.ts';
import { createParse } from './parse/parse.ts';
import { createPipeline, type Stages, type StreamStages } from './pipeline.ts';
import { plan, planAhead } from './plan/plan.ts';
import { createPrograms } from './plan/programs.ts';
import { usesOf } from './plan/variants.ts';
import { acceptedBy } from './receive/accept.ts';
import { createContext } from './receive/context.ts';
import { createReceive } from './receive/receive.ts';
import { lastResult, refuse, respond, respondStream } from './respond/respond.ts';
import { createShapeParts } from './shape/parts.ts';
import { createShape } from './shape/shape.ts';
import { createSnapshots } from './snapshot/snapshots.ts';
import type { Toolchain } from './snapshot/toolchain.ts';
import { createWarmUp } from './snapshot/warm-up.ts';

export interface Gateway extends Door {
  /** Requests that are under way are answered; no new snapshot is made. */
  close(): Promise<void>;
}

/**
 * Resolves when requests can be answered; rejects, saying why, if there is no graph to serve, no key to sign with, or no key in
 * a file of an issuer's.
 * Without a toolchain it composes and plans in this thread.
 */
export async function createGateway(
  config: GatewayConfig,
  observers: Observers = unobserved,
  toolchain?: Toolchain,
): Promise<Gateway> {
  await checkKeyFiles(config.authentication.issuers);
  const key = await loadSigningKey(config.identity);
  const operations = new Operations(config.limits);
  const snapshots = await createSnapshots({
    source: { supergraph: config.supergraph.source, policies: config.policies },
    open: config.open,
    toolchain: toolchain ?? (await import('./snapshot/inline-toolchain.ts')).inlineToolchain,
    createPrograms: (planner, supergraph) => createPrograms(planner, supergraph, config.overrides),
    warmUp: createWarmUp({ operations, decisionsOn, usesOf, authorize, planAhead }, config.warmUp),
    swapped: observers.snapshotSwapped,
    refused: observers.snapshotRefused,
  });
  const client = createClient(config, observers);
  const sources = createSources(config);
  const mint = createMint({ issuer: config.identity.issuer, key });
  const handle = createPipeline(createStages(config, { operations, client, sources, mint, observers }), {
    currentSnapshot: () => snapshots.current(),
    createContext,
    acceptOf: (http) => acceptedBy(http)?.single ?? 'application/json',
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
      await snapshots.close();
      await Promise.all([client.close(), sources.sse.close(), sources.ws.close()]);
    },
  };
}

function createClient({ limits, deduplicate }: GatewayConfig, observers: Observers): SubgraphClient {
  const client = createSubgraphClient(clientOptions(limits), {
    breakerChanged: observers.subgraphBreakerChanged,
    callRepeated: observers.subgraphRequestRepeated,
  });
  return deduplicate.outbound ? sharingRequests(client) : client;
}

/** By the protocol in which a subgraph publishes. */
function createSources({ limits, streams }: GatewayConfig): SubscribeDependencies['sources'] {
  const options = { timeoutMs: limits.subgraphTimeoutMs, eventBytes: streams.bufferBytes };
  return { sse: createSseSource(options), ws: createWsSource(options) };
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
  readonly operations: Operations;
  readonly client: SubgraphClient;
  readonly sources: SubscribeDependencies['sources'];
  readonly mint: Mint;
  readonly observers: Observers;
}

/** In the order of the request. */
function createStages(
  config: GatewayConfig,
  { operations, client, sources, mint, observers }: Wiring,
): Stages & StreamStages {
  const { tokenRefused, keysFetched, keysUnavailable } = observers;
  const { answerBytes, contextRequests, deferredObjects } = config.limits;
  const fetching = {
    mint,
    fetchEnded: observers.subgraphRequestEnded,
    answerFaulted: observers.subgraphAnswerFaulted,
  };
  const execution = {
    ...fetching,
    client,
    executed: observers.requestExecuted,
    answerBytes,
    contextRequests,
  };
  const execute = createExecute(execution);
  return {
    receive: createReceive(config.limits),
    authenticate: createAuthenticate({
      ...config.authentication,
      open: config.open,
      tokenRefused,
      keysFetched,
      keysUnavailable,
    }),
    parse: createParse(operations),
    authorize,
    plan,
    execute: config.deduplicate.inbound ? sharingExecutions(execute) : execute,
    shape: createShape(answerBytes),
    respond,
    subscribe: createSubscribe({ ...fetching, sources, bufferBytes: config.streams.bufferBytes }),
    executeParts: createExecuteParts({ ...execution, deferredObjects }),
    shapeParts: createShapeParts(answerBytes),
    assertStillKnown,
    respondStream,
    lastResult,
  };
}
