/** A gateway in front of one subgraph of the kit over a real database, both on sockets, for tests of what goes between them. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { openToAll, writePolicies } from '@portcullis/gateway/fixture/rules';
import { createGateway, type Gateway } from '@portcullis/gateway/gateway';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { type Observers, unobserved } from '@portcullis/gateway/observe/observers';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import type { Signer } from '@portcullis/kit/conformance/forge';
import { generateDomain } from '@portcullis/kit/generate/generate';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { collectLog, writeLibrary } from '@portcullis/kit/server/testing';
import { CHANGING_MIGRATION, CHANGING_SDL, changingResolvers } from '@portcullis/kit/subscribe/testing';
import { audience, createIssuer, issuer, type TestIssuer } from '../mesh/issuer.ts';

const gatewayIssuer = 'https://gateway.test';

export interface Shelf {
  readonly folder: string;
  readonly tokens: TestIssuer;
  /** Whom the subgraph trusts: the gateway. */
  readonly signer: Signer;
  readonly log: ReturnType<typeof collectLog>;
  /** Statements that the subgraph has sent to its database. */
  statements(): number;
  startSubgraph(environment?: NodeJS.ProcessEnv): Promise<RunningSubgraph>;
  /** The one that is asked for; `yaml` goes into its configuration, whose paths are relative to the folder. */
  startGateway(given: GivenGateway): Promise<StartedGateway>;
  close(): Promise<void>;
}

export interface GivenGateway {
  /** Where it finds the subgraph. */
  readonly url: string;
  readonly subscriptions?: 'sse' | 'ws';
  readonly yaml?: string;
  /** Members of `listen`. */
  readonly listen?: string;
  /** Members of `identity`. */
  readonly identity?: string;
  /** Members of the issuer. */
  readonly issuer?: string;
  readonly observers?: Partial<Observers>;
}

export interface StartedGateway {
  readonly gateway: Gateway;
  readonly url: string;
  close(): Promise<void>;
}

export async function openShelf(): Promise<Shelf> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis shelf '));
  const database = await createTestDatabase();
  const library = await writeLibrary({ sdl: CHANGING_SDL, migration: CHANGING_MIGRATION });
  await migrate(database.ownerUrl, join(library.folder, 'migrations'));
  await generateDomain(library.folder);
  await copyFile(join(library.folder, 'subgraph.graphql'), join(folder, 'library.graphql'));
  await writePolicies(join(folder, 'policies'), { 'global/rules.cedar': openToAll });
  const tokens = await createIssuer(join(folder, 'issuer.json'));
  const [key] = await readSigningKeys({ signingKey: join(folder, 'gateway.jwk'), createIfMissing: true });
  await writeFile(join(folder, 'gateway.json'), JSON.stringify({ keys: [key.publicKey] }));
  const log = collectLog();
  const running: { close(): Promise<void> }[] = [];
  let statements = 0;
  return {
    folder,
    tokens,
    signer: { issuer: gatewayIssuer, kid: key.kid, privateKey: key.privateKey },
    log,
    statements: () => statements,
    async startSubgraph(environment = {}) {
      const subgraph = await serve({
        folder: library.folder,
        resolvers: changingResolvers,
        port: 0,
        logTo: log.destination,
        environment: { ...settingsOf(folder, database), ...environment },
        observe: {
          statement() {
            statements += 1;
          },
        },
      });
      running.unshift(subgraph);
      await subgraph.ready();
      return subgraph;
    },
    async startGateway(given) {
      const started = await startGateway(folder, given);
      running.unshift(started);
      return started;
    },
    async close() {
      for (const each of running) await each.close();
      await library.remove();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

function settingsOf(folder: string, { appUrl }: TestDatabase): NodeJS.ProcessEnv {
  return {
    LIBRARY_DATABASE_URL: appUrl,
    TXN_TOKEN_ISSUER: gatewayIssuer,
    TXN_TOKEN_JWKS: join(folder, 'gateway.json'),
    LOG_LEVEL: 'debug',
  };
}

async function startGateway(folder: string, given: GivenGateway): Promise<StartedGateway> {
  const { url, subscriptions = 'sse', observers = {} } = given;
  made += 1;
  const name = `supergraph-${made}.yaml`;
  await writeFile(
    join(folder, name),
    `subgraphs:\n  library: { owner: library-team, schema: library.graphql, url: "${url}", subscriptions: ${subscriptions}, enforces: [rows, groups, columns] }\n`,
  );
  const config = parseConfig(yamlOf(name, given), join(folder, 'gateway.yaml'), {});
  const gateway = await createGateway(config, { ...unobserved, ...observers });
  let server: RunningServer;
  try {
    server = await listen(gateway, { ...config, listen: { ...config.listen, port: 0 } });
  } catch (error) {
    await gateway.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    gateway,
    url: `${server.url}/graphql`,
    close() {
      closing ??= server.close().then(() => gateway.close());
      return closing;
    },
  };
}

/** Each gateway watches a file of its own. */
let made = 0;

function yamlOf(
  supergraph: string,
  { yaml = '', listen: listening, identity = '', issuer: members = '' }: GivenGateway,
): string {
  return `
${listening === undefined ? '' : `listen: { ${listening} }`}
supergraph: ${supergraph}
policies: policies
authentication:
  anonymous: allow
  issuers:
    - { issuer: "${issuer}", jwksFile: issuer.json, audience: "${audience}", algorithms: [ES256]${members && `, ${members}`} }
identity: { issuer: "${gatewayIssuer}", signingKey: gateway.jwk${identity && `, ${identity}`} }
${yaml}
`;
}

export interface Answered {
  readonly status: number;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** A query to a gateway, over HTTP. */
export async function ask(
  { url }: Pick<StartedGateway, 'url'>,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, ...((await response.json()) as Omit<Answered, 'status'>) };
}
