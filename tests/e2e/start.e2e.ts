/** The one command, from the first start to the last process: what it prints works, and nothing is left behind. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf } from '../docs/blocks.ts';
import { repository } from '../mesh/folders.ts';
import { choosePlace, type Demo, type Place, start, survivors } from './demo.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'portcullis demo '));
const connections = join(folder, 'connections.txt');
let place: Place;
let demo: Demo;

beforeAll(async () => {
  const built = spawnSync('npm', ['run', 'build'], { cwd: repository, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  place = await choosePlace(join(folder, 'state'), connections);
  demo = start(place);
  await demo.ready();
});
afterAll(async () => {
  demo.signal('SIGTERM');
  await demo.ended;
  rmSync(folder, { recursive: true });
});

/** A command line as the pages show it, sent to where this demo is. */
async function shell(command: string): Promise<string> {
  const here = command.replace(
    /http:\/\/(127\.0\.0\.1|localhost):4000/g,
    `http://127.0.0.1:${place.gateway}`,
  );
  const { stdout } = await run('bash', ['-c', here], { cwd: repository, env: place.environment });
  return stdout;
}

describe('the first start', () => {
  it('is ready in well under a minute, and says each step', () => {
    const output = demo.output();
    const [, seconds] = /Ready in ([\d.]+) s/.exec(output) ?? [];
    expect(Number(seconds)).toBeLessThan(45);
    for (const step of ['identity provider', 'database', 'migrations', 'subgraphs', 'data', 'gateway']) {
      expect(output).toContain(`✓ ${step}`);
    }
  });

  it('prints tokens and queries that work as they are', async () => {
    const banner = demo.output();
    const tokens = banner.split('\n').filter((line) => /^[A-Z]+=ey/.test(line));
    const queries = banner.match(/^curl .*\\\n.*$/gm) ?? [];
    expect([tokens.length, queries.length]).toEqual([2, 2]);
    const [grouped, person] = await Promise.all(
      queries.map(async (query) => JSON.parse(await shell([...tokens, query].join('\n')))),
    );
    expect(grouped.errors).toBeUndefined();
    expect(grouped.data.playsGrouped.nodes).toHaveLength(5);
    expect(person.errors).toMatchObject([
      { path: ['subscribers', 'nodes', 'invoices'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(person.data.subscribers.nodes[0].email).toContain('@');
  });
});

describe('README.md', () => {
  it('shows commands whose answers are what it shows', async () => {
    const blocks = await blocksOf('README.md');
    const shown = blocks.flatMap((block, index) => {
      const answer = blocks[index + 1];
      return block.text.startsWith('curl') && answer?.language === 'json'
        ? [{ command: block.text, answer: answer.text }]
        : [];
    });
    expect(shown.length).toBe(2);
    for (const { command, answer } of shown) {
      expect(JSON.parse(await shell(command))).toEqual(JSON.parse(answer));
    }
  });
});

describe('docs/query.md', () => {
  it('has lines that give a shell what the recipes for subscriptions take', async () => {
    const setUp = (await blocksOf('docs/query.md')).find(({ text }) => text.includes('export STREAM='));
    const printed = await shell(`${setUp?.text}\necho "$TOKEN $STREAM"`);
    expect(printed).toMatch(/^ey[\w.-]+ [\w-]{3,40}\n$/);
  });
});

describe('npm run token', () => {
  it('prints one token alone', async () => {
    expect(await shell('npm run --silent token -- clerk')).toMatch(/^ey[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it('says which personas there are', async () => {
    await expect(shell('npm run --silent token -- boss')).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Take one of: analyst, support, clerk, partner, steward'),
    });
  });
});

describe('a second start', () => {
  it('on the same ports names the port, its owner and the variable, and leaves the first alone', async () => {
    const second = start(place);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(String(place.gateway));
    expect(second.output()).toContain('PORT');
    expect((await fetch(`http://127.0.0.1:${place.gateway}/readyz`)).status).toBe(200);
  });

  it('beside a foreign program on one port says so', async () => {
    const foreign = createServer().listen(0, '127.0.0.1');
    await sleep(50);
    const address = foreign.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const blocked = start({ ...place, environment: { ...place.environment, PORT: String(port) } });
    expect(await blocked.ended).toBe(1);
    expect(blocked.output()).toContain(String(port));
    foreign.close();
  });
});

describe('a subgraph that is killed', () => {
  it('is started again, and its fields come back', async () => {
    const status = async () => {
      const response = await fetch(`http://127.0.0.1:${place.gateway + 2}/readyz`).catch(() => undefined);
      return response?.status;
    };
    const [video] = demo.processes().filter((id) => {
      const [pid = ''] = id.split('@');
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('subgraphs/video/main');
    });
    process.kill(Number(video?.split('@')[0]), 'SIGKILL');
    while ((await status()) === 200) await sleep(20);
    while ((await status()) !== 200) await sleep(100);
    expect(demo.output()).toMatch(/video was killed.*starting it again/);
  });
});

describe('every process of the demo', () => {
  it('talks to this machine alone', () => {
    const hosts = new Set(readFileSync(connections, 'utf8').trim().split('\n'));
    expect(hosts.size).toBeGreaterThan(0);
    expect([...hosts].filter((host) => !['127.0.0.1', 'localhost', '::1'].includes(host))).toEqual([]);
  });
});

describe('the end', () => {
  it('after Ctrl-C leaves no process', async () => {
    const before = demo.processes();
    expect(before.length).toBeGreaterThan(10);
    demo.signal('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(demo.output()).toMatch(
      /Stopping \(SIGINT\)\nStopped\. What it made stays for the next start\.\n$/,
    );
    expect(survivors(before)).toEqual([]);
  });

  it('after kill -9 of the supervisor leaves no process either, and the next start takes seconds', async () => {
    demo = start(place);
    await demo.ready();
    const [, seconds] = /Ready in ([\d.]+) s/.exec(demo.output()) ?? [];
    const before = demo.processes();
    demo.signal('SIGKILL');
    await demo.ended;
    const killed = performance.now();
    while (survivors(before).length > 0 && performance.now() - killed < 15_000) await sleep(100);
    expect(survivors(before)).toEqual([]);
    expect(Number(seconds)).toBeLessThan(20);

    demo = start(place);
    await demo.ready();
    const answer = await shell('npm run --silent token -- analyst');
    expect(answer).toMatch(/^ey/);
  });
});
