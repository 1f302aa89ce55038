/** A seventh domain joins while clients are being answered: nobody notices, and its fields are there within two seconds. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { Composer } from '@portcullis/gateway/threads/composer';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { generateDomain } from '@portcullis/kit/generate/generate';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { type GatewayProcess, startGateway } from '../mesh/gateway-process.ts';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let gateway: GatewayProcess;
let token: string;
let database: TestDatabase;
let games: RunningSubgraph;
/** Composes beside the gateway, as the gateway does: how long that takes says how busy the machine is. */
let beside: Composer;
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
  // A process of its own, as in life: what it composes takes no time from the client that waits for it.
  gateway = await startGateway(mesh);
  token = await mesh.tokens.token('analyst');
  beside = new Composer(() => {});
  // The first composition of a process takes three times as long as those that follow.
  await beside.compose(gateway.source);
}, 120_000);
afterAll(async () => {
  await beside?.close();
  await gateway?.stop();
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

const query = '{ games { nodes { title } } }';

describe('a seventh domain', () => {
  it('is served within two seconds of its entry in supergraph.yaml, and no request fails meanwhile', async () => {
    const client = clientWithoutPause();
    await client.isAtWork();
    const before = await gateway.ready();
    expect(codes(await gateway.ask(token, query))).toEqual(['GRAPHQL_VALIDATION_FAILED']);

    let round = await enter();
    // Others' work comes and goes: what is slow by itself is slow each time.
    for (let at = 1; round.taken >= allowed(round) && at < mostRounds; at += 1) {
      await leave();
      round = quickest(round, await enter());
    }
    const answers = await client.stop();

    expect(round.answer).toEqual({
      status: 200,
      body: { data: { games: { nodes: [{ title: 'Portcullis' }] } } },
    });
    expect(round.taken).toBeLessThan(allowed(round));
    expect((await gateway.ready()).generation).not.toBe(before.generation);
    expect(answers.length).toBeGreaterThan(10);
    expect(new Set(answers)).toEqual(new Set([answers[0]]));
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({
      status: 200,
      body: { data: { titles: { nodes: [{}, {}, {}] } } },
    });
  }, 300_000);

  it('that breaks the composition leaves the graph as it is, and /readyz says so', async () => {
    const before = await gateway.ready();
    const source = await readFile(gateway.source, 'utf8');
    await writeFile(gateway.source, source.replace('games:', 'Games Team:'));
    while ((await gateway.ready()).refused === undefined) await sleep(20);
    expect(await gateway.ready()).toMatchObject({ generation: before.generation });
    expect(codes(await gateway.ask(token, query))).toEqual([]);
    await writeFile(gateway.source, source);
    while ((await gateway.ready()).refused !== undefined) await sleep(20);
    expect((await gateway.ready()).generation).toBe(before.generation);
  });
});

const mostRounds = 4;

interface Round {
  readonly answer: Awaited<ReturnType<GatewayProcess['ask']>>;
  /** From the entry until it was served, in milliseconds. */
  readonly taken: number;
  /** A composition of the same graph that began at the same moment. */
  readonly composed: number;
}

/** Two seconds on a quiet machine; on a busy one, five times what a composition takes: the rules are read against the graph too. */
function allowed({ composed }: Round): number {
  return Math.max(2_000, 5 * composed);
}

function quickest(one: Round, { answer, taken, composed }: Round): Round {
  return { answer, taken: Math.min(one.taken, taken), composed: Math.min(one.composed, composed) };
}

async function enter(): Promise<Round> {
  const source = await readFile(gateway.source, 'utf8');
  const schema = JSON.stringify(join(folder, 'subgraph.graphql'));
  const started = performance.now();
  const since = () => performance.now() - started;
  await writeFile(
    gateway.source,
    `${source}  games: { owner: games-team, schema: ${schema}, url: "${games.url}" }\n`,
  );
  const composing = beside.compose(gateway.source).then(since);
  const answer = await untilServed(since);
  const taken = since();
  return { answer, taken, composed: await composing };
}

/** Or until it is clear that it never will be. */
async function untilServed(since: () => number): Promise<Round['answer']> {
  for (;;) {
    const answer = await gateway.ask(token, query);
    if (codes(answer).length === 0 || since() > 60_000) return answer;
    await sleep(20);
  }
}

async function leave(): Promise<void> {
  const source = await readFile(gateway.source, 'utf8');
  await writeFile(gateway.source, source.replace(/^ {2}games: .*\n/m, ''));
  while (codes(await gateway.ask(token, query)).length === 0) await sleep(20);
}

function codes({ body }: Awaited<ReturnType<GatewayProcess['ask']>>): readonly unknown[] {
  return (body.errors ?? []).map(({ extensions }) => extensions['code']);
}

function clientWithoutPause() {
  const answers: string[] = [];
  let running = true;
  const done = (async () => {
    while (running)
      answers.push(JSON.stringify(await gateway.ask(token, '{ titles(first: 3) { nodes { id title } } }')));
  })();
  return {
    async isAtWork() {
      while (answers.length < 10) await sleep(10);
    },
    async stop() {
      running = false;
      await done;
      return answers;
    },
  };
}
