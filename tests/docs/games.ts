/** The games domain of docs/add-a-domain.md, made of the page's own blocks and served. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@portcullis/demo/database/testing';
import { type DomainResolvers, serve } from '@portcullis/kit';
import { connected } from '@portcullis/kit/database/connect';
import { createTestIssuer } from '@portcullis/kit/identity/testing';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { overEventStream, type Way } from '@portcullis/kit/subscribe/testing';
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
  const [database, gateway, root] = await Promise.all([
    createTestDatabase(),
    createTestIssuer(),
    mkdtemp(join(tmpdir(), 'portcullis docs ')),
  ]);
  const folder = join(root, 'games');
  const keys = join(root, 'keys.json');
  await writeGames(folder);
  await writeFile(keys, JSON.stringify(gateway.jwks));
  await migrate(database.ownerUrl, join(folder, 'migrations'));
  const { resolvers } = (await import(join(folder, 'resolvers.ts'))) as { resolvers: DomainResolvers };
  const subgraph = await serve({
    folder,
    resolvers,
    port: 0,
    environment: {
      GAMES_DATABASE_URL: database.appUrl,
      TXN_TOKEN_ISSUER: gateway.issuer,
      TXN_TOKEN_JWKS: keys,
      LOG_LEVEL: 'silent',
    },
  });
  const way = overEventStream(subgraph.url, () => gateway.token('games'));
  return {
    way,
    write: (sql) => connected(database.ownerUrl, async (client) => void (await client.query(sql))),
    async close() {
      await way.close();
      await subgraph.close();
      await database.drop();
      await rm(root, { recursive: true });
    },
  };
}

async function writeGames(folder: string): Promise<void> {
  const blocks = await blocksOf('docs/add-a-domain.md');
  const written = (language: string) =>
    blocks.filter((block) => block.language === language).map(({ text }) => text);
  const resolvers = written('ts').find((text) => text.includes('defineResolvers')) ?? '';
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(folder, 'schema.graphql'), written('graphql').join('\n'));
  await writeFile(join(folder, 'migrations/001_games.sql'), TABLES);
  await writeFile(join(folder, 'migrations/002_changes.sql'), written('sql').join('\n'));
  // The folder is outside of the workspace, where the name of the package means nothing.
  const kit = JSON.stringify(join(repository, 'subgraphs/kit/kit.ts'));
  await writeFile(join(folder, 'resolvers.ts'), resolvers.replace(`'@portcullis/kit'`, kit));
}
