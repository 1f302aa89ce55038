/** Group D through the whole gateway: a token that is not exactly right gets one answer, and nothing is fetched. */
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createSigner, encode, serve } from '@portcullis/gateway/authenticate/fixture';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { now, openProviders, type Providers } from './kit/providers.ts';

const staff: SubgraphFixture = {
  name: 'staff',
  sdl: 'type Query { me: Person } type Person { name: String }',
  resolvers: { Query: { me: () => ({ name: 'Ann' }) } },
};

let providers: Providers;
let house: House;
let url: string;
const reasons: string[] = [];

beforeAll(async () => {
  providers = await openProviders({ clients: ['bi'] });
  house = await openHouse([staff], {
    anonymous: 'allow',
    issuers: providers.issuers,
    observers: { tokenRefused: ({ reason }) => void reasons.push(reason) },
  });
  ({ url } = await house.listen());
});
beforeEach(() => {
  house.forget();
  reasons.length = 0;
});
afterAll(async () => {
  await house.close();
  await providers.close();
});

interface Got {
  readonly status: number | undefined;
  readonly body: string;
}

/** `node:http`, since fetch joins headers that are given twice. */
function ask(
  authorization: string | readonly string[] | undefined,
  path = '/graphql',
  more = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...more };
    const sent = httpRequest(`${url}${path}`, { method: 'POST', headers });
    if (authorization !== undefined) sent.setHeader('authorization', authorization);
    sent.on('error', reject);
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.end('{"query":"{ me { name } }"}');
  });
}

const answered: Got = { status: 200, body: '{"data":{"me":{"name":"Ann"}}}' };
const refusedFor = (message: string): Got => ({
  status: 401,
  body: JSON.stringify({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] }),
});
const notValid = refusedFor('The access token is not valid.');
const misshapen = refusedFor(
  'The authorization header is not "Bearer", a space and a signed token (JWT), with 8192 characters at most. Send it as authorization: Bearer <token>.',
);

const header = (more: object) => ({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...more });
const claim = (more: Readonly<Record<string, unknown>>) => () => providers.one.bearer(more);
const headed = (more: object) => () => providers.one.bearer({}, header(more));
const payload = (change: (text: string) => string) => () =>
  `Bearer ${providers.one.signer.token(change(JSON.stringify(providers.one.claims())))}`;
const signedAs = (change: (signature: Buffer) => Buffer) => () => {
  const [head, body, signature = ''] = providers.one.bearer().split('.');
  return `${head}.${body}.${change(Buffer.from(signature, 'base64url')).toString('base64url')}`;
};

function hmac(secret: (key: Providers['rsa']) => string | Buffer): () => string {
  return () => {
    const head = encode({ alg: 'HS256', typ: 'at+jwt', kid: 'rsa' });
    const input = `${head}.${encode(providers.one.claims())}`;
    const mac = createHmac('sha256', secret(providers.rsa)).update(input).digest('base64url');
    return `Bearer ${input}.${mac}`;
  };
}

const unsigned = (alg: string, signature: string) => () =>
  `Bearer ${encode({ alg, typ: 'at+jwt', kid: 'k1' })}.${encode(providers.one.claims())}.${signature}`;

const wrong: readonly (readonly [string, () => string])[] = [
  ...['none', 'None', 'nOnE', 'NONE'].map((alg) => [`D01 alg ${alg}`, unsigned(alg, 'AA')] as const),
  [
    'D02 HS256 under the public key (PEM)',
    hmac((key) => key.publicKey.export({ type: 'spki', format: 'pem' })),
  ],
  [
    'D02 HS256 under the public key (DER)',
    hmac((key) => key.publicKey.export({ type: 'spki', format: 'der' })),
  ],
  ['D02 HS256 under the public key (JWK)', hmac((key) => JSON.stringify(key.jwk))],
  ['D04 kid that is a path', headed({ kid: '../../dev/null' })],
  ['D04 kid that is a statement', headed({ kid: "x' UNION SELECT 'k" })],
  ['D04 kid that is an address', headed({ kid: 'https://evil.example/k' })],
  ['D04 kid of a prototype', headed({ kid: '__proto__' })],
  ['D04 kid that is a list', headed({ kid: ['k1'] })],
  [
    'D08 another issuer’s key under our key’s id',
    () => `Bearer ${providers.two.signer.token(providers.one.claims())}`,
  ],
  ['D08 an issuer that nobody trusts', claim({ iss: 'https://evil.example' })],
  ['D09 no audience', claim({ aud: undefined })],
  ['D09 the audience of another gateway', claim({ aud: 'other' })],
  ['D09 an empty list of audiences', claim({ aud: [] })],
  ['D10 an audience that holds ours', claim({ aud: 'not-portcullis-at-all' })],
  ['D10 an audience within a list within a list', claim({ aud: [['portcullis']] })],
  ['D10 roles as a text', claim({ roles: 'superadministrator' })],
  ['D12 another client', claim({ client_id: 'portal' })],
  ['D12 no client', claim({ client_id: undefined })],
  ['D12 two clients', claim({ azp: 'portal' })],
  ...['null', '0', '-1', '"9999999999"', '1e400', '[9999999999]', 'true', '{}', '9999999999.5'].map(
    (exp) => [`D13 exp ${exp}`, payload((text) => text.replace(/"exp":\d+/, `"exp":${exp}`))] as const,
  ),
  ['D13 no exp', claim({ exp: undefined })],
  ['D13 no iat', claim({ iat: undefined })],
  ['D13 a life of a year', claim({ exp: now() + 31_536_000 })],
  ['D17 an unknown extension', headed({ crit: ['x'], x: 1 })],
  ['D17 b64', headed({ crit: ['b64'], b64: false })],
  ['D17 no extension, but a demand for one', headed({ crit: [] })],
  ...['JWT', 'id+jwt', 'rt+jwt', 'txntoken+jwt', 'logout+jwt', undefined].map(
    (typ) => [`D18 typ ${typ}`, headed({ typ })] as const,
  ),
  ['D20 a claim twice', payload((text) => text.replace('{', '{"sub":"bob",'))],
  ['D20 a claim twice, once with an escape', payload((text) => text.replace('{', '{"\\u0073ub":"bob",'))],
  ['D20 alg twice', () => providers.one.bearer({}, '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k1"}')],
  ['D23 two spaces in the scope', claim({ scope: 'a  b' })],
  ['D23 a tab in the scope', claim({ scope: 'a\tb' })],
  ['D23 a list of several in one', claim({ scope: ['a b'] })],
  ['D29 r and s are zero', signedAs(() => Buffer.alloc(64))],
  ['D29 r is zero', signedAs((signature) => Buffer.concat([Buffer.alloc(32), signature.subarray(32)]))],
  ['D29 s is zero', signedAs((signature) => Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)]))],
  ['D29 a signature cut short', signedAs((signature) => signature.subarray(0, 63))],
];

it.each(wrong)('%s is refused, and nothing is fetched', async (_, make) => {
  expect(await ask(make())).toEqual(notValid);
  expect(house.asked()).toBe('');
});

it('a token that is right gets in: also one of the other issuer, and one of the other key', async () => {
  const { one, two, rsa } = providers;
  for (const token of [one.bearer(), two.bearer(), `Bearer ${rsa.token(one.claims())}`])
    expect(await ask(token)).toEqual(answered);
});

it('D05 a key that the token brings or points to is not used, and nobody is asked for it', async () => {
  const evil = createSigner('evil');
  const trap = await serve((_, response) => response.end(JSON.stringify({ keys: [evil.jwk] })));
  try {
    for (const more of [
      { jwk: evil.jwk, kid: undefined },
      { jwk: evil.jwk },
      { jku: `${trap.url}/jwks`, kid: 'evil' },
      { x5u: `${trap.url}/x5u` },
      { x5c: ['MIIB'], 'x5t#S256': 'AA' },
    ])
      expect(await ask(`Bearer ${evil.token(providers.one.claims(), header(more))}`)).toEqual(notValid);
    expect([trap.requests, house.asked()]).toEqual([[], '']);
  } finally {
    await trap.close();
  }
});

it('D15 a token that has been let in before is refused once it has expired', async () => {
  const token = providers.one.bearer({ exp: now() + 2 });
  expect(await ask(token)).toEqual(answered);
  house.forget();
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  expect(await ask(token)).toEqual(notValid);
  expect(house.asked()).toBe('');
});

it('D16 what was let in before vouches for no other token with the same head, signature or length', async () => {
  const [head, body, signature] = providers.one.bearer().split('.');
  expect(await ask(`${head}.${body}.${signature}`)).toEqual(answered);
  house.forget();
  const other = encode(providers.one.claims({ sub: 'eve' }));
  for (const forged of [`${head}.${other}.${signature}`, `${head}.${body}.${signature?.slice(0, -2)}`])
    expect(await ask(forged)).toEqual(notValid);
  expect(house.asked()).toBe('');
});

it('D21 an encrypted token is none, however much work it asks for', async () => {
  const head = encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2s: 'AA', p2c: 2 ** 31, zip: 'DEF' });
  const started = performance.now();
  expect(await ask(`Bearer ${head}.AA.AA.AA.AA`)).toEqual(misshapen);
  expect(await ask(`Bearer ${head}.AA.AA`)).toEqual(notValid);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(house.asked()).toBe('');
});

it('D24 whoever sends what is no good is not let in as nobody, though nobody may come in', async () => {
  expect(await ask(undefined)).toEqual(answered);
  house.forget();
  const expired = providers.one.bearer({ exp: now() - 1 });
  for (const [token, refusal] of [
    [expired, notValid],
    ['', misshapen],
    ['Bearer', misshapen],
    ['undefined', misshapen],
  ] as const)
    expect(await ask(token)).toEqual(refusal);
  expect(house.asked()).toBe('');
});

it('D26 the header has one form: what is nearly it is refused with a good token too', async () => {
  const good = providers.one.bearer();
  const token = good.slice('Bearer '.length);
  for (const nearly of [
    `bearer ${token}`,
    `BEARER ${token}`,
    `Bearer  ${token}`,
    `Bearer\t${token}`,
    `Bearer,${token}`,
    `Bearer "${token}"`,
    `Bearer ${token}=`,
    `Bearer ${token}.`,
    `Basic ${token}`,
    `JWT ${token}`,
    `Bearer Bearer ${token}`,
    token,
    `${good}, ${good}`,
    `${good},`,
    `Bearer ${'a'.repeat(9_000)}.b.c`,
  ])
    expect([nearly, await ask(nearly)]).toEqual([nearly, misshapen]);
  expect(house.asked()).toBe('');
});

it('D27 two headers are none, and a token anywhere else is not looked at', async () => {
  const [good, other] = [providers.one.bearer(), providers.two.bearer()];
  for (const several of [
    [good, other],
    [good, good],
    [good, ''],
    ['', good],
  ])
    expect(await ask(several)).toEqual(misshapen);
  const bad = 'Bearer a.b.c';
  const elsewhere = {
    cookie: `access_token=${good.slice(7)}`,
    'txn-token': good.slice(7),
    'x-access-token': good,
  };
  expect(await ask(bad, `/graphql?access_token=${good.slice(7)}`, elsewhere)).toEqual(notValid);
  expect(house.asked()).toBe('');
});

it('what is wrong is for the operator: each refusal has its reason in the log, and no part of a token', async () => {
  for (const [, make] of wrong) {
    const token = make();
    reasons.length = 0;
    await ask(token);
    expect(reasons).toHaveLength(1);
    for (const part of token.slice(7).split('.')) if (part.length > 4) expect(reasons[0]).not.toContain(part);
  }
});
