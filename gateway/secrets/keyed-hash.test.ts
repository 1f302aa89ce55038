import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadKeyedHash } from './keyed-hash.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mask secret '));
});
afterEach(() => rm(folder, { recursive: true }));

const said = async (secret: string | undefined, createIfMissing = true) =>
  (await loadKeyedHash({ secret, createIfMissing }))('Person.email', 'none')('ann');

describe('the secret of masks', () => {
  it('is made once, and hashes alike after a restart', async () => {
    const secret = join(folder, 'keys', 'masks.key');
    const first = await said(secret);
    expect(await said(secret, false)).toBe(first);
    expect(await readFile(secret, 'utf8')).toMatch(/^[\w-]{43}\n$/);
    expect(await said(join(folder, 'other.key'))).not.toBe(first);
  });

  it('is another one at each start where it is kept nowhere', async () => {
    expect(await said(undefined)).not.toBe(await said(undefined));
  });

  it('is refused where it is missing, short, or open to others, without being quoted', async () => {
    const secret = join(folder, 'masks.key');
    await expect(said(secret, false)).rejects.toThrow(/masks\.key does not exist.*masks\.createIfMissing/);
    for (const text of ['', 'short-secret', `${'a'.repeat(43)}+/`, `${'a'.repeat(22)} ${'a'.repeat(22)}`]) {
      await writeFile(secret, text, { mode: 0o600 });
      const refusal = String(await said(secret).catch((error: unknown) => error));
      expect(refusal).toMatch(/masks\.key has to be base64url/);
      if (text !== '') expect(refusal).not.toContain(text);
    }
    await writeFile(secret, 'a'.repeat(43));
    await chmod(secret, 0o644);
    await expect(said(secret)).rejects.toThrow(/chmod 600/);
  });
});
