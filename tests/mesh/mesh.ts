/** The whole mesh in one process: six subgraphs on real databases and the gateway in front, everything countable. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DomainName, domainNames } from '@portcullis/demo/data/domains';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { createGateway, type Gateway } from '@portcullis/gateway/gateway';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { type SubgraphRequestEnded, unobserved } from '@portcullis/gateway/observe/observers';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import type { StatementRecord } from '@portcullis/kit/database/statement-observer';
import { resolvers as audience } from '../../subgraphs/audience/resolvers.ts';
import { resolvers as billing } from '../../subgraphs/billing/resolvers.ts';
import { resolvers as live } from '../../subgraphs/live/resolvers.ts';
import { resolvers as video } from '../../subgraphs/video/resolvers.ts';
import { type DomainDatabases, meshDatabases } from './databases.ts';
import { folderOf, repository } from './folders.ts';
import { createIssuer, issuer, type TestIssuer, audience as tokenAudience } from './issuer.ts';

const resolvers = { video, music: {}, podcasts: {}, live, audience, billing };

/** What one question cost below the gateway. */
export interface Cost {
  readonly fetches: readonly SubgraphRequestEnded[];
  readonly statements: readonly (StatementRecord & { readonly domain: DomainName })[];
}

export interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly {
    message: string;
    path?: readonly unknown[];
    extensions: Record<string, unknown>;
  }[];
  readonly cost: Cost;
}

export interface Mesh {
  readonly databases: DomainDatabases;
  readonly gateway: Gateway;
  readonly tokens: TestIssuer;
  /** supergraph.yaml that the gateway watches. */
  readonly source: string;
  /** What every subgraph of this gateway is given, but for its database. */
  readonly environment: NodeJS.ProcessEnv;
  ask(
    token: string | undefined,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Serves over HTTP; ends with the mesh. */
  listen(): Promise<RunningServer>;
  /** Where a domain is served. */
  urlOf(domain: DomainName): string;
  /** How many requests subgraphs have got so far. */
  heard(): number;
  stop(domain: DomainName): Promise<void>;
  start(domain: DomainName): Promise<void>;
  close(): Promise<void>;
}

export async function startMesh(): Promise<Mesh> {
  const databases = await meshDatabases();
  const folder = await mkdtemp(join(tmpdir(), 'portcullis mesh '));
  const tokens = await createIssuer(join(folder, 'issuer.json'));
  const [key] = await readSigningKeys({ signingKey: join(folder, 'gateway.jwk'), createIfMissing: true });
  await writeFile(join(folder, 'gateway.json'), JSON.stringify({ keys: [key.publicKey] }));

  let heard = 0;
  const fetches: SubgraphRequestEnded[] = [];
  const statements: (StatementRecord & { domain: DomainName })[] = [];
  const running = new Map<DomainName, RunningSubgraph>();
  const ports = new Map<DomainName, number>();

  const environment = {
    TXN_TOKEN_ISSUER: gatewayIssuer,
    TXN_TOKEN_JWKS: join(folder, 'gateway.json'),
    LOG_LEVEL: 'silent',
  };
  const start = async (domain: DomainName) => {
    const subgraph = await serve({
      folder: folderOf(domain),
      resolvers: resolvers[domain],
      // A domain that comes back is where the supergraph says that it is.
      port: ports.get(domain) ?? 0,
      environment: { ...environment, [`${domain.toUpperCase()}_DATABASE_URL`]: databases[domain].appUrl },
      observe: { statement: (record) => statements.push({ ...record, domain }) },
    });
    running.set(domain, subgraph);
    ports.set(domain, subgraph.port);
  };
  const stop = async (domain: DomainName) => {
    await running.get(domain)?.close();
    running.delete(domain);
  };

  await Promise.all(domainNames.map(start));
  const source = join(folder, 'supergraph.yaml');
  await writeFile(source, supergraphYaml(ports));
  const config = parseConfig(gatewayYaml, join(folder, 'gateway.yaml'), {});
  const servers: RunningServer[] = [];
  const gateway = await createGateway(config, {
    ...unobserved,
    subgraphRequestEnded(event) {
      heard += 1;
      fetches.push(event);
    },
  });

  return {
    databases,
    gateway,
    tokens,
    source,
    environment,
    start,
    stop,
    urlOf: (domain) => `http://127.0.0.1:${ports.get(domain)}/graphql`,
    heard: () => heard,
    async listen() {
      const server = await listen(gateway, { ...config, listen: { host: '127.0.0.1', port: 0 } });
      servers.push(server);
      return server;
    },
    async ask(token, query, variables = {}, headers = {}) {
      fetches.length = 0;
      statements.length = 0;
      const response = await post(gateway, { token, headers, body: JSON.stringify({ query, variables }) });
      const { data = null, errors = [] } = JSON.parse(String(response.body)) as Partial<Answer>;
      return {
        status: response.status,
        data,
        errors,
        cost: { fetches: [...fetches], statements: [...statements] },
      };
    },
    async close() {
      for (const server of servers) await server.close();
      await gateway.close();
      await Promise.all([...running.keys()].map(stop));
      await rm(folder, { recursive: true });
    },
  };
}

const gatewayIssuer = 'https://gateway.test';

/** The gateway's configuration, for a file in the folder of `source`. */
export const gatewayYaml = `
supergraph: supergraph.yaml
policies: ${JSON.stringify(join(repository, 'policies'))}
authentication:
  issuers:
    - issuer: ${issuer}
      jwksFile: issuer.json
      audience: ${tokenAudience}
      algorithms: [ES256]
      claims:
        { kind: kind, roles: roles, teams: teams, purposes: purposes, purpose: purpose, breakGlass: break_glass,
          attributes: { clearance: clearance, region: region, markets: markets } }
zones: { corp: [127.0.0.0/8] }
identity: { issuer: ${gatewayIssuer}, signingKey: gateway.jwk }
`;

function supergraphYaml(ports: ReadonlyMap<DomainName, number>): string {
  const lines = [...ports].map(
    ([domain, port]) =>
      `  ${domain}: { owner: ${domain}-team, schema: ${JSON.stringify(join(folderOf(domain), 'subgraph.graphql'))}, url: "http://127.0.0.1:${port}/graphql", enforces: [rows, groups, columns] }`,
  );
  return `subgraphs:\n${lines.join('\n')}\n`;
}

export interface Post {
  readonly token?: string | undefined;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Through the gateway's one door, without a socket. */
export function post(gateway: Gateway, { token, body, headers = {} }: Post) {
  return gateway.handle({
    method: 'POST',
    url: '/graphql',
    address: '127.0.0.1',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: Buffer.from(body),
    signal: new AbortController().signal,
  });
}
