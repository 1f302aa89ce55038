/** The games domain of docs/add-a-domain.md, made of the page's own blocks and run as the process that it shows. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '@portcullis/kit/database/connect';
import { createTestIssuer } from '@portcullis/kit/identity/testing';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { overEventStream, type Way } from '@portcullis/kit/subscribe/testing';
import { freePort } from '../bench/measure/processes.ts';
import { repository } from '../mesh/folders.ts';
import { blocksOf } from './blocks.ts';

/** What the page leaves to its readers. */
const TABLES = `
create table games (id text primary key, title text not null, genre text, released_on date, licence_cost numeric);
create table matches (id text primary key, game_id text references games, started_at timestamptz not null, seconds bigint not null);
insert into games values ('g1', 'Portcullis');
insert into matches values ('m1', 'g1', now(), 60);
`;

export interface Games {
  readonly way: Way;
  write(sql: string): Promise<void>;
  close(): Promise<void>;
}

export async function startGames(): Promise<Games> {
  const house = await buildGames();
  const games = await house.launch('with resolvers');
  const url = `http://127.0.0.1:${games.port}/graphql`;
  while ((await fetch(url, { method: 'POST' }).catch(() => undefined))?.status !== 401) {
    if (games.child.exitCode !== null) throw new Error(games.output());
    await sleep(20);
  }
  const way = overEventStream(url, () => house.token());
  return {
    way,
    write: (sql) => connected(house.database.ownerUrl, async (client) => void (await client.query(sql))),
    async close() {
      await way.close();
      games.child.kill();
      await games.exited;
      await house.remove();
    },
  };
}

/** What it says, when `main.ts` gives it no resolvers. */
export async function gamesWithoutResolvers(): Promise<string> {
  const house = await buildGames();
  const games = await house.launch('without resolvers');
  await games.exited;
  await house.remove();
  return games.output();
}

interface House {
  readonly database: TestDatabase;
  readonly token: () => Promise<string>;
  launch(which: keyof typeof mains): Promise<Launched>;
  remove(): Promise<void>;
}

interface Launched {
  readonly port: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  readonly output: () => string;
}

async function buildGames(): Promise<House> {
  const [database, gateway, root] = await Promise.all([
    createTestDatabase(),
    createTestIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis docs ')),
  ]);
  const folder = join(root, 'games');
  const keys = join(root, 'keys.json');
  await writeGames(folder);
  // As in the repository that the folder would be in.
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  await writeFile(keys, JSON.stringify(gateway.jwks));
  await migrate(database.ownerUrl, join(folder, 'migrations'));
  const environment = {
    GAMES_DATABASE_URL: database.appUrl,
    TXN_TOKEN_ISSUER: gateway.issuer,
    TXN_TOKEN_JWKS: keys,
  };
  return {
    database,
    token: () => gateway.token('games'),
    async launch(which) {
      const port = await freePort();
      await writeFile(join(folder, 'main.ts'), await mainOf(which));
      return { port, ...run(folder, { ...environment, PORT: String(port) }) };
    },
    async remove() {
      await database.drop();
      await rm(root, { recursive: true });
    },
  };
}

function run(folder: string, environment: NodeJS.ProcessEnv): Omit<Launched, 'port'> {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(folder, 'main.ts')], {
    env: { ...process.env, ...environment },
    // With a channel, so that it does not outlive the test.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += String(text)));
  return { child, exited: once(child, 'close'), output: () => output };
}

async function writeGames(folder: string): Promise<void> {
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(folder, 'schema.graphql'), (await written('graphql')).join('\n'));
  await writeFile(join(folder, 'migrations/001_games.sql'), TABLES);
  await writeFile(join(folder, 'migrations/002_changes.sql'), (await written('sql')).join('\n'));
  const resolvers = (await written('ts')).find((text) => text.includes('defineResolvers'));
  await writeFile(join(folder, 'resolvers.ts'), resolvers ?? '');
}

const mains = { 'without resolvers': 'dirname }', 'with resolvers': 'resolvers }' } as const;

async function mainOf(which: keyof typeof mains): Promise<string> {
  const main = (await written('ts')).find((text) => text.includes(`${mains[which]});`));
  if (main === undefined) throw new Error(`the page shows no main.ts ${which}`);
  return main;
}

async function written(language: string): Promise<readonly string[]> {
  const blocks = await blocksOf('docs/add-a-domain.md');
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}
