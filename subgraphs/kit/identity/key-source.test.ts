/** Keys over HTTP and from a file: found late, rotated, and never asked for more often than allowed. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keySource } from './key-source.ts';
import { createTestIssuer, type TestIssuer } from './testing.ts';
import { verifyToken } from './verify.ts';

let first: TestIssuer;
let second: TestIssuer;
let folder: string;

beforeEach(async () => {
  first = await createTestIssuer('http://gateway.test', 'first');
  second = await createTestIssuer('http://gateway.test', 'second');
  folder = await mkdtemp(join(tmpdir(), 'portcullis keys '));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const taken = async (issuer: TestIssuer, keys: ReturnType<typeof keySource>) =>
  verifyToken(await issuer.token('video'), { issuer: issuer.issuer, audience: 'video', keys }).then(
    ({ identity }) => identity.subject,
    () => 'refused',
  );

test('a file may come later', async () => {
  const path = join(folder, 'jwks.json');
  const keys = keySource(path);
  expect(await taken(first, keys)).toBe('refused');
  await writeFile(path, JSON.stringify(first.jwks));
  expect(await taken(first, keys)).toBe('http://provider.test|ann');
  await rm(path);
  expect(await taken(first, keys)).toBe('http://provider.test|ann');
});

test('a key that was taken out of the file is trusted no longer once the keys are old', async () => {
  const path = join(folder, 'jwks.json');
  await writeFile(path, JSON.stringify(first.jwks));
  const [kept, renewed] = [keySource(path), keySource(path, 0)];
  for (const keys of [kept, renewed]) expect(await taken(first, keys)).toBe('http://provider.test|ann');
  await writeFile(path, JSON.stringify(second.jwks));
  expect([await taken(first, kept), await taken(first, renewed)]).toEqual([
    'http://provider.test|ann',
    'refused',
  ]);
  await rm(path);
  expect(await taken(second, renewed)).toBe('refused');
});

test('keys of a file that cannot be read any more count for nobody, however often it is tried', async () => {
  const path = join(folder, 'jwks.json');
  await writeFile(path, JSON.stringify(first.jwks));
  const keys = keySource(path, 30);
  expect(await taken(first, keys)).toBe('http://provider.test|ann');
  await writeFile(path, '{"keys": [');
  await sleep(40);
  expect([await taken(first, keys), await taken(first, keys), await taken(first, keys)]).toEqual([
    'refused',
    'refused',
    'refused',
  ]);
});

test('a gateway is asked once, not for each forged key id, and not before the first token', async () => {
  let asked = 0;
  let { jwks } = first;
  const server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const keys = keySource(`http://127.0.0.1:${port}/.well-known/jwks.json`);
  expect(asked).toBe(0);
  expect(await taken(first, keys)).toBe('http://provider.test|ann');
  jwks = second.jwks;
  for (let forged = 0; forged < 5; forged += 1) expect(await taken(second, keys)).toBe('refused');
  expect(asked).toBe(1);
  server.close();
  server.closeAllConnections();
});

test('a gateway that is not there, or gives no keys, is a refusal', async () => {
  expect(await taken(first, keySource('http://127.0.0.1:1/jwks.json'))).toBe('refused');
  await writeFile(join(folder, 'jwks.json'), 'no JSON');
  expect(await taken(first, keySource(join(folder, 'jwks.json')))).toBe('refused');
});
