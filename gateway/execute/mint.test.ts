import { randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Obligations } from '@portcullis/policies/engine/view';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { InternalError } from '../errors.ts';
import { knownAs, somebody } from '../fixture/callers.ts';
import type { Principal } from '../request.ts';
import { readSigningKeys, type SigningKey } from '../secrets/signing-key.ts';
import { createMint, type Mint } from './mint.ts';
import type { TokenRequest } from './token-request.ts';

const issuer = 'https://gateway.example';
const start = 1_790_000_000;
const ann = somebody({
  clientId: 'dashboard',
  scopes: new Set(['b:read', 'a:read']),
  expiresAt: start + 3600,
});
const europe = { rows: { Stream: [{ field: 'region', op: '=', value: 'EMEA' }] } } as const;

function viewWith(key: string, obligations: Obligations = {}): TokenRequest['view'] {
  return { key, obligationsFor: (subgraph) => (subgraph === 'billing' ? obligations : {}) };
}

let key: SigningKey;
let now = start;
let mint: Mint;

beforeAll(async () => {
  [key] = await readSigningKeys({ signingKey: undefined, createIfMissing: false });
  mint = createMint({ issuer, keys: { current: () => key }, now: () => now });
});

interface Change extends Partial<Omit<TokenRequest, 'subject'>> {
  readonly purpose?: string;
}

function request({ purpose = 'none', ...change }: Change = {}): TokenRequest {
  const principal = change.principal ?? ann;
  return {
    subgraph: 'billing',
    principal,
    subject: { ...knownAs(principal).subject, purpose },
    view: viewWith('v1', europe),
    snapshot: 'g1',
    transaction: 'r1',
    ...change,
  };
}

async function claims(token: string) {
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [key.publicKey] }), {
    currentDate: new Date(now * 1000),
  });
  return payload;
}

it('signs anew as soon as another key signs', async () => {
  const [other] = await readSigningKeys({ signingKey: undefined, createIfMissing: false });
  let current = key;
  const rotating = createMint({ issuer, keys: { current: () => current }, now: () => now });
  const first = await rotating(request());
  expect(await rotating(request())).toBe(first);
  current = other;
  expect(decodeProtectedHeader(await rotating(request())).kid).toBe(other.kid);
});

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
      tctx: { snapshot: 'g1', purpose: 'none', obligations: europe },
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
      tctx: { purpose: 'none', obligations: europe },
    });
  });

  it('tells a subgraph its own obligations and no others', async () => {
    const payload = await claims(await mint(request({ subgraph: 'video' })));
    expect(payload['tctx']).toEqual({ snapshot: 'g1', purpose: 'none', obligations: {} });
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

  it.each<[string, Change]>([
    ['subgraph', { subgraph: 'video' }],
    ['snapshot', { snapshot: 'g2' }],
    ['subject', { principal: { ...ann, subject: 'bob' } }],
    ['issuer of the same subject', { principal: { ...ann, issuer: 'https://other.example' } }],
    ['client', { principal: { ...ann, clientId: undefined } }],
    ['scope', { principal: { ...ann, scopes: new Set(['a:read']) } }],
    ['purpose', { purpose: 'marketing' }],
    ['view', { view: viewWith('v2') }],
    ['kind of principal', { principal: { kind: 'anonymous' } }],
  ])('is never reused for another %s', async (_, change) => {
    expect(await mint(request(change))).not.toBe(await mint(request()));
  });

  it('is reused for each purpose, whichever was asked for last', async () => {
    const [none, fraud] = [await mint(request()), await mint(request({ purpose: 'fraud' }))];
    expect([await mint(request()), await mint(request({ purpose: 'fraud' }))]).toEqual([none, fraud]);
  });

  it('is kept for so many views of one caller and no more', async () => {
    const principal = somebody();
    const tokenOf = (at: number) =>
      mint(request({ principal, view: viewWith(`w${at}`), transaction: `${at}` }));
    const first = await tokenOf(0);
    const second = await tokenOf(1);
    for (let at = 2; at <= 16; at += 1) await tokenOf(at);
    expect(await tokenOf(1)).toBe(second);
    const again = await mint(request({ principal, view: viewWith('w0'), transaction: 'again' }));
    expect(again).not.toBe(first);
  });

  it('has long obligations compressed, so that a header can hold it', async () => {
    const fields = Array.from({ length: 700 }, (_, at) => [`Type${at}`, '*'] as const);
    const long: Obligations = { denied: Object.fromEntries(fields) };
    expect(JSON.stringify(long).length).toBeGreaterThan(9_000);
    const token = await mint(request({ view: viewWith('many', long) }));
    expect(token.length).toBeLessThan(6_000);
    const { obligations } = (await claims(token))['tctx'] as { obligations: { deflated: string } };
    expect(Object.keys(obligations)).toEqual(['deflated']);
    const text = inflateRawSync(Buffer.from(obligations.deflated, 'base64url')).toString();
    expect(JSON.parse(text)).toEqual(long);
  });

  it('that a header could not hold is not made, and nothing is sent without it', async () => {
    const markets = Array.from({ length: 2_000 }, () => randomUUID());
    const long = { rows: { Stream: [{ field: 'market', op: 'in', value: markets }] } } as const;
    const minting = mint(request({ view: viewWith('long', long) }));
    await expect(minting).rejects.toBeInstanceOf(InternalError);
    await expect(minting).rejects.toThrow(/subgraph billing would have \d+ characters.*fewer values/);
    // Not remembered: whoever mends the rules is served.
    await expect(mint(request({ view: viewWith('long') }))).resolves.toEqual(expect.any(String));
  });
});

describe('of a subgraph that does not learn who asks, a token', () => {
  const roles = new Set(['editor']);
  const tom = somebody({
    subject: 'tom',
    clientId: 'app',
    roles,
    scopes: new Set(['s']),
    expiresAt: start + 3600,
  });
  const eve = { ...tom, subject: 'eve', clientId: 'other' };
  const disclosures = new Map([
    ['billing', 'none'],
    ['video', 'attributes'],
  ] as const);
  const minting = () => createMint({ issuer, keys: { current: () => key }, disclosures, now: () => now });

  it('says nothing of the caller but what has to be carried out', async () => {
    expect(await claims(await minting()(request({ principal: tom })))).toEqual({
      iss: issuer,
      aud: 'billing',
      sub: 'withheld',
      iat: start,
      exp: start + 30,
      txn: 'r1',
      scope: '',
      req_wl: 'withheld',
      tctx: { snapshot: 'g1', purpose: 'none', obligations: europe },
      rctx: { client: null },
    });
  });

  it('says what rules look at, where that may be known', async () => {
    const attributes = new Map([['region', 'EMEA']] as const);
    const principal = { ...tom, teams: new Set(['b', 'a']), attributes };
    const payload = await claims(await minting()(request({ subgraph: 'video', principal })));
    expect(payload).toMatchObject({
      sub: 'withheld',
      req_wl: 'withheld',
      scope: 's',
      rctx: { client: null },
    });
    expect(payload['tctx']).toMatchObject({
      caller: { kind: 'human', roles: ['editor'], teams: ['a', 'b'], attributes: { region: 'EMEA' } },
    });
  });

  it('is one for all whom it cannot tell apart, and for no others', async () => {
    const mint = minting();
    const of = (principal: Principal, change: Change = {}) => mint(request({ principal, ...change }));
    expect(await of(eve)).toBe(await of(tom));
    expect(await of({ kind: 'anonymous' })).toBe(await of(tom));
    expect(await of(eve, { purpose: 'fraud' })).not.toBe(await of(tom));
    expect(await of(eve, { view: viewWith('v2') })).not.toBe(await of(tom));
    const video = { subgraph: 'video' };
    expect(await of(eve, video)).toBe(await of(tom, video));
    expect(await of({ ...eve, roles: new Set() }, video)).not.toBe(await of(tom, video));
    expect(await of({ ...eve, kind: 'bi' }, video)).not.toBe(await of(tom, video));
    expect(await of({ kind: 'anonymous' }, video)).not.toBe(await of(tom, video));
    expect(await of(eve, { subgraph: 'music' })).not.toBe(await of(tom, { subgraph: 'music' }));
  });

  it('does not outlive the token of any who has it', async () => {
    const mint = minting();
    await mint(request({ principal: tom }));
    const payload = await claims(await mint(request({ principal: { ...eve, expiresAt: start + 12 } })));
    expect(payload.exp).toBe(start + 12);
  });
});
