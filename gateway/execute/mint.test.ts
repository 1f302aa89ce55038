import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Principal } from '../request.ts';
import { createMint, type Mint, type TokenRequest } from './mint.ts';
import { loadSigningKey, type SigningKey } from './signing-key.ts';

const issuer = 'https://gateway.example';
const start = 1_790_000_000;
const ann: Principal = {
  kind: 'authenticated',
  issuer: 'https://identity.example',
  subject: 'ann',
  clientId: 'dashboard',
  scopes: new Set(['b:read', 'a:read']),
  expiresAt: start + 3600,
};

let key: SigningKey;
let now = start;
let mint: Mint;

beforeAll(async () => {
  key = await loadSigningKey({ signingKey: undefined, createIfMissing: false });
  mint = createMint({ issuer, key, now: () => now });
});

function request(change: Partial<TokenRequest> = {}): TokenRequest {
  return { subgraph: 'billing', principal: ann, snapshot: 'g1', transaction: 'r1', ...change };
}

async function claims(token: string) {
  const { payload } = await jwtVerify(token, createLocalJWKSet(key.jwks), {
    currentDate: new Date(now * 1000),
  });
  return payload;
}

describe('a transaction token', () => {
  it('says who asks, for one subgraph, for 30 seconds', async () => {
    const token = await mint(request());
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: key.kid });
    expect(await claims(token)).toEqual({
      iss: issuer,
      aud: 'billing',
      sub: 'https://identity.example|ann',
      iat: start,
      exp: start + 30,
      txn: 'r1',
      scope: 'a:read b:read',
      req_wl: 'dashboard',
      tctx: { snapshot: 'g1' },
      rctx: { client: 'dashboard' },
    });
  });

  it('names nobody for an anonymous caller', async () => {
    const payload = await claims(await mint(request({ principal: { kind: 'anonymous' } })));
    expect(payload).toMatchObject({
      sub: 'anonymous',
      scope: '',
      req_wl: 'anonymous',
      rctx: { client: null },
    });
  });

  it('never outlives the token of its caller', async () => {
    const payload = await claims(await mint(request({ principal: { ...ann, expiresAt: start + 7 } })));
    expect(payload.exp).toBe(start + 7);
  });

  it('is signed once and reused while it lives long enough to arrive', async () => {
    const first = await mint(request());
    now = start + 20;
    expect(await mint(request({ transaction: 'r2' }))).toBe(first);
    now = start + 21;
    expect(await mint(request())).not.toBe(first);
    now = start;
  });

  it.each<[string, Partial<TokenRequest>]>([
    ['subgraph', { subgraph: 'video' }],
    ['snapshot', { snapshot: 'g2' }],
    ['subject', { principal: { ...ann, subject: 'bob' } }],
    ['issuer of the same subject', { principal: { ...ann, issuer: 'https://other.example' } }],
    ['client', { principal: { ...ann, clientId: undefined } }],
    ['scope', { principal: { ...ann, scopes: new Set(['a:read']) } }],
    ['kind of principal', { principal: { kind: 'anonymous' } }],
  ])('is never reused for another %s', async (_, change) => {
    expect(await mint(request(change))).not.toBe(await mint(request()));
  });
});
