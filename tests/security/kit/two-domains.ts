/** Two domains of the subgraph kit, each over its database, behind a gateway whose tokens for them can be taken. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { type House, type HouseOptions, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { newSigningKey } from '@portcullis/gateway/secrets/signing-key';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { generateSdl } from '@portcullis/kit/generate/sdl';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { openTap, type Tap } from './tap.ts';
import { until } from './until.ts';

export interface Domain {
  readonly name: string;
  /** Past the gateway. */
  readonly url: string;
  /** Resolvers, sources of events and statements that have run. */
  readonly calls: readonly string[];
}

export interface Sent {
  readonly alpha: string;
  readonly beta: string;
}

export interface TwoDomains {
  readonly house: House;
  readonly alpha: Domain;
  readonly beta: Domain;
  /** Where the gateway listens. */
  readonly url: string;
  /** Asks the gateway as somebody, and takes the tokens that it sends to either domain. */
  tokensFor(authorization: string): Promise<Sent>;
  /** The gateway signs with another key, the one before is withdrawn, and both domains know. */
  exchangeKey(): Promise<void>;
  forget(): void;
  close(): Promise<void>;
}

/** The issuer of a house's tokens for subgraphs. */
export const issuer = 'http://127.0.0.1:4000';

export const queries = {
  both: '{ alphas { nodes { id word } } betas { nodes { id word } } }',
  alpha: '{ alphas { nodes { id word } } }',
  beta: '{ betas { nodes { id word } } }',
} as const;

/** @param desk a subgraph of the house's own */
export async function openTwoDomains(desk: SubgraphFixture, options: HouseOptions): Promise<TwoDomains> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis two domains '));
  const keys = join(folder, 'jwks.json');
  const [alpha, beta] = await Promise.all(['alpha', 'beta'].map((name) => openDomain(name, folder, keys)));
  if (alpha === undefined || beta === undefined) throw new Error('there are two');
  const both = [alpha, beta] as const;
  const house = await openHouse([desk], {
    ...options,
    sources: [desk, ...both.map(({ name, sdl }) => ({ name, sdl, resolvers: {} }))],
    elsewhere: { alpha: `${alpha.tap.url}/graphql`, beta: `${beta.tap.url}/graphql` },
  });
  const publish = () => writeFile(keys, JSON.stringify(house.gateway.jwks()));
  await publish();
  const { url } = await house.listen();
  const forget = () => {
    house.forget();
    for (const { calls } of both) calls.splice(0);
  };
  return {
    house,
    url,
    alpha,
    beta,
    forget,
    async tokensFor(authorization) {
      for (const { tap } of both) tap.heard();
      const { text } = await house.ask(queries.both, { headers: { authorization } });
      if (text.includes('errors')) throw new Error(text);
      forget();
      return { alpha: tokenIn(alpha.tap), beta: tokenIn(beta.tap) };
    },
    async exchangeKey() {
      const before = JSON.stringify(house.gateway.jwks());
      await writeFile(join(house.folder, 'key.json'), JSON.stringify({ keys: [await newSigningKey()] }));
      await until(() => JSON.stringify(house.gateway.jwks()) !== before);
      await publish();
      // Or else it would know of it within a minute.
      for (const domain of both) await domain.startAnew();
    },
    async close() {
      await house.close();
      for (const domain of both) await domain.close();
      await rm(folder, { recursive: true });
    },
  };
}

function tokenIn(tap: Tap): string {
  const [, token] = /^txn-token: (\S+)/im.exec(tap.heard()) ?? [];
  if (token === undefined) throw new Error('no token was sent');
  return token;
}

interface OpenDomain extends Domain {
  readonly calls: string[];
  readonly sdl: string;
  readonly tap: Tap;
  startAnew(): Promise<void>;
  close(): Promise<void>;
}

async function openDomain(name: string, root: string, keys: string): Promise<OpenDomain> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const authored = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

"What the domain has."
type ${type} @key(fields: "id") @table(name: "${name}s") @dataProduct {
  id: ID!
  "Told by a resolver."
  word: String @resolved(needs: ["id"])
}

type Subscription {
  "Once."
  ${name}Told: String
}
`;
  const folder = join(root, name);
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(folder, 'schema.graphql'), authored);
  await writeFile(
    join(folder, 'migrations', '001_rows.sql'),
    `create table ${name}s (id text primary key); insert into ${name}s values ('1');`,
  );
  const database = await createTestDatabase();
  await migrate(database.ownerUrl, join(folder, 'migrations'));
  const calls: string[] = [];
  let running = await start({ name, type, folder, keys, database, calls }, 0);
  const { url, port } = running;
  const tap = await openTap(url);
  return {
    name,
    url,
    calls,
    sdl: generateSdl(authored),
    tap,
    async startAnew() {
      await running.close();
      running = await start({ name, type, folder, keys, database, calls }, port);
    },
    async close() {
      await tap.close();
      await running.close();
      await database.drop();
    },
  };
}

interface Starting {
  readonly name: string;
  readonly type: string;
  readonly folder: string;
  readonly keys: string;
  readonly database: TestDatabase;
  readonly calls: string[];
}

async function start(
  { name, type, folder, keys, database, calls }: Starting,
  port: number,
): Promise<RunningSubgraph> {
  const running = await serve({
    folder,
    port,
    resolvers: {
      [type]: {
        word() {
          calls.push('resolver');
          return `word of ${name}`;
        },
      },
      Subscription: {
        [`${name}Told`]: {
          async *subscribe() {
            calls.push('source');
            yield `told by ${name}`;
          },
        },
      },
    },
    environment: {
      [`${name.toUpperCase()}_DATABASE_URL`]: database.appUrl,
      TXN_TOKEN_ISSUER: issuer,
      TXN_TOKEN_JWKS: keys,
      LOG_LEVEL: 'silent',
      DATABASE_CONNECTIONS: '2',
    },
    observe: { statement: () => void calls.push('statement') },
  });
  while (!(await running.ready()).ready) await new Promise((resolve) => setTimeout(resolve, 20));
  calls.splice(0);
  return running;
}
