import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newSigningKey, readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { portcullis } from '../fixture/call.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key command '));
  await writeFile(join(folder, 'key.jwk'), JSON.stringify(await newSigningKey()), { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true }));

const rotate = (...flags: readonly string[]) => portcullis(['key', 'rotate', 'key.jwk', ...flags], folder);
const former = 'key.jwk.former.jwks.json';
const kid = async () =>
  (await readSigningKeys({ signingKey: join(folder, 'key.jwk'), createIfMissing: false }))[0].kid;

test('the public halves of former keys stay, one of each, for trails of then', async () => {
  const first = await kid();
  const { code, out } = await rotate();
  expect([code, out]).toEqual([0, expect.stringContaining(`audit verify TRAIL --keys ${former}\n`)]);
  const second = await kid();
  await rotate('--withdraw');
  const text = await readFile(join(folder, former), 'utf8');
  const { keys } = JSON.parse(text) as { keys: { kid: string }[] };
  expect(keys.map((key) => key.kid)).toEqual([first, second]);
  for (const key of keys) expect(key).not.toHaveProperty('d');
  expect(((await stat(join(folder, former))).mode & 0o777).toString(8)).toBe('644');
});

test('where they cannot be kept, the key is exchanged all the same and they are printed', async () => {
  const first = await kid();
  await writeFile(join(folder, former), 'nothing');
  const { code, err } = await rotate('--withdraw');
  expect([code, err]).toEqual([0, expect.stringContaining(first)]);
  expect(err).toContain(`${former} cannot be written`);
  expect(await kid()).not.toBe(first);
  expect(await readFile(join(folder, former), 'utf8')).toBe('nothing');
});
