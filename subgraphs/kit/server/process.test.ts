/** The subgraph as a process of its own: how it starts, how it ends, and whom it talks to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { migrate } from '../migrate/migrate.ts';
import { type Library, writeLibrary } from './testing.ts';

const KIT = new URL('../kit.ts', import.meta.url).href;

/** A process like a domain's `main.ts`, whose one resolved field takes half a second in the database. */
const MAIN = `
import { serve } from ${JSON.stringify(KIT)};
await serve({ folder: import.meta.dirname, resolvers: { Book: { remark: async (parent, args, { session }) => {
  await session.run({ sql: 'select pg_sleep(0.5)', parameters: [] });
  return 'done';
} } } });
`;

/** Writes down every address that anything in the process connects to or looks up. */
const SPY = `
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';
const note = (what) => appendFileSync(process.env.SPY_FILE, what + '\\n');
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  note('connect ' + (typeof options === 'object' ? (options.host ?? options.path) : args[1]));
  return connect.apply(this, args);
};
for (const name of ['lookup', 'resolve']) {
  const original = dns[name];
  dns[name] = (host, ...rest) => { note('look up ' + host); return original(host, ...rest); };
}
`;

let database: TestDatabase;
let library: Library;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [database, library] = await Promise.all([createTestDatabase(), writeLibrary()]);
  await migrate(database.ownerUrl, join(library.folder, 'migrations'));
  await writeFile(join(library.folder, 'main.mjs'), MAIN);
  await writeFile(join(library.folder, 'spy.mjs'), SPY);
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await database.drop();
  await library.remove();
});

function launch(environment: NodeJS.ProcessEnv, imports: readonly string[] = []) {
  const loaders = [import.meta.resolve('tsx'), ...imports].flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...loaders, join(library.folder, 'main.mjs')], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += String(text)));
  const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return { child, exit, output: () => output };
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return String(port);
}

async function startReady(environment: NodeJS.ProcessEnv = {}, imports: readonly string[] = []) {
  const port = await freePort();
  const started = launch({ ...library.environment(database.appUrl), PORT: port, ...environment }, imports);
  const origin = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) {
    const { status } = await fetch(`${origin}/readyz`).catch(() => ({ status: 0 }));
    if (status === 200) return { ...started, url: `${origin}/graphql` };
  }
  throw new Error(`not ready: ${started.output()}`);
}

async function ask(url: string, query: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'txn-token': await library.gateway.token('library') };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

test('SIGTERM: what is underway is answered, then exit 0', async () => {
  const { child, exit, output, url } = await startReady();
  const answer = ask(url, '{ books(first: 1) { nodes { remark } } }');
  await sleep(250);
  child.kill('SIGTERM');
  expect(await (await answer).json()).toEqual({ data: { books: { nodes: [{ remark: 'done' }] } } });
  expect(await exit).toEqual({ code: 0, signal: null });
  expect(output()).toContain('"reason":"SIGTERM"');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test('a supervisor that dies takes the subgraph along', async () => {
  const { child, exit } = await startReady();
  // To the child the end of the channel is the same, whether we close it or are killed.
  child.disconnect();
  expect(await exit).toEqual({ code: 0, signal: null });
});

test('a start that fails says why in one line, without a stack, and exits 1', async () => {
  const { exit, output } = launch({ PORT: '4999' });
  expect(await exit).toEqual({ code: 1, signal: null });
  const lines = output().trim().split('\n');
  expect(lines).toHaveLength(1);
  const { level, msg, err } = JSON.parse(lines[0] ?? '') as {
    level: number;
    msg: string;
    err: { message: string };
  };
  expect([level, msg]).toEqual([60, 'cannot start']);
  expect(err.message).toContain('LIBRARY_DATABASE_URL is not set: the database of library');
});

test('nothing but the database is talked to, whatever a vendor’s variables say', async () => {
  const spied = join(library.folder, 'spied');
  await writeFile(spied, '');
  const vendor = {
    APOLLO_KEY: 'service:graph:secret',
    APOLLO_GRAPH_REF: 'graph@current',
    APOLLO_SCHEMA_REPORTING: 'true',
  };
  const { url, child, exit } = await startReady({ ...vendor, SPY_FILE: spied }, [
    join(library.folder, 'spy.mjs'),
  ]);
  expect((await ask(url, '{ books(first: 1) { nodes { id } } }')).status).toBe(200);
  await sleep(300);
  child.kill('SIGTERM');
  await exit;
  const talked = new Set((await readFile(spied, 'utf8')).trim().split('\n'));
  const { hostname } = new URL(database.appUrl);
  expect(talked.size).toBeGreaterThan(0);
  for (const one of talked) expect([`connect ${hostname}`, `look up ${hostname}`]).toContain(one);
});
