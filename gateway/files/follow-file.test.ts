import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type FollowedFile, followFile } from './follow-file.ts';

let folder: string;
let file: string;
let followed: FollowedFile;
let reads: number;
let underway: number;
let isUsable: boolean;
let refusals: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'followed '));
  file = join(folder, 'file');
  [reads, underway, isUsable, refusals] = [0, 0, true, []];
  await writeFile(file, 'one');
  const read = async () => {
    underway += 1;
    expect(underway).toBe(1);
    reads += 1;
    await sleep(20);
    underway -= 1;
    if (!isUsable) throw new Error('it is not right');
  };
  followed = followFile({ file, since: Date.now(), read, refused: (reason) => void refusals.push(reason) });
});
afterEach(async () => {
  followed.close();
  await rm(folder, { recursive: true });
});

async function change(): Promise<void> {
  await writeFile(`${file}.draft`, String(Math.random()));
  await rename(`${file}.draft`, file);
}

async function until(count: number): Promise<void> {
  for (const end = performance.now() + 5_000; reads < count; await sleep(10))
    if (performance.now() > end) throw new Error(`it was read ${reads} times`);
}

it('is read again after a failure although it does not change any more, and not after a success', async () => {
  isUsable = false;
  await change();
  await until(2);
  expect([refusals, followed.refusal()]).toEqual([['it is not right'], 'it is not right']);
  isUsable = true;
  await sleep(1_300);
  const enough = reads;
  await sleep(1_300);
  expect(reads).toBe(enough);
  expect([refusals.length, followed.refusal()]).toEqual([1, undefined]);
});

it('is read one time after the other, and not after its end', async () => {
  await Promise.all([followed.look(), followed.look(), followed.look()]);
  expect(reads).toBe(3);
  followed.close();
  await followed.look();
  await change();
  await sleep(1_200);
  expect(reads).toBe(3);
});
