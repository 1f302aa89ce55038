/** Wires the gateway: every stage with its settings, into the one pipeline. The only file that knows all of them. */
import type { JSONWebKeySet } from 'jose';
import { createAuthenticate } from './authenticate/authenticate.ts';
import { authorize } from './authorize/authorize.ts';
import type { GatewayConfig } from './config.ts';
import { createExecute } from './execute/execute.ts';
import { createMint } from './execute/mint.ts';
import { loadSigningKey } from './execute/signing-key.ts';
import { createSubgraphClient } from './execute/subgraph-client.ts';
import { type Observers, unobserved } from './observe/observers.ts';
import { createParse } from './parse/parse.ts';
import { createPipeline } from './pipeline.ts';
import { plan } from './plan/plan.ts';
import { createPlanner } from './plan/planner.ts';
import { negotiate } from './receive/accept.ts';
import { createContext } from './receive/context.ts';
import { createReceive } from './receive/receive.ts';
import type { HttpRequest, HttpResponse } from './request.ts';
import { refuse, respond } from './respond/respond.ts';
import { shape } from './shape/shape.ts';
import { createSnapshots } from './snapshot/snapshots.ts';

export interface Readiness {
  /** Whether a snapshot is served. */
  readonly ready: boolean;
  readonly generation: string | undefined;
  /** Why the newest source is not served, if it is not. */
  readonly refused: string | undefined;
  readonly subgraphs: readonly string[];
}

export interface Gateway {
  /** Answers every request, refusals and faults included; rejects for none. */
  handle(http: HttpRequest): Promise<HttpResponse>;
  ready(): Readiness;
  /** The public keys of the tokens that subgraphs get. */
  jwks(): JSONWebKeySet;
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
  const client = createSubgraphClient({
    timeoutMs: config.limits.subgraphTimeoutMs,
    responseBytes: config.limits.subgraphResponseBytes,
  });
  const handle = createPipeline(
    {
      receive: createReceive(config.limits),
      authenticate: createAuthenticate({
        ...config.authentication,
        open: config.open,
        tokenRefused: observers.tokenRefused,
        keysUnavailable: observers.keysUnavailable,
      }),
      parse: createParse(config.limits),
      authorize,
      plan,
      execute: createExecute({
        client,
        mint: createMint({ issuer: config.identity.issuer, key }),
        fetchEnded: observers.subgraphRequestEnded,
      }),
      shape,
      respond,
    },
    {
      currentSnapshot: snapshots.current,
      createContext,
      acceptOf: ({ headers }) => negotiate(headers.accept) ?? 'application/json',
      refuse,
      observers,
    },
  );
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
