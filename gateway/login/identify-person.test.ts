/** What a provider gives counts as it would with a request; what says nothing of it is told apart. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createSigner,
  noRevocations,
  serve,
  type TestServer,
  trustedIssuer,
} from '../authenticate/fixture.ts';
import { Verifier } from '../authenticate/verifier.ts';
import { createIdentifyPerson, type IdentifyPerson } from './identify-person.ts';
import { LoginRefused } from './login-refused.ts';

const start = 1_800_000_000;
const issuer = 'https://one.example';
const claims = { iss: issuer, aud: 'portcullis', sub: 'ann', iat: start, exp: start + 600 };
const first = createSigner('k1');
const next = createSigner('k2');

let now: number;
let published: readonly object[];
let isDown: boolean;
let server: TestServer;
let verifier: Verifier;
let identify: IdentifyPerson;
beforeEach(async () => {
  now = start;
  published = [first.jwk];
  isDown = false;
  server = await serve((_, response) => {
    if (isDown) response.writeHead(500).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
  });
  verifier = new Verifier({
    issuers: [trustedIssuer(issuer, server.url)],
    revocations: noRevocations,
    onKeyChange() {},
    keysFetched() {},
    keysUnavailable() {},
    now: () => now * 1_000,
  });
  identify = createIdentifyPerson(verifier);
});
afterEach(() => server.close());

async function refusalOf(token: string): Promise<LoginRefused> {
  const error = await identify(token).catch((refused: unknown) => refused);
  if (error instanceof LoginRefused) return error;
  throw new Error('it counts');
}

test('a good token counts', async () => {
  expect(await identify(first.token(claims))).toMatchObject({ issuer, subject: 'ann' });
});

test.each([
  ['no token', () => 'x', 'the authorization header is not'],
  ['no issuer of ours', () => first.token({ ...claims, iss: 'https://two.example' }), 'is not one of ours'],
  ['another audience', () => first.token({ ...claims, aud: 'other' }), 'claim validation|aud'],
  ['its time is over', () => first.token({ ...claims, exp: start }), 'the token has expired'],
  ['the key of somebody else', () => createSigner('k1').token(claims), 'the signature does not fit'],
  ['a key that the issuer does not have', () => next.token(claims), 'its issuer publishes no such key'],
])('one with %s does not, for good', async (_, token, reason) => {
  const refusal = await refusalOf(token());
  expect(refusal.message).toMatch(new RegExp(`^the gateway refuses the access token: .*(${reason})`));
  expect(refusal.mayPass).toBe(false);
});

test('one that is bound to a certificate does not, also when its owner was here before', async () => {
  const certificate = 'A'.repeat(43);
  const token = first.token({ ...claims, cnf: { 'x5t#S256': certificate } });
  await verifier.verify(token, verifier.read(token), certificate);
  expect(verifier.verified.find(`Bearer ${token}`, now * 1_000)).toBeDefined();
  expect(await refusalOf(token)).toMatchObject({ mayPass: false });
});

test('while the keys of the issuer are not to be had, it is not known', async () => {
  isDown = true;
  expect(await refusalOf(first.token(claims))).toMatchObject({ mayPass: true });
  isDown = false;
  now += 2;
  expect(await identify(first.token(claims))).toMatchObject({ subject: 'ann' });
});

test('while the issuer is not asked for newer keys, since others have named too many, it is not known', async () => {
  await identify(first.token(claims));
  for (let each = 0; each < 5; each += 1) await refusalOf(createSigner(`made-up-${each}`).token(claims));
  published = [first.jwk, next.jwk];
  expect(await refusalOf(next.token(claims))).toMatchObject({ mayPass: true });
  now += 6;
  expect(await identify(next.token(claims))).toMatchObject({ subject: 'ann' });
});
