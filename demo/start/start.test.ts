import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { domainNames } from '../data/domains.ts';
import { unprovision } from '../database/provision.ts';
import { suiteServer } from '../database/testing.ts';

// Starts that cannot succeed, from the sources; tests/e2e has those that do.

const house = join(import.meta.dirname, '../..');
let state: string;
let ports: NodeJS.ProcessEnv;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'demo state '));
  const first = await freePorts(8);
  ports = { PORT: String(first), IDENTITY_PORT: String(first + 1), SUBGRAPH_PORT: String(first + 2) };
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

interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs a script of the demo to its end. */
async function run(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const env = { ...process.env, ...ports, PORTCULLIS_STATE: state, ...environment };
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, ...args], { env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed };
}

function start(environment?: NodeJS.ProcessEnv): Promise<Ended> {
  return run(join(house, 'cli/portcullis.ts'), ['start'], environment);
}

/** Command lines of all processes that have this demo's state folder in their environment. */
async function leftOver(): Promise<string[]> {
  const pids = execFileSync('ps', ['-eo', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/);
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.includes(`PORTCULLIS_STATE=${state}`)) return [];
      return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => []);
    }),
  );
  return ours.flat();
}

test('a taken port is named with its owner and the variable that moves it', async () => {
  const squatter = createServer().listen(Number(ports['IDENTITY_PORT']), '127.0.0.1');
  await once(squatter, 'listening');
  const { code, printed } = await start();
  squatter.close();
  expect(printed).toContain(
    `  port ${ports['IDENTITY_PORT']} for the identity provider is taken (IDENTITY_PORT moves it)\n`,
  );
  expect(code).toBe(1);
  expect(await leftOver()).toEqual([]);
});

test('a setting that makes no sense is named', async () => {
  expect(await start({ DATA_SCALE: 'huge' })).toEqual({
    code: 1,
    printed: expect.stringContaining('DATA_SCALE is "huge". Set it to small or full'),
  });
});

test('a state folder that others may write to is refused before anything starts', async () => {
  const open = await mkdtemp(join(tmpdir(), 'open state '));
  await chmod(open, 0o777);
  const { code, printed } = await start({ PORTCULLIS_STATE: open });
  expect(printed).toContain(`${open} may be written to by others than its owner (mode 0777)`);
  expect(code).toBe(1);
  expect(await readdir(open)).toEqual([]);
  await rm(open, { recursive: true });
});

test('a database that is not there is the step that failed; what had started is stopped', async () => {
  const { code, printed } = await start({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:9/none' });
  expect(printed).toMatch(/✗ database\n/);
  expect(printed).toMatch(/database: .*ECONNREFUSED 127\.0\.0\.1:9/);
  expect(code).toBe(1);
  expect(await leftOver()).toEqual([]);
});

test('a migration that fails is named, and nothing is started on it', async () => {
  const other = await mkdtemp(join(tmpdir(), 'other house '));
  for (const domain of domainNames) {
    const migrations = join('subgraphs', domain, 'migrations');
    await cp(join(house, migrations), join(other, migrations), { recursive: true });
    await writeFile(join(other, 'subgraphs', domain, 'main.ts'), '');
  }
  const migrations = join(other, 'subgraphs/live/migrations');
  const broken = `${String((await readdir(migrations)).length + 1).padStart(3, '0')}_broken.sql`;
  await writeFile(join(migrations, broken), 'create table half (id text);\nselect nothing from nowhere;\n');
  const script = `
    import { startDemo } from ${JSON.stringify(join(house, 'demo/start/start.ts'))};
    await startDemo({ house: ${JSON.stringify(other)}, watch: false }).catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });`;
  await writeFile(join(other, 'start.mts'), script);
  const { code, printed } = await run(join(other, 'start.mts'), []);
  await rm(other, { recursive: true });
  expect(printed).toMatch(/✗ migrations\n/);
  expect(printed).toContain(`${broken} failed and was rolled back`);
  expect(printed).not.toContain('✓ subgraphs');
  expect(code).toBe(1);
  expect(await leftOver()).toEqual([]);
});

test('containers prepare the databases once, with the passwords that they are given', async () => {
  const passwords = Object.fromEntries(
    domainNames.map((name) => [`${name.toUpperCase()}_PASSWORD`, `of ${name}`]),
  );
  const prepare = () => run(join(house, 'demo/start/prepare.ts'), [], passwords);
  expect(await prepare()).toMatchObject({ code: 0 });
  expect((await prepare()).printed).toMatch(
    /✓ migrations .*nothing new\n.*✓ data \(small\) .*already there\n/,
  );
  const url = new URL(suiteServer());
  url.username = 'portcullis_live_app';
  url.password = 'of live';
  url.pathname = '/portcullis_live';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  const count = async () =>
    (await client.query('select count(*)::int as streams from streams')).rows[0].streams;
  // Row security: nobody's rows are shown to nobody.
  expect(await count()).toBe(0);
  await client.query(`select set_config('app.claims', '{"rows": {}}', false)`);
  expect(await count()).toBe(200);
  await client.end();

  const incomplete = await run(join(house, 'demo/start/prepare.ts'), [], { ...passwords, LIVE_PASSWORD: '' });
  expect(incomplete.code).toBe(1);
  expect(incomplete.printed).toContain('LIVE_PASSWORD is not set');
}, 90_000);
