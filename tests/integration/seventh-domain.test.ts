/** A seventh domain joins while clients are being answered: nobody notices, and its fields are there within two seconds. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { generateDomain } from '@portcullis/kit/generate/generate';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let database: TestDatabase;
let games: RunningSubgraph;
let root: string;
let folder: string;

beforeAll(async () => {
  [mesh, database, root] = await Promise.all([
    startMesh(),
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'portcullis games ')),
  ]);
  folder = join(root, 'games');
  await writeDomain();
  await migrate(database.ownerUrl, join(folder, 'migrations'));
  games = await serve({
    folder,
    port: 0,
    environment: { ...mesh.environment, GAMES_DATABASE_URL: database.appUrl },
  });
}, 120_000);
afterAll(async () => {
  await mesh?.close();
  await games?.close();
  await database?.drop();
  await rm(root, { recursive: true, force: true });
});

/** What a domain team writes, and nothing else. */
async function writeDomain(): Promise<void> {
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(
    join(folder, 'schema.graphql'),
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
    "A game of the catalogue."
    type Game @key(fields: "id") @table(name: "games") @dataProduct @tag(name: "public") {
      "Identifier of the game."
      id: ID!
      "Title as sold."
      title: String! @dimension
    }`,
  );
  await writeFile(
    join(folder, 'migrations', '001_games.sql'),
    "create table games (id text primary key, title text not null); insert into games values ('g1', 'Portcullis');",
  );
  await writeFile(join(folder, 'product.yaml'), 'name: games\n');
  await writeFile(join(folder, 'contract.yaml'), 'kind: DataContract\n');
  await generateDomain(folder);
}

describe('a seventh domain', () => {
  it('is served within two seconds of its entry in supergraph.yaml, and no request fails meanwhile', async () => {
    const token = await mesh.tokens.token('analyst');
    const client = clientWithoutPause(mesh, token);
    const before = mesh.gateway.ready().generation;
    expect((await mesh.ask(token, '{ games { nodes { title } } }')).errors[0]?.extensions['code']).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );

    const source = await readFile(mesh.source, 'utf8');
    const entry = `  games: { owner: games-team, schema: ${JSON.stringify(join(folder, 'subgraph.graphql'))}, url: "${games.url}" }\n`;
    const added = performance.now();
    await writeFile(mesh.source, source + entry);
    let answer = await mesh.ask(token, '{ games { nodes { title } } }');
    while (answer.errors.length > 0 && performance.now() - added < 10_000) {
      await sleep(20);
      answer = await mesh.ask(token, '{ games { nodes { title } } }');
    }
    const taken = performance.now() - added;
    const answers = await client.stop();

    expect(answer.data).toEqual({ games: { nodes: [{ title: 'Portcullis' }] } });
    expect(taken).toBeLessThan(2_000);
    expect(mesh.gateway.ready().generation).not.toBe(before);
    expect(answers.length).toBeGreaterThan(10);
    expect(new Set(answers)).toEqual(new Set([answers[0]]));
    expect(answers[0]).toContain('"status":200');
    expect(answers[0]).not.toContain('errors":[{');
  });

  it('that breaks the composition leaves the graph as it is, and says so', async () => {
    const token = await mesh.tokens.token('analyst');
    const before = mesh.gateway.ready().generation;
    const source = await readFile(mesh.source, 'utf8');
    await writeFile(mesh.source, source.replace('games:', 'Games Team:'));
    while (mesh.gateway.ready().refused === undefined) await sleep(20);
    expect(mesh.gateway.ready()).toMatchObject({ ready: true, generation: before });
    expect((await mesh.ask(token, '{ games { nodes { title } } }')).errors).toEqual([]);
    await writeFile(mesh.source, source);
    while (mesh.gateway.ready().refused !== undefined) await sleep(20);
    expect(mesh.gateway.ready().generation).toBe(before);
  });
});

function clientWithoutPause({ ask }: Mesh, token: string) {
  const answers: string[] = [];
  let running = true;
  const done = (async () => {
    while (running) {
      const { status, data, errors } = await ask(token, '{ titles(first: 3) { nodes { id title } } }');
      answers.push(JSON.stringify({ status, data, errors }));
    }
  })();
  return {
    async stop() {
      running = false;
      await done;
      return answers;
    },
  };
}
