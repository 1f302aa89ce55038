import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JWK } from 'jose';
import { newSigningKey } from './signing-key.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

let folder = '';
let file = '';
let one: JWK;
let two: JWK;
let keys: SigningKeys;
let refusals: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing keys '));
  file = join(folder, 'gateway.jwk');
  refusals = [];
  [one, two] = [await newSigningKey(), await newSigningKey()];
  await put([one]);
  const events = {
    changed: () => {},
    refused: ({ reason }: { reason: string }) => void refusals.push(reason),
  };
  keys = await openSigningKeys({ signingKey: file, createIfMissing: false }, events, 300);
});
afterEach(async () => {
  keys.close();
  await rm(folder, { recursive: true });
});

/** As whoever exchanges keys has to: whole, and for the owner alone. */
async function put(content: unknown): Promise<void> {
  const text = Array.isArray(content) ? JSON.stringify({ keys: content }) : String(content);
  await writeFile(`${file}.draft`, text, { mode: 0o600 });
  await rename(`${file}.draft`, file);
}

const signing = () => keys.current().publicKey.x;
const published = () => keys.published().keys.map(({ x }) => x);

async function until(check: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!check()) {
    if (performance.now() > end) throw new Error(`it did not come: ${signing()}, ${published().join(' ')}`);
    await sleep(10);
  }
}

describe('signing keys', () => {
  it('publish a new one before it signs, and its predecessor as long as the file has it', async () => {
    await put([two, one]);
    await until(() => published().length === 2);
    expect(signing()).toBe(one.x);
    await until(() => signing() === two.x);
    expect(published()).toEqual([two.x, one.x]);
    await put([two]);
    await until(() => published().length === 1);
    expect(signing()).toBe(two.x);
  });

  it('withdraw at once what is no longer in the file, also before its successor was published', async () => {
    await put([two]);
    await until(() => signing() === two.x);
    expect(published()).toEqual([two.x]);
  });

  it('do not sign with what was taken back before its time', async () => {
    await put([two, one]);
    await until(() => published().length === 2);
    await put([one]);
    await until(() => published().length === 1);
    await sleep(400);
    expect(signing()).toBe(one.x);
  });

  it('stay as they are where the file cannot be used, and say so', async () => {
    await put('{"keys": [');
    await until(() => refusals.length === 1);
    expect(refusals[0]).toContain('gateway.jwk is not JSON');
    await rm(file);
    await until(() => refusals.length === 2);
    expect(refusals[1]).toContain('does not exist');
    expect([signing(), published()]).toEqual([one.x, [one.x]]);
  });
});
