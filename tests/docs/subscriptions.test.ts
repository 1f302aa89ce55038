/** The recipes of docs/query.md for subscriptions, each run as the program that it is, against the demo's domains. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { connected } from '@portcullis/kit/database/connect';
import { repository } from '../mesh/folders.ts';
import { gatewayYaml, type Mesh, startMesh } from '../mesh/mesh.ts';
import { type Block, blocksOf } from './blocks.ts';

const blocks = await blocksOf('docs/query.md');
const recipes = blocks.filter(({ language }) => language === 'sh' || language === 'js');
const setUp = blocks.find(({ text }) => text.includes('export STREAM='))?.text ?? '';

let mesh: Mesh;
let server: RunningServer;
let stream: string;
let token: string;

beforeAll(async () => {
  mesh = await startMesh();
  const config = parseConfig(gatewayYaml, join(dirname(mesh.source), 'gateway.yaml'), {});
  server = await listen(mesh.gateway, { ...config, listen: { host: '127.0.0.1', port: 0 } });
  token = await mesh.tokens.token('analyst');
  stream = await streamOfThePage();
}, 120_000);
afterAll(async () => {
  await live('delete from viewer_counts where stream_id = $1', [stream]);
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

/** What the page's own lines put into STREAM; the token is of the issuer of this mesh. */
async function streamOfThePage(): Promise<string> {
  const lines = here(setUp).replace('npm run --silent token -- analyst', `echo ${token}`);
  const { stdout } = await promisify(execFile)('bash', ['-c', `${lines}\nprintf %s "$STREAM"`]);
  return stdout;
}

function here(program: string): string {
  return program.replaceAll('localhost:4000', new URL(server.url).host);
}

/** As somebody would run it, but for the address. */
function run({ language, text }: Block, id = stream): { readonly child: ChildProcess; output: string } {
  const program = here(text);
  const [command, args] =
    language === 'sh' ? ['sh', ['-c', `exec ${program}`]] : ['node', ['--input-type=module', '-e', program]];
  const child = spawn(String(command), [...(args ?? [])], {
    cwd: repository,
    env: { ...process.env, TOKEN: token, STREAM: id },
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

it('finds a stream that is on the air by the lines of the page', async () => {
  expect(await live('select status from streams where id = $1', [stream])).toEqual([{ status: 'LIVE' }]);
});

it('gives null for an id that nobody knows', async () => {
  const [curl] = recipes as [Block];
  const running = run(curl, 'nobody');
  try {
    await until(
      () => running.output.includes('{"data":{"viewers":null}}'),
      () => running.output,
    );
    expect(running.output).not.toContain('errors');
  } finally {
    running.child.kill();
  }
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
