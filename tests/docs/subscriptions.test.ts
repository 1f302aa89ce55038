/** The recipes of docs/query.md for subscriptions, each run as the program that it is, against the demo's domains. */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseConfig } from '@portcullis/gateway/config';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { connected } from '@portcullis/kit/database/connect';
import { repository } from '../mesh/folders.ts';
import { gatewayYaml, type Mesh, startMesh } from '../mesh/mesh.ts';
import { type Block, blocksOf } from './blocks.ts';

const recipes = (await blocksOf('docs/query.md')).filter(
  ({ language }) => language === 'sh' || language === 'js',
);

let mesh: Mesh;
let server: RunningServer;
let stream: string;
let token: string;

beforeAll(async () => {
  mesh = await startMesh();
  const config = parseConfig(gatewayYaml, join(dirname(mesh.source), 'gateway.yaml'), {});
  server = await listen(mesh.gateway, { ...config, listen: { host: '127.0.0.1', port: 0 } });
  token = await mesh.tokens.token('analyst');
  const rows = await live('select id from streams order by id limit 1');
  stream = String(rows[0]?.['id']);
}, 120_000);
afterAll(async () => {
  await live('delete from viewer_counts');
  await server?.close();
  await mesh?.close();
});

const live = (statement: string, values: readonly unknown[] = []) =>
  connected(
    mesh.databases.live.ownerUrl,
    async (client) => (await client.query<Record<string, unknown>>(statement, [...values])).rows,
  );

/** How many are watching from now on. */
async function count(viewers: number): Promise<void> {
  await live(
    `insert into viewer_counts values ($1, $2, now())
     on conflict (stream_id) do update set viewers = excluded.viewers, counted_at = excluded.counted_at`,
    [stream, viewers],
  );
}

/** As somebody would run it, but for the address. */
function run({ language, text }: Block): { readonly child: ChildProcess; output: string } {
  const program = text.replaceAll('localhost:4000', new URL(server.url).host);
  const [command, args] =
    language === 'sh' ? ['sh', ['-c', `exec ${program}`]] : ['node', ['--input-type=module', '-e', program]];
  const child = spawn(String(command), [...(args ?? [])], {
    cwd: repository,
    env: { ...process.env, TOKEN: token, STREAM: stream },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const running = { child, output: '' };
  child.stdout?.on('data', (chunk) => {
    running.output += String(chunk);
  });
  return running;
}

async function until(check: () => boolean, what: () => string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`it did not come: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('has a recipe for each client', () => {
  expect(recipes.map(({ before }) => /^With \[?([\w -]+)/.exec(before)?.[1])).toEqual([
    'curl',
    'graphql-sse',
    'graphql-ws',
    'Apollo Client',
    'urql',
  ]);
});

it.each(recipes.map((recipe) => [recipe.before, recipe] as const))('%s', async (_, recipe) => {
  await count(41);
  const running = run(recipe);
  try {
    await until(
      () => running.output.includes('"viewers":"41"'),
      () => running.output,
    );
    await count(42);
    await until(
      () => running.output.includes('"viewers":"42"'),
      () => running.output,
    );
    expect(running.output).not.toContain('errors');
  } finally {
    running.child.kill();
  }
});
