import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkKeyFiles } from './check-key-files.ts';
import { createSigner, trustedIssuer } from './fixture.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis keys '));
});
afterAll(() => rm(folder, { recursive: true }));

const check = (path: string) =>
  checkKeyFiles([
    trustedIssuer('https://far.example', '', { keys: { kind: 'jwksUrl', url: 'http://127.0.0.1:9/' } }),
    trustedIssuer('https://near.example', '', { keys: { kind: 'jwksFile', path } }),
  ]);

async function fileWith(text: string): Promise<string> {
  const path = join(folder, 'jwks.json');
  await writeFile(path, text);
  return path;
}

test('a key set is accepted, and nobody is asked for those that are elsewhere', async () => {
  await check(await fileWith(JSON.stringify({ keys: [createSigner('k1').jwk] })));
});

test.each([
  ['no JSON', '<html>', 'the file is not valid JSON'],
  ['a key in place of a set', JSON.stringify(createSigner('k1').jwk), 'the key set has no usable key'],
  ['an empty set', '{"keys":[]}', 'the key set has no usable key'],
  ['a shared secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', 'the key set has no usable key'],
])('%s is told with its file, its issuer and what to do', async (_, text, reason) => {
  const path = await fileWith(text);
  await expect(check(path)).rejects.toThrow(
    `The keys of the issuer https://near.example cannot be taken from ${path}: ${reason}. Put its JSON Web Key Set there ({"keys": […]}, public keys), or correct jwksFile.`,
  );
});

test('a missing file and a folder are told as such', async () => {
  await expect(check(join(folder, 'none.json'))).rejects.toThrow('none.json: there is no such file. Put');
  await expect(check(folder)).rejects.toThrow('it cannot be read (EISDIR). Put');
});
