/** A subgraph at work: from a domain's folder to a port that answers. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DestinationStream } from 'pino';
import { openPool } from '../database/pool.ts';
import { openSession } from '../database/request-session.ts';
import { statementNames } from '../database/statement-names.ts';
import type { StatementRecord } from '../database/statement-observer.ts';
import { databaseClaims } from '../identity/claims.ts';
import { keySource } from '../identity/key-source.ts';
import { readMigrations } from '../migrate/folder.ts';
import { buildDomainSchema } from '../resolve/build.ts';
import type { DomainResolvers } from '../resolve/domain-resolvers.ts';
import { createEngine } from './engine.ts';
import { type Listening, listen } from './http.ts';
import { endWithProcess, failToStart } from './lifecycle.ts';
import { createLog, type Log, loggedFault } from './log.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { excessOfRole } from './role-check.ts';
import { createRoutes } from './routes.ts';
import { readSettings, type Settings } from './settings.ts';

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

/** Listens to what the subgraph does; for tests that count. */
export interface Observer {
  statement?(record: StatementRecord & { readonly requestId: string }): void;
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
  const { folder, resolvers = {}, observe } = options;
  const { domain, host } = settings;
  const sdl = await readFile(join(folder, 'schema.graphql'), 'utf8');
  const migrations = await readMigrations(join(folder, 'migrations'));
  const engine = await createEngine(buildDomainSchema({ sdl, resolvers }), log);
  const pool = openPool({
    url: settings.databaseUrl,
    name: `portcullis-${domain}`,
    settings: settings.database,
    onLost: (error) => log.warn({ fault: loggedFault(error) }, 'a database connection was lost'),
  });
  const nameOf = statementNames(settings.database.preparedStatements);
  const ready = createReadiness({ domain, pool, migrations, log });
  const routes = createRoutes({
    profile: { issuer: settings.tokenIssuer, audience: domain, keys: keySource(settings.tokenKeys) },
    engine,
    ready,
    log,
    openSession: (identity, { ids, signal, onStatement }) =>
      openSession({
        pool,
        settings: settings.database,
        nameOf,
        claims: databaseClaims(identity),
        signal,
        onStatement(record) {
          onStatement(record);
          observe?.statement?.({ ...record, requestId: ids.requestId });
        },
      }),
  });
  const free = async () => {
    await engine.stop();
    await pool.end();
  };
  const server = await listen(routes, settings).catch(async (error: unknown) => {
    await free();
    throw error;
  });
  log.info({ host, port: server.port }, 'listening');
  const whenReady = async () => {
    const excess = await excessOfRole(pool);
    if (excess !== undefined) log.warn({ excess }, 'the database is no second line of defence');
  };
  return running(server, settings, { ready, whenReady, free });
}

interface Parts {
  readonly ready: () => Promise<Readiness>;
  readonly whenReady: () => Promise<void>;
  readonly free: () => Promise<void>;
}

function running(server: Listening, { host }: Settings, { ready, whenReady, free }: Parts): RunningSubgraph {
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
    await server.drain(DRAIN_MS);
    await free();
  };
  void awaitReady();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}/graphql`,
    port: server.port,
    ready: async () => (closing === undefined ? ready() : { ready: false, reason: 'ending' }),
    close() {
      closing ??= close();
      return closing;
    },
  };
}
