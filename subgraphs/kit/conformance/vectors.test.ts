/** The published vectors, as anybody reads them from the file, against the kit's own reading of a token. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { authenticate } from '../identity/authenticate.ts';
import { reasonAgainstBody } from '../identity/body-binding.ts';
import { testKey } from './test-key.ts';
import type { Vectors } from './vectors.ts';

const folder = new URL('../../../docs/subgraph-protocol/', import.meta.url);
const read = async (name: string) => JSON.parse(await readFile(new URL(name, folder), 'utf8')) as unknown;
const { vectors, issuer, audience, body, jwks } = (await read('vectors.json')) as Vectors;
const keys = createLocalJWKSet(jwks as unknown as JSONWebKeySet);

async function outcome(txnToken: readonly string[], at: number): Promise<'accept' | 'refuse'> {
  const headers = txnToken.length === 0 ? {} : { 'txn-token': [...txnToken] };
  const known = await authenticate(headers, { issuer, audience, keys, now: () => at });
  if ('refused' in known) return 'refuse';
  const reason = reasonAgainstBody(known.binding, Buffer.from(body), { replays: undefined });
  return reason === undefined ? 'accept' : 'refuse';
}

describe('the kit’s verifier', () => {
  test.each(vectors)('$id: $reason', async ({ txnToken, at, expect: expected }) => {
    expect(await outcome(txnToken, at)).toBe(expected);
  });

  test('refuses each of the good ones a minute later, and a minute before', async () => {
    const good = vectors.filter((vector) => vector.expect === 'accept');
    expect(good.length).toBeGreaterThan(5);
    for (const { txnToken, at } of good) {
      expect(await outcome(txnToken, at + 60)).toBe('refuse');
      expect(await outcome(txnToken, at - 60)).toBe('refuse');
    }
  });
});

describe('the files', () => {
  test('have an id for each vector, and no id twice', () => {
    const ids = vectors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('publish the test key by its thumbprint, and its public half alone in the key set', async () => {
    const { kty, crv, x } = testKey;
    expect(testKey.kid).toBe(await calculateJwkThumbprint({ kty, crv, x }));
    expect(await read('test-jwks.json')).toEqual(jwks);
    expect(JSON.stringify(jwks)).not.toContain(testKey.d);
  });
});
