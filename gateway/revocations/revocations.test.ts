import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openRevocations, type Revocations } from './revocations.ts';

let folder: string;
let file: string;
let refusals: string[];
let opened: Revocations | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'revocations '));
  file = join(folder, 'revocations.yaml');
  refusals = [];
});
afterEach(async () => {
  opened?.close();
  opened = undefined;
  await rm(folder, { recursive: true });
});

async function openFile(text: string): Promise<Revocations> {
  await writeFile(file, text);
  opened = await openRevocations({
    file,
    refused: (reason) => refusals.push(reason),
  });
  return opened;
}

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 2_000;
  while (!check()) {
    if (Date.now() > end) throw new Error('not within two seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test.each([
  ['is not there', undefined, 'cannot be read'],
  ['is empty', '', 'holds no lists'],
  ['is malformed', 'tokens: [', 'is not understood'],
])('a file that %s is refused at the start', async (_, text, message) => {
  if (text !== undefined) await writeFile(file, text);
  const options = { file, refused: () => {} };
  await expect(openRevocations(options)).rejects.toThrow(message);
});

test('without a file nothing is revoked', async () => {
  const none = await openRevocations({ file: undefined, refused: () => {} });
  expect([none.version, none.withholds('music'), none.current().size, none.refusal()]).toEqual([
    0,
    false,
    0,
    undefined,
  ]);
  none.close();
});

test('a change is in force as a whole, with another number, and told once', async () => {
  const revocations = await openFile('products: []');
  let told = 0;
  revocations.onChange(() => {
    told += 1;
  });
  await writeFile(file, 'products: [{ product: music }, { product: video }]');
  await until(() => revocations.version === 1);
  expect([[...revocations.current().products], told]).toEqual([['music', 'video'], 1]);
});

test('what is not understood later changes nothing, and is told once', async () => {
  const revocations = await openFile('products: [{ product: music }]');
  await writeFile(file, 'products: [{ produkt: music }]');
  await until(() => revocations.refusal() !== undefined);
  await rm(file);
  await until(() => refusals.length === 2);
  expect(refusals).toEqual([
    expect.stringContaining('line 1: products[0]'),
    expect.stringContaining('cannot be read'),
  ]);
  expect([revocations.version, revocations.withholds('music')]).toEqual([0, true]);
  await writeFile(file, 'products: []');
  await until(() => revocations.version === 1);
  expect([revocations.refusal(), revocations.withholds('music')]).toEqual([undefined, false]);
});

test('a file that is replaced by a rename is followed', async () => {
  const revocations = await openFile('products: []');
  for (const [version, name] of ['music', 'video'].entries()) {
    await writeFile(`${file}.new`, `products: [{ product: ${name} }]`);
    await rename(`${file}.new`, file);
    await until(() => revocations.version === version + 1);
    expect([...revocations.current().products]).toEqual([name]);
  }
});

test('so is one behind a link, of whose changes the file system tells nothing', async () => {
  const elsewhere = await mkdtemp(join(tmpdir(), 'revocations elsewhere '));
  const target = join(elsewhere, 'target.yaml');
  await writeFile(target, 'products: []');
  await symlink(target, file);
  const revocations = await openFile('products: []');
  await writeFile(target, 'products: [{ product: music }]');
  await until(() => revocations.version === 1);
  await rm(elsewhere, { recursive: true });
});

test('keys are told of when their moment is another', async () => {
  const entry = (issuer: string, at: string) => `{ issuer: ${issuer}, at: "${at}" }`;
  const revocations = await openFile(`keys: [${entry('a', '2026-11-29T12:00:00Z')}]`);
  const told: string[] = [];
  revocations.onKeysRevoked((issuer) => told.push(issuer));
  await writeFile(
    file,
    `keys: [${entry('a', '2026-11-29T12:00:00Z')}, ${entry('b', '2026-11-29T12:00:00Z')}]`,
  );
  await until(() => revocations.version === 1);
  expect(told).toEqual(['b']);
  await writeFile(
    file,
    `keys: [${entry('a', '2026-11-29T12:00:01Z')}, ${entry('b', '2026-11-29T12:00:00Z')}]`,
  );
  await until(() => revocations.version === 2);
  expect(told).toEqual(['b', 'a']);
});
