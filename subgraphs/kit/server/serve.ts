/** A subgraph at work: from a domain's folder to a port that answers. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DestinationStream } from 'pino';
import { keySource } from '../identity/key-source.ts';
import { createReplays } from '../identity/replays.ts';
import { readMigrations } from '../migrate/folder.ts';
import { unsecuredTables } from '../migrate/secure.ts';
import { readDomain } from '../model/read.ts';
import { schemaOf } from '../resolve/build.ts';
import type { DomainResolvers } from '../resolve/domain-resolvers.ts';
import { createGate } from '../subscribe/gate.ts';
import { createSubscriptions } from '../subscribe/subscriptions.ts';
import { createEngine } from './engine.ts';
import { type Listening, listen } from './http.ts';
import { endWithProcess, failToStart } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';
import type { Observer } from './observer.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { borrowedRights, excessOfRole } from './role-check.ts';
import { createRoutes } from './routes.ts';
import { readSettings, type Settings } from './settings.ts';
import { openSource } from './source.ts';
import { createUpgrades } from './upgrade.ts';

export interface ServeOptions {
  /** The domain's folder: its name is the domain's; `schema.graphql` and `migrations/` are in it. */
  readonly folder: string;
  readonly resolvers?: DomainResolvers;
  /**
   * Without it the subgraph is the process: it reads the process's environment, ends at its signals, and exits
   * where it cannot start. With it (tests) it is a guest: it throws, and only `close` ends it.
   */
  readonly environment?: NodeJS.ProcessEnv;
  /** Wins over `PORT`; 0 takes any free one. */
  readonly port?: number;
  readonly observe?: Observer;
  /** Where the log goes; default: standard output. */
  readonly logTo?: DestinationStream;
}

export interface RunningSubgraph {
  /** Where GraphQL is served. */
  readonly url: string;
  readonly port: number;
  ready(): Promise<Readiness>;
  /** Takes no more, ends what is underway, and lets go of the database. */
  close(): Promise<void>;
}

const DRAIN_MS = 8_000;
const RETRY_MS = 1_000;

/** Starts the subgraph of a domain. A database that is down is no reason not to: it is awaited. */
export async function serve(options: ServeOptions): Promise<RunningSubgraph> {
  const domain = basename(options.folder);
  const { environment = process.env } = options;
  const ownsProcess = options.environment === undefined;
  const bootLog = createLog(domain, 'info', options.logTo);
  try {
    const settings = readSettings(domain, environment, options.port);
    const log = createLog(domain, settings.logLevel, options.logTo);
    const subgraph = await start(options, settings, log);
    if (ownsProcess) endWithProcess(subgraph.close, log);
    return subgraph;
  } catch (error) {
    if (ownsProcess) failToStart(error, bootLog);
    throw error;
  }
}

async function start(options: ServeOptions, settings: Settings, log: Log): Promise<RunningSubgraph> {
  const { folder, resolvers = {} } = options;
  const { domain, host } = settings;
  const sdl = await readFile(join(folder, 'schema.graphql'), 'utf8');
  const migrations = await readMigrations(join(folder, 'migrations'));
  const model = readDomain(sdl);
  const schema = schemaOf(model, resolvers);
  const engine = await createEngine(schema, log);
  const source = openSource(settings, log, options.observe);
  const serving = { domain: model, openSession: source.openSession };
  const subscriptions = createSubscriptions({
    settings: settings.subscriptions,
    notifications: source.notifications,
    ...serving,
    // Queries come first: events take at most half of the connections.
    gate: createGate(Math.max(1, Math.floor(settings.database.connections / 2))),
  });
  const ready = createReadiness({ domain, pool: source.pool, migrations, log });
  const profile = { issuer: settings.tokenIssuer, audience: domain, keys: keySource(settings.tokenKeys) };
  const demand = { replays: settings.requireBoundBody ? createReplays() : undefined };
  const shared = { profile, demand, schema, subscriptions, settings: settings.subscriptions, log };
  const upgrades = createUpgrades(shared);
  const request = createRoutes({ ...shared, ...serving, engine, ready });
  const free = async () => {
    await engine.stop();
    await source.close();
  };
  const server = await listen({ request, upgrade: upgrades.upgrade }, settings, log).catch(
    async (error: unknown) => {
      await free();
      throw error;
    },
  );
  log.info({ host, port: server.port }, 'listening');
  const whenReady = async () => {
    const excess = await excessOfRole(source.pool);
    if (excess !== undefined) log.warn({ excess }, 'the database is no second line of defence');
    const borrowed = await borrowedRights(source.pool);
    if (borrowed.length > 0) log.warn({ borrowed }, borrowedText);
    const unsecured = await unsecuredTables(source.pool, model);
    if (unsecured.length > 0) log.warn({ unsecured }, 'tables have no row security: migrate the database');
  };
  const end = async () => {
    // Those who come meanwhile are refused already, and what is underway is answered.
    const drained = server.drain(DRAIN_MS);
    await subscriptions.end();
    await upgrades.close();
    await drained;
    await free();
  };
  return running(server, settings, { ready, whenReady, end });
}

const borrowedText =
  'row security does not hold for these, which read as their owner: make views security_invoker, take execution of functions from the serving role';

interface Parts {
  readonly ready: () => Promise<Readiness>;
  readonly whenReady: () => Promise<void>;
  readonly end: () => Promise<void>;
}

function running(
  server: Listening,
  { host, tls }: Settings,
  { ready, whenReady, end }: Parts,
): RunningSubgraph {
  let closing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  // Until it is ready once, so that the log tells it even where nobody asks.
  const awaitReady = async () => {
    const { ready: done } = await ready();
    if (closing !== undefined) return;
    if (done) await whenReady().catch(() => {});
    else retry = setTimeout(() => void awaitReady(), RETRY_MS);
  };
  const close = async () => {
    clearTimeout(retry);
    await end();
  };
  void awaitReady();
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${server.port}/graphql`,
    port: server.port,
    ready: async () => (closing === undefined ? ready() : { ready: false, reason: 'ending' }),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
