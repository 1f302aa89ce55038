/** D07: what an identity provider can answer instead of keys. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { fetchJson } from './fetch-json.ts';
import { createSigner, serve, type TestServer, trustedIssuer } from './fixture.ts';
import type { KeySource } from './issuer.ts';
import { loadKeys } from './key-source.ts';

const { jwk } = createSigner('k1');
const opened: TestServer[] = [];

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function answering(answer: RequestListener): Promise<TestServer> {
  const server = await serve(answer);
  opened.push(server);
  return server;
}

function json(value: unknown): RequestListener {
  return (_, response) => response.end(JSON.stringify(value));
}

function load(keys: KeySource) {
  return loadKeys(trustedIssuer('https://one.example', '', { keys }));
}

describe('a key set by URL', () => {
  const bad: readonly (readonly [string, RequestListener, string])[] = [
    ['an error', (_, response) => response.writeHead(500).end('{"keys":[]}'), 'answered with status 500'],
    ['a page', (_, response) => response.end('<html></html>'), 'did not answer with JSON'],
    ['an empty set', json({ keys: [] }), 'the key set has no usable key'],
    ['no set', json(null), 'the key set has no usable key'],
    [
      'only a shared secret (D02)',
      json({ keys: [{ kty: 'oct', k: 'AA' }] }),
      'the key set has no usable key',
    ],
    ['a thousand keys', json({ keys: Array.from({ length: 1000 }, () => jwk) }), 'more than 100 keys'],
    ['a megabyte', json({ keys: [jwk], filler: 'x'.repeat(1_000_000) }), 'more than 524288 bytes'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: '/keys' }).end(),
      'answered with status 302',
    ],
  ];
  test.each(bad)('%s is no key set', async (_, answer, reason) => {
    const server = await answering(answer);
    await expect(load({ kind: 'jwksUrl', url: server.url })).rejects.toThrow(reason);
    expect(server.requests).toEqual(['/']);
  });

  test('a byte now and then comes to an end', async () => {
    const timers = new Set<NodeJS.Timeout>();
    const { url } = await answering((_, response) => {
      response.writeHead(200);
      timers.add(setInterval(() => response.write(' '), 20));
    });
    await expect(fetchJson(url, { ms: 200, bytes: 1000 })).rejects.toThrow(/time/);
    for (const timer of timers) clearInterval(timer);
  });

  test('is cleaned of private parts and of shared secrets', async () => {
    const server = await answering(
      json({
        keys: [
          { ...jwk, d: 'secret' },
          { kty: 'oct', k: 'secret' },
        ],
      }),
    );
    expect(await load({ kind: 'jwksUrl', url: server.url })).toEqual({ keys: [jwk] });
  });
});

describe('a key set by discovery', () => {
  test('is at the jwks_uri of a document that speaks for the issuer', async () => {
    const server: TestServer = await answering((request, response) => {
      const document = { issuer: 'https://one.example', jwks_uri: `${server.url}/jwks` };
      response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : document));
    });
    expect(await load({ kind: 'discovery', url: `${server.url}/oidc` })).toEqual({ keys: [jwk] });
    expect(server.requests).toEqual(['/oidc', '/jwks']);
  });

  test.each([
    [{ issuer: 'https://two.example', jwks_uri: 'https://one.example/jwks' }, 'speaks for another issuer'],
    [{ issuer: 'https://one.example' }, 'names no jwks_uri'],
    [{ issuer: 'https://one.example', jwks_uri: 'file:///etc/passwd' }, 'not https:'],
    [{ issuer: 'https://one.example', jwks_uri: 'http://169.254.169.254/jwks' }, 'not https:'],
    [[], 'speaks for another issuer'],
  ])('is not at what %j says', async (document, reason) => {
    const server = await answering(json(document));
    await expect(load({ kind: 'discovery', url: server.url })).rejects.toThrow(reason);
    expect(server.requests).toHaveLength(1);
  });
});

test('a key set by file is read from it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-keys-'));
  const path = join(folder, 'jwks.json');
  await expect(load({ kind: 'jwksFile', path })).rejects.toThrow('ENOENT');
  await writeFile(path, JSON.stringify({ keys: [jwk] }));
  expect(await load({ kind: 'jwksFile', path })).toEqual({ keys: [jwk] });
  await rm(folder, { recursive: true });
});
