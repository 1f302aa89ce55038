import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createWatcher, type Watcher } from './watch.ts';

let folder: string;
let file: string;
let watcher: Watcher;
let told: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched '));
  file = join(folder, 'watched');
  told = 0;
  await writeFile(file, 'one');
  watcher = createWatcher(() => {
    told += 1;
  });
  watcher.watch([file], Date.now() + 1_000);
  await sleep(20);
});
afterEach(async () => {
  watcher.close();
  await rm(folder, { recursive: true });
});

/** As an editor does that saves by renaming. */
async function change(): Promise<void> {
  await writeFile(`${file}.draft`, String(Math.random()));
  await rename(`${file}.draft`, file);
}

async function whileBusy(name: string, work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const writing = (async () => {
    for (; !isOver; await sleep(5)) await appendFile(join(folder, name), 'a line\n');
  })();
  await work();
  isOver = true;
  await writing;
}

/** How long it took; less than until files are polled where the file system itself tells. */
async function tellingTook(): Promise<number> {
  const from = performance.now();
  while (told === 0 && performance.now() - from < 5_000) await sleep(5);
  return performance.now() - from;
}

it('tells of a change that is whole, once', async () => {
  await change();
  expect(await tellingTook()).toBeLessThan(900);
  await sleep(1_200);
  expect(told).toBe(1);
});

it('tells of a change beside a file that is written all the time', async () => {
  await whileBusy('log', async () => {
    await change();
    expect(await tellingTook()).toBeLessThan(900);
  });
});

it('tells nothing of files beside it', async () => {
  await whileBusy('log', () => sleep(1_200));
  expect(told).toBe(0);
});

it('waits until what is written in pieces stays as it is', async () => {
  await whileBusy('watched', () => sleep(400));
  expect(told).toBe(0);
  expect(await tellingTook()).toBeLessThan(2_000);
  expect(told).toBe(1);
});
