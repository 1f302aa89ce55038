import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Child, keepAlive } from './child.ts';
import type { Plan } from './run.ts';

/** A process as the demo's are: it serves, says its id, and ends with its supervisor. */
const server = `
  import { createServer } from 'node:http';
  process.on('disconnect', () => process.exit());
  if (process.env.FAULT) { console.error(JSON.stringify({ level: 50, msg: 'no start', err: { message: process.env.FAULT } })); process.exit(3); }
  createServer((_, response) => response.end(String(process.pid))).listen(Number(process.env.PORT), '127.0.0.1');
`;

let folder: string;
let children: Child[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child test '));
  await writeFile(join(folder, 'server.mjs'), server);
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()));
  children = [];
  await rm(folder, { recursive: true });
});

async function plan(environment: NodeJS.ProcessEnv = {}): Promise<Plan> {
  const port = await freePort();
  return {
    name: 'video',
    script: join(folder, 'server.mjs'),
    args: [],
    folder,
    environment: { ...environment, PORT: String(port) },
    readyUrl: `http://127.0.0.1:${port}/`,
    log: join(folder, 'video.log'),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function start(plan: Plan, reports: string[] = []): Child {
  const child = keepAlive(plan, (text) => reports.push(text));
  children.push(child);
  return child;
}

async function pidOf({ readyUrl }: Plan): Promise<number> {
  return Number(await (await fetch(readyUrl)).text());
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await condition()); await delay(30)) {
    if (Date.now() > deadline) throw new Error(`not within ten seconds: ${condition}`);
  }
}

describe('a process of the demo', () => {
  test('is ready once it answers, and gone once it is stopped', async () => {
    const video = await plan();
    const child = start(video);
    await child.ready();
    const pid = await pidOf(video);
    await child.stop();
    expect(lives(pid)).toBe(false);
  });

  test('that cannot start is named, with the end of its log', async () => {
    const child = start(await plan({ FAULT: 'VIDEO_DATABASE_URL is not set' }));
    await expect(child.ready()).rejects.toThrow(
      /^video ended with exit code 3\. The end of .*video\.log:\n {4}\| no start: VIDEO_DATABASE_URL is not set$/,
    );
  });

  test('does not write its log through a link', async () => {
    const video = await plan();
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, 'kept');
    await symlink(elsewhere, video.log);
    expect(() => start(video)).toThrow(/video\.log is a symbolic link .* Remove it\.$/);
    expect(await readFile(elsewhere, 'utf8')).toBe('kept');
  });

  test('that is killed is reported and starts again, its log continued', async () => {
    const video = await plan();
    const reports: string[] = [];
    await start(video, reports).ready();
    const pid = await pidOf(video);
    process.kill(pid, 'SIGKILL');
    await until(async () => (await pidOf(video).catch(() => pid)) !== pid);
    expect(reports).toEqual([
      expect.stringMatching(/^video was killed \(SIGKILL\); starting it again in 0\.5 s/),
    ]);
  });

  test('restarts on request without a report', async () => {
    const video = await plan();
    const reports: string[] = [];
    const child = start(video, reports);
    await child.ready();
    const pid = await pidOf(video);
    await child.restart();
    expect(await pidOf(video)).not.toBe(pid);
    expect(reports).toEqual([]);
  });

  test('ends when its supervisor is killed outright', async () => {
    const video = await plan();
    const script = `
      import { keepAlive } from ${JSON.stringify(join(import.meta.dirname, 'child.ts'))};
      await keepAlive(${JSON.stringify(video)}, console.log).ready();
      setInterval(() => {}, 1000);
    `;
    await writeFile(join(folder, 'supervisor.mjs'), script);
    const args = ['--import', import.meta.resolve('tsx'), join(folder, 'supervisor.mjs')];
    const supervisor = spawn(process.execPath, args, { stdio: 'ignore' });
    await until(async () => (await pidOf(video).catch(() => 0)) !== 0);
    const pid = await pidOf(video);
    supervisor.kill('SIGKILL');
    await until(() => !lives(pid));
    expect(await readFile(video.log, 'utf8')).toBe('');
  });
});
