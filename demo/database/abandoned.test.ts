/** What becomes of clusters whose folder is gone, and what never happens to any other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recordBelonging, removeAbandoned } from './abandoned.ts';
import { findBinaries } from './binaries.ts';
import { openDatabase } from './database.ts';
import { exists } from './files.ts';
import { prepareHome } from './home.ts';

let place: string;
let base: string;
let state: string;
let cluster: string;
beforeEach(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'portcullis abandoned ')));
  base = join(place, 'base');
  state = join(place, 'state');
  cluster = join(base, 'cluster-0123456789abcdef');
  await mkdir(join(cluster, 'postgres', 'data', 'base'), { recursive: true });
  await mkdir(state);
  await recordBelonging(cluster, state);
});
afterEach(() => rm(place, { recursive: true }));

describe('a cluster whose folder is gone', () => {
  beforeEach(() => rm(state, { recursive: true }));

  test('is removed, what its links point to is not', async () => {
    const outside = join(place, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    await symlink(outside, join(cluster, 'postgres', 'data', 'pg_wal'));
    await writeFile(join(cluster, 'postgres', 'data', 'postmaster.pid'), '999999999\n');
    await removeAbandoned(base, undefined);
    expect(await exists(cluster)).toBe(false);
    expect(await exists(join(outside, 'kept'))).toBe(true);
  });

  test('stays while a server works in it', async () => {
    await copyFile('/bin/sleep', join(place, 'postgres'));
    await chmod(join(place, 'postgres'), 0o755);
    const server = spawn(join(place, 'postgres'), ['60']);
    await once(server, 'spawn');
    await writeFile(join(cluster, 'postgres', 'data', 'postmaster.pid'), `${server.pid}\n`);
    await removeAbandoned(base, undefined);
    const stayed = await exists(cluster);
    server.kill();
    await once(server, 'exit');
    expect(stayed).toBe(true);
    await removeAbandoned(base, undefined);
    expect(await exists(cluster)).toBe(false);
  });

  test.each<[string, (record: string) => Promise<unknown>]>([
    ['is not recorded', (record) => rm(record)],
    ['is recorded in what is no record', (record) => writeFile(record, '{"dir":')],
    [
      'is recorded behind a link',
      (record) => rename(record, `${record}.x`).then(() => symlink(`${record}.x`, record)),
    ],
    ['is recorded by somebody who need not be us', (record) => chmod(record, 0o666)],
    [
      'was on a file system that is not mounted',
      async (record) =>
        writeFile(record, JSON.stringify({ ...JSON.parse(await readFile(record, 'utf8')), device: -1 })),
    ],
    [
      'was there through a link to the cluster',
      async () => {
        await rename(cluster, join(place, 'elsewhere'));
        await symlink(join(place, 'elsewhere'), cluster);
      },
    ],
  ])('stays where that folder %s', async (_, spoil) => {
    await spoil(join(cluster, 'belongs-to.json'));
    await removeAbandoned(base, undefined);
    expect((await lstat(join(cluster, 'postgres', 'data'))).isDirectory()).toBe(true);
  });

  test('stays where its name is none of ours', async () => {
    const other = join(base, 'cluster-of-somebody');
    await rename(cluster, other);
    await removeAbandoned(base, undefined);
    expect(await exists(other)).toBe(true);
  });
});

test('a cluster whose folder is there stays', async () => {
  await removeAbandoned(base, undefined);
  expect(await exists(cluster)).toBe(true);
});

test('opening a database removes what a deleted folder left, and keeps what another needs', async () => {
  const [gone, kept] = [join(place, 'gone'), join(place, 'kept')];
  const homes: string[] = [];
  for (const dir of [gone, kept]) {
    const database = await openDatabase({ dir, environment: {} });
    await database.stop();
    homes.push((await prepareHome(dir, await findBinaries())).folder);
  }
  await rm(gone, { recursive: true });
  const database = await openDatabase({ dir: kept, environment: {} });
  const left = await Promise.all(homes.map(exists));
  await database.stop();
  for (const home of homes) await rm(home, { recursive: true, force: true });
  expect(left).toEqual([false, true]);
}, 60_000);
