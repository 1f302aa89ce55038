import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { newSigningKey, readSigningKeys } from './signing-key.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing key '));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the signing key', () => {
  it('is created once, readable by its owner alone, and is the same after a restart', async () => {
    const signingKey = join(folder, 'keys', 'gateway.jwk');
    const [first] = await readSigningKeys({ signingKey, createIfMissing: true });
    const [second] = await readSigningKeys({ signingKey, createIfMissing: true });
    expect((await stat(signingKey)).mode & 0o777).toBe(0o600);
    expect(second.publicKey).toEqual(first.publicKey);
  });

  it('is one key for gateways that start at once', async () => {
    const signingKey = join(folder, 'gateway.jwk');
    const keys = await Promise.all(
      [1, 2, 3].map(() => readSigningKeys({ signingKey, createIfMissing: true })),
    );
    expect(new Set(keys.map(([{ kid }]) => kid)).size).toBe(1);
  });

  it('publishes nothing of its private half', async () => {
    const signingKey = join(folder, 'gateway.jwk');
    const [{ publicKey }] = await readSigningKeys({ signingKey, createIfMissing: true });
    const { d } = JSON.parse(await readFile(signingKey, 'utf8')) as { d: string };
    expect(JSON.stringify(publicKey)).not.toContain(d);
    expect(publicKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' });
  });

  it('is not made up when the configuration does not say so', async () => {
    const signingKey = join(folder, 'missing.jwk');
    await expect(readSigningKeys({ signingKey, createIfMissing: false })).rejects.toThrow(
      /missing\.jwk does not exist/,
    );
  });

  it('leaves nothing beside it', async () => {
    const signingKey = join(folder, 'gateway.jwk');
    await Promise.all([1, 2].map(() => readSigningKeys({ signingKey, createIfMissing: true })));
    expect(await readdir(folder)).toEqual(['gateway.jwk']);
  });

  it.each([0o640, 0o620, 0o604, 0o602])('is refused with the mode %o, saying what to do', async (mode) => {
    const signingKey = join(folder, 'gateway.jwk');
    const [{ kid }] = await readSigningKeys({ signingKey, createIfMissing: true });
    await chmod(signingKey, mode);
    const { d } = JSON.parse(await readFile(signingKey, 'utf8')) as { d: string };
    const refusal = String(
      await readSigningKeys({ signingKey, createIfMissing: true }).catch((error: unknown) => error),
    );
    expect(refusal).toContain(`mode 0${mode.toString(8)}). Run: chmod 600 '${signingKey}'`);
    expect(refusal).not.toContain(d);
    await chmod(signingKey, 0o400);
    expect((await readSigningKeys({ signingKey, createIfMissing: false }))[0].kid).toBe(kid);
  });

  if (process.getuid?.() === 0) {
    it('is refused when it belongs to somebody else', async () => {
      const signingKey = join(folder, 'gateway.jwk');
      await readSigningKeys({ signingKey, createIfMissing: true });
      await chown(signingKey, 12_345, 0);
      await expect(readSigningKeys({ signingKey, createIfMissing: true })).rejects.toThrow(
        /gateway\.jwk belongs to user 12345, while the gateway runs as user 0\..*chmod 600/,
      );
    });
  }

  it.each([
    ['text that is no JSON', async () => 'secret-material'],
    ['a key of another kind', async () => JSON.stringify(await rsaKey())],
    ['an empty set', async () => '{"keys":[]}'],
    [
      'nine keys',
      async () => JSON.stringify({ keys: await Promise.all(Array.from({ length: 9 }, newSigningKey)) }),
    ],
    ['a set with something else in it', async () => JSON.stringify({ keys: [await newSigningKey(), null] })],
    ['a public key', async () => JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'AA' })],
  ])('is refused when the file holds %s, without quoting it', async (_, content) => {
    const signingKey = join(folder, 'bad.jwk');
    await writeFile(signingKey, await content(), { mode: 0o600 });
    const refusal = await readSigningKeys({ signingKey, createIfMissing: true }).catch(
      (error: Error) => error,
    );
    expect(refusal).toBeInstanceOf(Error);
    expect(String(refusal)).toContain('bad.jwk');
    expect(String(refusal)).not.toContain('secret-material');
  });
});

async function rsaKey() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return exportJWK(privateKey);
}
