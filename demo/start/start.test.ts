import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { domainNames } from '../data/domains.ts';
import { unprovision } from '../database/provision.ts';
import { suiteServer } from '../database/testing.ts';
import { fetchToken } from '../identity/token.ts';
import { examples } from './examples.ts';

// The whole demo as `npm start` runs it, from the sources, on ports and in a state folder of its own.

const house = join(import.meta.dirname, '../..');
let state: string;
let ports: NodeJS.ProcessEnv;
let running: Demo[] = [];

interface Demo {
  readonly process: ChildProcess;
  /** All it has printed. */
  printed(): string;
}

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'demo state '));
  const first = await freePorts(8);
  ports = { PORT: String(first), IDENTITY_PORT: String(first + 1), SUBGRAPH_PORT: String(first + 2) };
});
afterEach(() => {
  for (const demo of running) demo.process.kill('SIGKILL');
  running = [];
});
afterAll(async () => {
  for (const domain of domainNames) await unprovision(suiteServer(), `portcullis_${domain}`);
  await rm(state, { recursive: true });
});

/** The first of so many ports in a row that are all free. */
async function freePorts(count: number): Promise<number> {
  for (let first = 20_000 + (process.pid % 20_000); ; first += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function startDemo(script = join(house, 'cli/portcullis.ts'), environment: NodeJS.ProcessEnv = {}): Demo {
  const env = { ...process.env, ...ports, PORTCULLIS_STATE: state, ...environment };
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, 'start'], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const demo = { process: child, printed: () => text };
  running.push(demo);
  return demo;
}

async function until(condition: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await condition()); await delay(50)) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${condition}`);
  }
}

async function untilReady(demo: Demo): Promise<void> {
  await until(() => demo.printed().includes('Ctrl-C stops everything') || demo.process.exitCode !== null);
  if (demo.process.exitCode !== null) throw new Error(demo.printed());
}

async function end(demo: Demo): Promise<number | null> {
  if (demo.process.exitCode === null && demo.process.signalCode === null) await once(demo.process, 'exit');
  return demo.process.exitCode;
}

/** The ids of the processes that belong to this demo: all have its state folder or its ports in their environment. */
async function processes(): Promise<number[]> {
  const found = execFileSync('ps', ['-eo', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/).map(Number);
  const ours = await Promise.all(
    found.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(`PORTCULLIS_STATE=${state}`) || environment.includes(`:${ports['PORT']}\0`)
        ? pid
        : 0;
    }),
  );
  return ours.filter((pid) => pid !== 0);
}

async function ask(persona: string, query: string): Promise<unknown> {
  const token = await fetchToken(persona, { stateFolder: state });
  const response = await fetch(`http://127.0.0.1:${ports['PORT']}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

describe('the demo', () => {
  test('starts, answers what it suggests, mends a dead subgraph, and is gone after SIGTERM', async () => {
    const demo = startDemo();
    await untilReady(demo);
    for (const step of [
      'ports',
      'database',
      'migrations',
      'data (small)',
      'identity provider',
      'subgraphs',
      'gateway',
    ]) {
      expect(demo.printed()).toContain(`  ✓ ${step}`);
    }
    const [groups, join] = await Promise.all(examples.map(({ persona, query }) => ask(persona, query)));
    expect(groups).toMatchObject({ data: { playsGrouped: { nodes: { length: 5 } } } });
    expect(JSON.stringify(groups)).not.toContain('"errors"');
    expect(join).toMatchObject({
      data: {
        subscribers: {
          nodes: [{ name: expect.any(String), plan: { name: expect.any(String) }, invoices: null }],
        },
      },
      errors: [{ path: ['subscribers', 'nodes', 'invoices'], extensions: { code: 'FORBIDDEN' } }],
    });
    const [music] = await pidsOf('subgraphs/music/main.ts');
    process.kill(music ?? 0, 'SIGKILL');
    await until(() => demo.printed().includes('· music was killed (SIGKILL); starting it again'));
    await until(
      async () =>
        (await fetch(`http://127.0.0.1:${Number(ports['SUBGRAPH_PORT']) + 1}/readyz`).catch(() => undefined))
          ?.ok ?? false,
    );
    demo.process.kill('SIGTERM');
    expect(await end(demo)).toBe(0);
    expect(await processes()).toEqual([]);
  }, 180_000);

  test('leaves no process behind when it is killed outright', async () => {
    const demo = startDemo();
    await untilReady(demo);
    expect((await processes()).length).toBeGreaterThanOrEqual(9);
    demo.process.kill('SIGKILL');
    await until(async () => (await processes()).length === 0, 15);
  }, 120_000);

  test('refuses a taken port by name, with nothing left running', async () => {
    const squatter = createServer().listen(Number(ports['IDENTITY_PORT']), '127.0.0.1');
    await once(squatter, 'listening');
    const demo = startDemo();
    expect(await end(demo)).toBe(1);
    squatter.close();
    expect(demo.printed()).toContain(
      `port ${ports['IDENTITY_PORT']} for the identity provider is taken (IDENTITY_PORT moves it)`,
    );
    expect(await processes()).toEqual([]);
  }, 60_000);

  test('names a variable that makes no sense', async () => {
    const demo = startDemo(undefined, { DATA_SCALE: 'huge' });
    expect(await end(demo)).toBe(1);
    expect(demo.printed()).toContain('DATA_SCALE is "huge". Set it to small or full');
  }, 60_000);

  test('names a database that is not there', async () => {
    const demo = startDemo(undefined, { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:9/none' });
    expect(await end(demo)).toBe(1);
    expect(demo.printed()).toMatch(/✗ database\n/);
    expect(demo.printed()).toMatch(/database: .*ECONNREFUSED 127\.0\.0\.1:9/);
    expect(await processes()).toEqual([]);
  }, 60_000);

  test('names a migration that fails, and starts nothing on it', async () => {
    const other = await mkdtemp(join(tmpdir(), 'other house '));
    for (const domain of domainNames) {
      await cp(
        join(house, 'subgraphs', domain, 'migrations'),
        join(other, 'subgraphs', domain, 'migrations'),
        { recursive: true },
      );
    }
    const migrations = join(other, 'subgraphs/live/migrations');
    const next = String((await readdir(migrations)).length + 1).padStart(3, '0');
    await writeFile(
      join(migrations, `${next}_broken.sql`),
      'create table half (id text);\nselect nothing from nowhere;\n',
    );
    await mkdir(join(other, 'cli'));
    await writeFile(
      join(other, 'cli/start.mts'),
      `
      import { startDemo } from ${JSON.stringify(join(house, 'demo/start/start.ts'))};
      await startDemo({ house: ${JSON.stringify(other)}, watch: false }).catch((error) => { console.error(error.message); process.exitCode = 1; });
    `,
    );
    const demo = startDemo(join(other, 'cli/start.mts'));
    expect(await end(demo)).toBe(1);
    expect(demo.printed()).toMatch(/✗ migrations\n/);
    expect(demo.printed()).toContain(`${next}_broken.sql failed and was rolled back`);
    expect(demo.printed()).not.toContain('✓ subgraphs');
    expect(await processes()).toEqual([]);
    await rm(other, { recursive: true });
  }, 60_000);
});

async function pidsOf(script: string): Promise<number[]> {
  const ours = await processes();
  const matching = await Promise.all(
    ours.map(async (pid) => ((await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(script) ? pid : 0)),
  );
  return matching.filter((pid) => pid !== 0);
}
