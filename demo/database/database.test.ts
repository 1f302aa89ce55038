/** The launcher on this machine's real processes and files; `DATABASE_URL` of the suite is kept out of it. */

import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { findBinaries, linkLibraries } from './binaries.ts';
import { openDatabase } from './database.ts';
import { prepareHome } from './home.ts';

const ROOT = process.getuid?.() === 0;
const environment = {};
let dir: string;
const folders: string[] = [];

beforeEach(async () => {
  // A space, and closed to others: what a home on a person's machine may be.
  dir = await mkdtemp(join(tmpdir(), 'portcullis it '));
  folders.push(dir);
});

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    const { folder: home } = await prepareHome(folder, await findBinaries());
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

async function serverPid(folder: string): Promise<number> {
  const { folder: home } = await prepareHome(folder, await findBinaries());
  return Number.parseInt(await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!runs(pid)) return true;
    await sleep(50);
  }
  return false;
}

describe('a server of our own', () => {
  test('keeps data, password and port over a restart, and stops without a trace', async () => {
    const first = await openDatabase({ dir, environment });
    const pid = await serverPid(dir);
    await ask(first.url, 'create table kept as select 42 as answer');
    await first.stop();
    expect(runs(pid)).toBe(false);
    const again = await openDatabase({ dir, environment });
    expect(again.url).toBe(first.url);
    expect(await ask(again.url, 'select answer from kept')).toEqual([42]);
    await again.stop();
  });

  test('is reached on loopback with the password only', async () => {
    const database = await openDatabase({ dir, environment });
    const url = new URL(database.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(await ask(database.url, 'show unix_socket_directories')).toEqual(['']);
    expect(await ask(database.url, 'show listen_addresses')).toEqual(['127.0.0.1']);
    url.password = 'guessed';
    await expect(ask(url.href, 'select 1')).rejects.toThrow('password authentication failed');
    const { folder: home } = await prepareHome(dir, await findBinaries());
    expect((await stat(join(home, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, 'postgres', 'data'))).mode & 0o777).toBe(0o700);
    await database.stop();
  });

  test('runs as an ordinary account, with files that only its owner can have put there', async () => {
    const database = await openDatabase({ dir, environment });
    const owner = execFileSync('ps', ['-o', 'uid=', '-p', String(await serverPid(dir))], {
      encoding: 'utf8',
    });
    expect(Number(owner)).not.toBe(0);
    const { folder: home, programs } = await prepareHome(dir, await findBinaries());
    if (ROOT) {
      for (const path of [home, programs, join(programs, 'bin', 'postgres')]) {
        const { uid, mode } = await stat(path);
        expect([path, uid, mode & 0o022]).toEqual([path, 0, 0]);
      }
    } else {
      expect(home).toBe(await realpath(dir));
    }
    await database.stop();
  });

  test('a second start on the same directory says who is there', async () => {
    const database = await openDatabase({ dir, environment });
    const pid = await serverPid(dir);
    await expect(openDatabase({ dir, environment })).rejects.toThrow(
      `Another server (process ${pid}) is running`,
    );
    expect(await ask(database.url, 'select 1')).toEqual([1]);
    await database.stop();
  });

  test('two first starts at once give one server and one message', async () => {
    const starts = await Promise.allSettled([
      openDatabase({ dir, environment }),
      openDatabase({ dir, environment }),
    ]);
    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const refused = starts.flatMap((start) => (start.status === 'rejected' ? [String(start.reason)] : []));
    expect(started).toHaveLength(1);
    expect(refused).toEqual([expect.stringContaining('is running on the database')]);
    for (const database of started) {
      expect(await ask(database.url, 'select 1')).toEqual([1]);
      await database.stop();
    }
  });

  test('a port that is asked for and taken is a clear message; a remembered one gives way', async () => {
    const first = await openDatabase({ dir, environment });
    const port = Number(new URL(first.url).port);
    await first.stop();
    const occupant = createServer().listen(port, '127.0.0.1');
    await expect(openDatabase({ dir, environment, port })).rejects.toThrow(`Port ${port} is taken`);
    const moved = await openDatabase({ dir, environment });
    expect(new URL(moved.url).port).not.toBe(String(port));
    await moved.stop();
    occupant.close();
  });

  test('without durability nothing is left', async () => {
    const { folder: home } = await prepareHome(dir, await findBinaries());
    const database = await openDatabase({ dir, environment, durable: false });
    expect(await ask(database.url, 'show fsync')).toEqual(['off']);
    await database.stop();
    await expect(readdir(home)).rejects.toThrow('ENOENT');
  });
});

describe('sudden death', () => {
  /** Starts the database in a process of its own and returns when it serves. */
  async function startElsewhere(durable = true): Promise<{ kill: () => void; url: string; server: number }> {
    const module = fileURLToPath(new URL('database.ts', import.meta.url));
    const script = `import(${JSON.stringify(module)}).then(async (m) => { const d = await m.openDatabase({ dir: ${JSON.stringify(dir)}, environment: {}, durable: ${durable} }); console.log(d.url); setInterval(() => {}, 1000); })`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    return { kill: () => child.kill('SIGKILL'), url, server: await serverPid(dir) };
  }

  test('of the one who started it takes the server along, and the data is there at the next start', async () => {
    const { kill, url, server } = await startElsewhere();
    await ask(url, 'create table kept as select 7 as answer');
    kill();
    expect(await gone(server)).toBe(true);
    const again = await openDatabase({ dir, environment });
    expect(await ask(again.url, 'select answer from kept')).toEqual([7]);
    await again.stop();
  });

  test('of server, watcher and starter at once leaves a lock that the next start clears', async () => {
    const { kill, url, server } = await startElsewhere();
    await ask(url, 'create table kept as select 7 as answer');
    const watcher = execFileSync('ps', ['-o', 'ppid=', '-p', String(server)], { encoding: 'utf8' }).trim();
    kill();
    process.kill(-Number(watcher), 'SIGKILL');
    expect(await gone(server)).toBe(true);
    const again = await openDatabase({ dir, environment });
    expect(await ask(again.url, 'select answer from kept')).toEqual([7]);
    await again.stop();
  });

  test('of the one who started it for tests takes the data along too', async () => {
    const { kill, server } = await startElsewhere(false);
    const { folder: home } = await prepareHome(dir, await findBinaries());
    kill();
    expect(await gone(server)).toBe(true);
    await sleep(500);
    expect(await readdir(join(home, 'postgres', 'data'))).toEqual([]);
  });

  test('and a reused process id does not keep the lock alive', async () => {
    const database = await openDatabase({ dir, environment });
    const { folder: home } = await prepareHome(dir, await findBinaries());
    const lock = join(home, 'postgres', 'data', 'postmaster.pid');
    const text = await readFile(lock, 'utf8');
    await database.stop();
    // This process is alive, and is no PostgreSQL.
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
    const again = await openDatabase({ dir, environment });
    expect(await ask(again.url, 'select 1')).toEqual([1]);
    await again.stop();
  });
});

describe('the programs', () => {
  test('start from a copy whose links between libraries the install script did not make', async () => {
    const copy = join(dir, 'native');
    const { folder } = await findBinaries();
    await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(copy, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) await rm(join(dir, target), { force: true });
    const version = () =>
      execFileSync(join(copy, 'bin', 'postgres'), ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    if (process.platform === 'linux') expect(version).toThrow('error while loading shared libraries');
    await linkLibraries(copy);
    expect(version()).toMatch(/^postgres \(PostgreSQL\) 18\./);
    await linkLibraries(copy);
  });
});

describe('no server of our own', () => {
  test('DATABASE_URL wins', async () => {
    const steps: string[] = [];
    const url = 'postgres://someone@db.example/postgres';
    const database = await openDatabase({
      dir,
      environment: { DATABASE_URL: url },
      onProgress: (step) => steps.push(step),
    });
    expect(database.url).toBe(url);
    expect(steps).toEqual(['using the server of DATABASE_URL']);
    await database.stop();
    expect(await readdir(dir)).toEqual([]);
  });

  test.each([
    [{ platform: 'linux', arch: 'x64', glibc: undefined }, 'another C library'],
    [
      { platform: 'win32', arch: 'x64', glibc: undefined },
      'No embedded PostgreSQL is installed for win32-x64',
    ],
    [
      { platform: 'linux', arch: 'riscv64', glibc: '2.36' },
      'No embedded PostgreSQL is installed for linux-riscv64',
    ],
  ])('%o says what to do', async (host, message) => {
    const error = await findBinaries(host).catch((reason: unknown) => String(reason));
    expect(error).toContain(message);
    expect(error).toContain('Set DATABASE_URL');
  });
});
