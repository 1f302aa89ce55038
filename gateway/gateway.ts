/** Opens what a gateway is made of, and wires it into the one pipeline. */
import { checkKeyFiles } from './authenticate/check-key-files.ts';
import type { Verifier } from './authenticate/verifier.ts';
import { type Authorize, createAuthorize, decisionsOn } from './authorize/authorize.ts';
import type { GatewayConfig } from './config.ts';
import { type Credentials, openCredentials } from './credentials.ts';
import { createSubgraphClient, type SubgraphClient } from './execute/client/client.ts';
import { createSseSource } from './execute/events/sse-source.ts';
import { createWsSource } from './execute/events/ws-source.ts';
import { createBoundMint, createMint } from './execute/mint.ts';
import { sharingRequests } from './execute/share/requests.ts';
import type { SubscribeDependencies } from './execute/subscribe.ts';
import { createTokens, type Tokens } from './execute/tokens.ts';
import type { Withheld } from './execute/withheld.ts';
import { type Followed, follow } from './follow.ts';
import type { Door, Readiness } from './listen/door.ts';
import type { Login } from './login/login.ts';
import { type AuditTrail, createAuditTrail } from './observe/audit/trail.ts';
import { type Observers, unobserved } from './observe/observers.ts';
import { Operations } from './parse/operations.ts';
import { createAttend, createPipeline, createSchemaPipeline, type Surroundings } from './pipeline.ts';
import { planAhead } from './plan/plan.ts';
import { createPrograms } from './plan/programs.ts';
import { usesOf } from './plan/variants.ts';
import { acceptedBy } from './receive/accept.ts';
import { createContext } from './receive/context.ts';
import type { HttpRequest, Snapshot } from './request.ts';
import { refuse } from './respond/respond.ts';
import type { Certificates } from './secrets/certificates.ts';
import { loadKeyedHash } from './secrets/keyed-hash.ts';
import type { SigningKeys } from './secrets/signing-keys.ts';
import { Candidate } from './snapshot/candidate.ts';
import { createSnapshots, type Snapshots } from './snapshot/snapshots.ts';
import type { Toolchain } from './snapshot/toolchain.ts';
import { createWarmUp } from './snapshot/warm-up.ts';
import { createSchemaStages, createStages, type Wiring } from './stages.ts';

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
  const readAt = Date.now();
  await checkKeyFiles(config.authentication.issuers);
  const credentials = await openCredentials(config, observers);
  const { keys } = credentials;
  const operations = new Operations(config.limits);
  const tools = toolchain ?? (await import('./snapshot/inline-toolchain.ts')).inlineToolchain;
  const candidate = candidateOf(config, tools, observers);
  const measuring = candidate && {
    candidateFor: ({ supergraph }: Snapshot) => candidate.accessTo(supergraph),
    measured: observers.accessMeasured,
  };
  const authorize = createAuthorize(await loadKeyedHash(config.masks), measuring);
  const snapshots = await openSnapshots(config, { operations, authorize, observers, toolchain: tools });
  const followed = follow({ config, snapshots, candidate, credentials, readAt, observers });
  const { subgraphTls } = credentials;
  const client = createClient(config, subgraphTls, { withheld: followed.withheld, observers });
  const sources = createSources(config, subgraphTls);
  const tokens = tokensOf(config, keys);
  const audit = await openAudit(config, keys, observers);
  const wiring = { operations, authorize, client, sources, tokens, credentials, followed, observers };
  const stages = createStages(config, wiring);
  const schemaStages = createSchemaStages(config, stages);
  const login = await openExplorerLogin(config, stages.verifier, wiring);
  const around = surroundings({ snapshots, followed, audit, observers });
  return {
    handle: createPipeline(stages, around),
    schema: createSchemaPipeline(schemaStages, around),
    attend: createAttend(stages, around),
    ready: () => readinessOf(snapshots, credentials, audit),
    jwks: keys.published,
    login,
    tls: credentials.listenTls,
    async close() {
      login?.close();
      followed.close();
      await Promise.all([snapshots.close(), candidate?.close()]);
      await Promise.all([client.close(), sources.sse.close(), sources.ws.close()]);
      await Promise.all([audit?.close(), credentials.close()]);
      observers.closed();
    },
  };
}

interface Surrounding extends Pick<Surroundings, 'audit' | 'observers'> {
  readonly snapshots: Snapshots;
  readonly followed: Followed;
}

function surroundings({ snapshots, followed, audit, observers }: Surrounding): Surroundings {
  return {
    currentSnapshot: () => snapshots.current(),
    onChange: followed.changes.onChange,
    createContext,
    acceptOf: (http: HttpRequest) => acceptedBy(http)?.single ?? 'application/json',
    refuse,
    audit,
    observers,
  };
}

/** What cannot be recorded is not answered. */
function readinessOf(
  snapshots: Snapshots,
  credentials: Credentials,
  audit: AuditTrail | undefined,
): Readiness {
  const { generation, supergraph, access } = snapshots.current();
  return {
    ready: audit?.isWritable() ?? true,
    generation,
    policies: access.version,
    refused: snapshots.refusal(),
    subgraphs: [...supergraph.subgraphs.keys()],
    withheld: [...supergraph.subgraphs.keys()].filter((name) => credentials.revocations.withholds(name)),
    refusedFiles: credentials.refused(),
  };
}

function tokensOf({ identity }: GatewayConfig, keys: SigningKeys): Tokens {
  const options = { issuer: identity.issuer, keys, disclosures: new Map(Object.entries(identity.tells)) };
  const bound = new Set(identity.bindBody);
  return createTokens({ mint: createMint(options), mintBound: createBoundMint(options), bound });
}

function openAudit(
  { audit }: GatewayConfig,
  keys: SigningKeys,
  { auditCheckpoint, auditFailed }: Observers,
): Promise<AuditTrail> | undefined {
  if (audit === undefined) return undefined;
  return createAuditTrail({
    file: audit.file,
    key: keys.current,
    checkpoint: auditCheckpoint,
    failed: (reason) => auditFailed({ reason }),
  });
}

interface Reading {
  readonly operations: Operations;
  readonly authorize: Authorize;
  readonly observers: Observers;
  readonly toolchain: Toolchain;
}

async function openSnapshots(
  config: GatewayConfig,
  { operations, authorize, observers, toolchain }: Reading,
): Promise<Snapshots> {
  return createSnapshots({
    source: {
      supergraph: config.supergraph.source,
      enforces: config.supergraph.enforces,
      policies: config.policies,
    },
    open: config.open,
    named: subgraphsNamedIn(config),
    bound: config.identity.bindBody,
    toolchain,
    createPrograms: (planner, supergraph) => createPrograms(planner, supergraph, config.overrides),
    warmUp: createWarmUp({ operations, decisionsOn, usesOf, authorize, planAhead }, config.warmUp),
    swapped: observers.snapshotSwapped,
    refused: observers.snapshotRefused,
    mended: observers.snapshotMended,
  });
}

function subgraphsNamedIn({
  identity,
  forwardHeaders,
}: GatewayConfig): Readonly<Record<string, readonly string[]>> {
  return {
    'identity.tells': Object.keys(identity.tells),
    'identity.bindBody': identity.bindBody,
    forwardHeaders: Object.keys(forwardHeaders),
  };
}

/** Other rules, by which nothing is decided. */
function candidateOf(
  { measure, open }: GatewayConfig,
  toolchain: Toolchain,
  { candidateRefused }: Observers,
): Candidate | undefined {
  if (measure === undefined || open) return undefined;
  return new Candidate({ folder: measure, toolchain, refused: (message) => candidateRefused({ message }) });
}

function createClient(
  { limits, deduplicate }: GatewayConfig,
  tls: Certificates | undefined,
  { withheld, observers }: { readonly withheld: Withheld; readonly observers: Observers },
): SubgraphClient {
  const { subgraphBreakerChanged: breakerChanged, subgraphRequestRepeated: callRepeated } = observers;
  const client = createSubgraphClient(
    { ...clientOptions(limits), tls },
    { breakerChanged, callRepeated },
    withheld,
  );
  return deduplicate.outbound ? sharingRequests(client, withheld) : client;
}

/** By the protocol in which a subgraph publishes. */
function createSources(
  { limits, streams }: GatewayConfig,
  tls: Certificates | undefined,
): SubscribeDependencies['sources'] {
  const options = { timeoutMs: limits.subgraphTimeoutMs, eventBytes: streams.bufferBytes, tls };
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

/** Loaded where somebody can sign in: elsewhere nobody needs it. */
async function openExplorerLogin(
  { explorer: { login }, authentication: { issuers } }: GatewayConfig,
  verifier: Verifier,
  { credentials: { revocations }, observers: { loginRefused } }: Wiring,
): Promise<Login | undefined> {
  if (login === undefined) return undefined;
  const { openLogin } = await import('./login/login.ts');
  const { createIdentifyPerson } = await import('./login/identify-person.ts');
  const identify = createIdentifyPerson(verifier);
  return openLogin({ login, issuers, identify, revocations, loginRefused });
}
