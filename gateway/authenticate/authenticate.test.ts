/** The rows of group D of the catalogue of attacks, and what a good token has to do. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ClientError } from '../errors.ts';
import type { Principal, ReceivedRequest } from '../request.ts';
import { readEntries } from '../revocations/entries.ts';
import { nothingRevoked, Revoked } from '../revocations/revoked.ts';
import { type Authenticate, type AuthenticateOptions, createAuthenticate } from './authenticate.ts';
import { Failures } from './failures.ts';
import { createSigner, encode, noRevocations, serve, type TestServer, trustedIssuer } from './fixture.ts';

const start = 1_800_000_000;
const first = createSigner('k1');
const second = createSigner('k1');
const rsa = createSigner('rsa', 'RS256');
const weak = createSigner('weak', 'RS256', 1024);
const claims = {
  iss: 'https://one.example',
  aud: 'portcullis',
  sub: 'ann',
  client_id: 'bi',
  scope: 'catalog:read audience:read',
  iat: start,
  exp: start + 600,
};

let now = start;
let provider: TestServer;
let refusals: { reason: string; issuer: string | undefined }[];
let fetches: unknown[];
let broken: unknown[];

beforeEach(async () => {
  now = start;
  refusals = [];
  fetches = [];
  broken = [];
  provider = await serve((request, response) => {
    const keys = request.url === '/two' ? [second.jwk] : [first.jwk, rsa.jwk, weak.jwk];
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
});

afterEach(() => provider.close());

function stage(more: Partial<AuthenticateOptions> = {}): Authenticate {
  return createAuthenticate({
    anonymous: 'deny',
    open: false,
    revocations: noRevocations,
    onKeyChange() {},
    issuers: [
      trustedIssuer('https://one.example', `${provider.url}/one`),
      trustedIssuer('https://two.example', `${provider.url}/two`),
    ],
    failures: new Failures({ perAddress: 1_000, perPrincipal: 1_000, throttled() {} }),
    tokenRefused: ({ reason, issuer }) => refusals.push({ reason, issuer }),
    glassBroken: (event) => broken.push(event),
    keysFetched: (event) => fetches.push(event),
    keysUnavailable: () => {},
    now: () => now * 1000,
    ...more,
  });
}

function gateway(more: Partial<AuthenticateOptions> = {}) {
  const authenticate = stage(more);
  return async (authorization: string | undefined): Promise<Principal> =>
    (await authenticate(received({ authorization }))).principal;
}

const context = {
  id: 'r',
  traceparent: 't',
  signal: new AbortController().signal,
  counts: { subgraphRequests: 0, rows: 0 },
};

function received(said: Partial<ReceivedRequest>): ReceivedRequest {
  return {
    context,
    method: 'POST',
    accept: 'application/json',
    authorization: undefined,
    purpose: undefined,
    breakGlass: undefined,
    from: undefined,
    zone: '',
    query: '{a}',
    operationName: undefined,
    variables: {},
    extensions: {},
    ...said,
  };
}

async function expectRefused(attempt: Promise<Principal>, reason?: string | RegExp): Promise<void> {
  await expectRefusal(attempt, 'The access token is not valid.', reason);
}

/** The text of the refusal depends on nothing but the form of the header. */
async function expectMisshapen(attempt: Promise<Principal>): Promise<void> {
  const message =
    'The authorization header is not "Bearer", a space and a signed token (JWT), with 8192 characters at most. Send it as authorization: Bearer <token>.';
  await expectRefusal(attempt, message, 'the authorization header');
}

async function expectRefusal(
  attempt: Promise<Principal>,
  message: string,
  reason?: string | RegExp,
): Promise<void> {
  const error = await attempt.then(
    (principal) => Promise.reject(new Error(`accepted as ${JSON.stringify(principal)}`)),
    (refused: unknown) => refused,
  );
  if (!(error instanceof ClientError)) throw error;
  expect({ code: error.code, errors: error.errors, headers: error.headers }).toEqual({
    code: 'UNAUTHENTICATED',
    errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }],
    headers: { 'www-authenticate': 'Bearer realm="portcullis", error="invalid_token"' },
  });
  if (reason !== undefined) expect(refusals.at(-1)?.reason).toMatch(reason);
}

/** Calls until the token is refused: keys are renewed in the background. */
async function refusedSoon(call: () => Promise<Principal>): Promise<string | undefined> {
  for (let turn = 0; turn < 200; turn += 1) {
    const refused = await call().then(
      () => false,
      () => true,
    );
    if (refused) return refusals.at(-1)?.reason;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}

function bearer(payload: string | object = claims, header?: string | object): string {
  return `Bearer ${first.token(payload, header)}`;
}

describe('a good token', () => {
  test('is a principal of issuer and subject', async () => {
    expect(await gateway()(bearer({ ...claims, jti: 't1' }))).toEqual({
      kind: 'human',
      tokenId: 't1',
      issuedAt: start,
      isVouchedFor: expect.any(Function),
      issuer: 'https://one.example',
      subject: 'ann',
      clientId: 'bi',
      scopes: new Set(['catalog:read', 'audience:read']),
      roles: new Set(),
      teams: new Set(),
      attributes: new Map(),
      purposes: new Set(),
      purpose: undefined,
      mayBreakGlass: false,
      expiresAt: start + 600,
    });
  });

  test('has the keys of its issuer fetched, which is told once', async () => {
    const call = gateway();
    await call(bearer());
    await call(bearer({ ...claims, sub: 'bob' }));
    const from = `${provider.url}/one`;
    expect(fetches).toEqual([{ issuer: 'https://one.example', from, count: 3, isNew: true }]);
  });

  test('may be for several audiences, and name its client by azp', async () => {
    const { client_id: _, ...rest } = claims;
    const principal = await gateway()(bearer({ ...rest, aud: ['other', 'portcullis'], azp: 'bi' }));
    expect(principal).toMatchObject({ clientId: 'bi' });
  });

  test('may spell its type in full (RFC 7515 §4.1.9)', async () => {
    await gateway()(bearer(claims, { alg: 'ES256', typ: 'application/AT+JWT', kid: 'k1' }));
  });

  test('without scopes has none', async () => {
    for (const scope of [undefined, '']) {
      expect(await gateway()(bearer({ ...claims, scope }))).toMatchObject({ scopes: new Set() });
    }
  });

  test('has its scopes where the configuration says', async () => {
    const issuers = [trustedIssuer('https://one.example', `${provider.url}/one`, { scopeClaim: 'scp' })];
    const principal = await gateway({ issuers })(bearer({ ...claims, scp: ['a', 'b'] }));
    expect(principal).toMatchObject({ scopes: new Set(['a', 'b']) });
  });
});

describe('no token', () => {
  test('is refused where anonymous is denied', async () => {
    await expect(gateway()(undefined)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'An access token is required. Send it as authorization: Bearer.',
      headers: { 'www-authenticate': 'Bearer realm="portcullis"' },
    });
  });

  test('is anonymous where that is allowed', async () => {
    expect(await gateway({ anonymous: 'allow' })(undefined)).toEqual({ kind: 'anonymous' });
  });

  test('in open mode everybody is anonymous, whatever they send', async () => {
    expect(await gateway({ open: true })(bearer())).toEqual({ kind: 'anonymous' });
  });
});

test.each(['none', 'None', 'nOnE'])('D01: alg %s, with and without a signature', async (alg) => {
  const unsigned = `${encode({ alg, typ: 'at+jwt' })}.${encode(claims)}`;
  await expectMisshapen(gateway()(`Bearer ${unsigned}.`));
  await expectRefused(gateway()(`Bearer ${unsigned}.AA`));
});

test('D02: HS256 signed with the bytes of the public key', async () => {
  const secrets = [
    rsa.publicKey.export({ type: 'spki', format: 'pem' }),
    rsa.publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(rsa.jwk),
  ];
  for (const secret of secrets) {
    const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'rsa' })}.${encode(claims)}`;
    const signature = createHmac('sha256', secret).update(input).digest('base64url');
    await expectRefused(gateway()(`Bearer ${input}.${signature}`));
  }
});

test('D02: an algorithm that is not configured for the issuer', async () => {
  const issuers = [trustedIssuer('https://one.example', `${provider.url}/one`, { algorithms: ['ES256'] })];
  await expectRefused(
    gateway({ issuers })(`Bearer ${rsa.token(claims)}`),
    "the algorithm is not among its issuer's algorithms",
  );
});

test.each([
  '../../dev/null',
  "x' UNION SELECT 'k",
  'https://evil.example/k',
  'k1\u0000',
  'x'.repeat(300),
  7,
  '',
])('D04: kid %j', async (kid) => {
  await expectRefused(gateway()(bearer(claims, { alg: 'ES256', typ: 'at+jwt', kid })));
});

test('D05: a key that the token brings or points to is not used, and nothing is fetched', async () => {
  const evil = createSigner('evil');
  const trap = await serve((_, response) => response.end(JSON.stringify({ keys: [evil.jwk] })));
  const base = { alg: 'ES256', typ: 'at+jwt' };
  for (const header of [
    { ...base, jwk: evil.jwk },
    { ...base, jku: `${trap.url}/jwks`, kid: 'evil' },
    { ...base, x5u: `${trap.url}/x5u` },
    { ...base, x5c: ['MIIB'] },
  ]) {
    await expectRefused(gateway()(`Bearer ${evil.token(claims, header)}`));
  }
  expect(trap.requests).toEqual([]);
  await trap.close();
});

test("D08: an issuer's key does not verify the token of another, the same kid or not", async () => {
  const call = gateway();
  await call(`Bearer ${second.token({ ...claims, iss: 'https://two.example' })}`);
  await expectRefused(call(`Bearer ${second.token(claims)}`), 'the signature does not fit');
});

test.each([
  undefined,
  'https://one.example/',
  'HTTPS://ONE.EXAMPLE',
  '__proto__',
  ['https://one.example'],
  null,
])('D08: iss %j leads to no issuer, and to no key', async (iss) => {
  await expectRefused(gateway()(bearer({ ...claims, iss })));
  expect(provider.requests).toEqual([]);
});

test.each([
  undefined,
  null,
  '',
  'other',
  [],
  ['other'],
  'not-portcullis-at-all',
  'portcullis ',
  [['portcullis']],
  ['portcullis', 7],
  { portcullis: true },
])('D09, D10: aud %j', async (aud) => {
  await expectRefused(gateway()(bearer({ ...claims, aud })), /audience|aud/);
});

test('D12: another client of the same issuer', async () => {
  const issuers = [trustedIssuer('https://one.example', `${provider.url}/one`, { clients: ['portal'] })];
  await expectRefused(gateway({ issuers })(bearer()), 'the client is not one');
  await expectRefused(
    gateway({ issuers })(bearer({ ...claims, client_id: undefined })),
    'the client is not one',
  );
  await expectRefused(gateway({ issuers })(bearer({ ...claims, client_id: 'portal', azp: 'bi' })), 'differ');
  for (const clientId of [null, 7, '', ['bi']])
    await expectRefused(
      gateway()(bearer({ ...claims, client_id: clientId })),
      'the client id is missing or no',
    );
  await gateway({ issuers })(bearer({ ...claims, client_id: 'portal' }));
});

test.each([
  'null',
  '0',
  '-1',
  '"9999999999"',
  '1e400',
  '1e300',
  `${start + 60}.5`,
  '[1900000000]',
  'true',
  `${start}`,
])('D13: exp %s', async (exp) => {
  const payload = JSON.stringify(claims).replace(`"exp":${claims.exp}`, `"exp":${exp}`);
  await expectRefused(gateway()(bearer(payload)));
});

test.each(['exp', 'iat', 'sub'])('D13: no %s', async (name) => {
  await expectRefused(gateway()(bearer({ ...claims, [name]: undefined })));
});

test('D13: issued in the future, not valid yet, or for too long', async () => {
  await expectRefused(gateway()(bearer({ ...claims, iat: start + 11 })), 'not valid yet');
  await expectRefused(gateway()(bearer({ ...claims, nbf: start + 11 })));
  await expectRefused(gateway()(bearer({ ...claims, exp: start + 3601 })), 'lives longer');
  await gateway()(bearer({ ...claims, iat: start + 10, nbf: start + 10 }));
});

describe('D15: what was verified a moment ago', () => {
  test('is verified once, and ends with the token', async () => {
    const call = gateway();
    const token = bearer({ ...claims, exp: start + 30 });
    const principal = await call(token);
    expect(await call(token)).toBe(principal);
    now = start + 29;
    await call(token);
    now = start + 30;
    await expectRefused(call(token), /EXPIRED|expired/);
  });

  test('ends when the issuer withdraws the key', async () => {
    let keys = [first.jwk];
    const rotating = await serve((_, response) => response.end(JSON.stringify({ keys })));
    const call = gateway({ issuers: [trustedIssuer('https://one.example', rotating.url)] });
    const token = bearer({ ...claims, iat: start, exp: start + 3600 });
    await call(token);
    keys = [createSigner('k2').jwk];
    now = start + 601;
    await call(token); // The old keys still serve while the new ones are fetched.
    await expect(refusedSoon(() => call(token))).resolves.toBe('its issuer publishes no such key');
    await rotating.close();
  });
});

test('D21: a stolen token that is bound to a certificate costs no signature once its owner was here, and is throttled', async () => {
  const certificate = 'A'.repeat(43);
  const authorization = bearer({ ...claims, cnf: { 'x5t#S256': certificate } });
  const failures = new Failures({ perAddress: 1_000, perPrincipal: 4, throttled() {} });
  const authenticate = stage({ failures });
  const call = async (from: string, proven?: string) =>
    (await authenticate(received({ authorization, from, certificate: proven }))).principal;
  const verifying = jest.spyOn(crypto.subtle, 'verify');
  await call('192.0.2.1', certificate);
  expect(verifying).toHaveBeenCalledTimes(1);
  // While it is remembered, and when it is due to be verified again.
  for (const later of [0, 61]) {
    now = start + later;
    for (let each = 0; each < 2; each += 1)
      await expectRefused(call('192.0.2.2'), 'is bound to a client certificate, and there is none');
  }
  for (let each = 0; each < 20; each += 1)
    await expect(call('192.0.2.2')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(verifying).toHaveBeenCalledTimes(1);
  expect(await call('192.0.2.2', certificate)).toMatchObject({ subject: 'ann' });
  expect(verifying).toHaveBeenCalledTimes(2);
  verifying.mockRestore();
});

test('a key that is newer than a fetch under way is fetched too', async () => {
  const [next, last] = [createSigner('k2'), createSigner('k3')];
  let published = [first.jwk];
  let answerHeld: (() => void) | undefined;
  const rotating = await serve((_, response) => {
    const text = JSON.stringify({ keys: published });
    if (published.includes(next.jwk) && !published.includes(last.jwk)) answerHeld = () => response.end(text);
    else response.end(text);
  });
  const call = gateway({ issuers: [trustedIssuer('https://one.example', rotating.url)] });
  await call(bearer());
  published = [next.jwk, first.jwk];
  const calls = [call(`Bearer ${next.token(claims)}`)];
  while (answerHeld === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  published = [last.jwk, next.jwk];
  calls.push(call(`Bearer ${last.token(claims)}`));
  answerHeld();
  expect(await Promise.all(calls)).toMatchObject([{ subject: 'ann' }, { subject: 'ann' }]);
  expect(rotating.requests).toHaveLength(3);
  await rotating.close();
});

describe('D15: what is revoked', () => {
  let list: Revoked;
  let version: number;
  let looked: number;
  beforeEach(() => {
    list = nothingRevoked;
    version = 0;
    looked = 0;
  });
  const revocations: AuthenticateOptions['revocations'] = {
    get version() {
      return version;
    },
    reasonAgainst(bearer) {
      looked += 1;
      return list.reasonAgainst(bearer);
    },
  };
  const revoke = (text: string) => {
    list = new Revoked(readEntries(text));
    version += 1;
  };

  test('is refused, be it verified a moment ago or not, with the text of every bad token', async () => {
    const call = gateway({ revocations });
    const known = bearer();
    await call(known);
    revoke('principals: [{ issuer: "https://one.example", subject: ann, reason: left }]');
    await expectRefused(call(known), 'the principal is revoked: left');
    await expectRefused(call(bearer({ ...claims, exp: start + 599 })), 'the principal is revoked: left');
    await call(bearer({ ...claims, sub: 'bob' }));
    revoke('principals: []');
    await call(known);
  });

  test('is looked up once for each change, however many requests there are', async () => {
    const call = gateway({ revocations });
    const token = bearer();
    for (let request = 0; request < 10; request += 1) await call(token);
    expect(looked).toBe(1);
    revoke('principals: [{ issuer: "https://one.example", subject: bob }]');
    for (let request = 0; request < 10; request += 1) await call(token);
    expect(looked).toBe(2);
  });

  test('while a token is verified counts too', async () => {
    const call = gateway({ revocations });
    const calling = call(bearer({ ...claims, jti: 't1' }));
    revoke('tokens: [{ issuer: "https://one.example", jti: t1 }]');
    await expectRefused(calling, 'the token is revoked');
  });

  test('a jti is a text or nothing', async () => {
    for (const jti of [7, null, '', 'a\nb', ['t1']])
      await expectRefused(gateway()(bearer({ ...claims, jti })), 'jti');
  });
});

test('D16: two tokens with equal beginnings and equal signatures do not share a principal', async () => {
  const call = gateway();
  const ann = first.token(claims);
  await call(`Bearer ${ann}`);
  const [header, , signature] = ann.split('.');
  await expectRefused(call(`Bearer ${header}.${encode({ ...claims, sub: 'bob' })}.${signature}`));
  expect(await call(bearer({ ...claims, sub: 'bob' }))).toMatchObject({ subject: 'bob' });
});

test.each([
  { alg: 'ES256', typ: 'at+jwt', kid: 'k1', crit: ['x'], x: 1 },
  { alg: 'ES256', typ: 'at+jwt', kid: 'k1', crit: ['b64'], b64: false },
  { alg: 'ES256', typ: 'at+jwt', kid: 'k1', b64: false },
  { alg: 'ES256', typ: 'at+jwt', kid: 'k1', crit: [] },
])('D17: header %j', async (header) => {
  await expectRefused(gateway()(bearer(claims, header)), 'demands an extension');
});

test.each([undefined, 'JWT', 'id+jwt', 'rt+jwt', 'txntoken+jwt', 'at+jwtx', 7])(
  'D18: typ %j',
  async (typ) => {
    await expectRefused(gateway()(bearer(claims, { alg: 'ES256', kid: 'k1', typ })));
  },
);

test('D19: the same subject of two issuers is two principals', async () => {
  const call = gateway();
  const one = await call(bearer());
  const two = await call(`Bearer ${second.token({ ...claims, iss: 'https://two.example' })}`);
  expect([one, two]).toEqual([
    expect.objectContaining({ issuer: 'https://one.example', subject: 'ann' }),
    expect.objectContaining({ issuer: 'https://two.example', subject: 'ann' }),
  ]);
});

test('D20: a member that is named twice, in the payload or the header', async () => {
  const payload = JSON.stringify(claims);
  await expectRefused(
    gateway()(bearer(payload.replace('{', '{"sub":"bob",'))),
    'names a member of an object twice',
  );
  const header = '{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k1"}';
  await expectRefused(gateway()(bearer(claims, header)), 'names a member of an object twice');
});

test('D20: bytes that are no UTF-8, in the payload or the header', async () => {
  const bytes = Buffer.from('{"x":"\u00ff"}', 'latin1').toString('base64url');
  const [header, payload, signature] = first.token(claims).split('.');
  await expectRefused(
    gateway()(`Bearer ${bytes}.${payload}.${signature}`),
    'the header of the token is not UTF-8',
  );
  await expectRefused(
    gateway()(`Bearer ${header}.${bytes}.${signature}`),
    'the payload of the token is not UTF-8',
  );
});

test('D21: an encrypted token', async () => {
  const header = encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, zip: 'DEF' });
  await expectMisshapen(gateway()(`Bearer ${header}.AA.AA.AA.AA`));
});

test.each([
  'a  b',
  ' a',
  'a ',
  'a\tb',
  'a\u00a0b',
  'a\nb',
  'a"b',
  ['a b'],
  [['a']],
  [''],
  7,
  { a: true },
  null,
  false,
])('D23: scope %j', async (scope) => {
  await expectRefused(gateway()(bearer({ ...claims, scope })), 'the scopes are malformed');
});

test('D23: scopes are exact strings of one claim', async () => {
  const principal = await gateway()(
    bearer({ ...claims, scope: 'read:* Read', scopes: 'admin', scp: ['admin'] }),
  );
  expect(principal).toMatchObject({ scopes: new Set(['read:*', 'Read']) });
});

test('D24: an invalid token is not anonymous, even where anonymous is allowed', async () => {
  const call = gateway({ anonymous: 'allow' });
  await expectRefused(call(bearer({ ...claims, exp: start - 1 })));
  await expectMisshapen(call(''));
});

test.each([
  (token: string) => `Basic ${token}`,
  (token: string) => `bearer ${token}`,
  (token: string) => `BEARER ${token}`,
  (token: string) => `Bearer  ${token}`,
  (token: string) => `Bearer\t${token}`,
  (token: string) => `Bearer,${token}`,
  (token: string) => `Bearer ${token} `,
  (token: string) => `Bearer ${token}, Bearer ${token}`,
  (token: string) => `Bearer "${token}"`,
  (token: string) => `Bearer ${token}=`,
  (token: string) => token,
  () => 'Bearer',
  () => 'Bearer ',
  () => `Bearer ${'a'.repeat(9000)}.b.c`,
])('D26: the header has one exact form (%#)', async (form) => {
  await expectMisshapen(gateway()(form(first.token(claims))));
  // Whatever is in it: a good token is told in no other way than none.
  await expectMisshapen(gateway()(form('no.good.token')));
});

test('D29: an RSA key of 1024 bits', async () => {
  await expectRefused(gateway()(`Bearer ${weak.token(claims)}`), 'the key does not fit');
});

test('D29: ECDSA with r = s = 0', async () => {
  const [header, payload] = first.token(claims).split('.');
  const zeros = Buffer.alloc(64).toString('base64url');
  await expectRefused(gateway()(`Bearer ${header}.${payload}.${zeros}`), 'the signature does not fit');
});

test.each(['ann\r\nx-roles: admin', '', 'a\u0000', 7, null, 'x'.repeat(600), 'a\u2028b'])(
  'E10: a subject of %j',
  async (sub) => {
    await expectRefused(gateway()(bearer({ ...claims, sub })), 'sub is missing or no plain text');
  },
);

test('the reason that is told to the operator quotes nothing of the token', async () => {
  const canary = 'CANARY';
  const call = gateway();
  await expectRefused(call(bearer({ ...claims, iss: canary })));
  await expectRefused(call(bearer({ ...claims, aud: canary })));
  await expectRefused(call(bearer({ ...claims, [canary]: 1, exp: canary })));
  await expectRefused(call(bearer(claims, { alg: canary, typ: 'at+jwt' })));
  await expectRefused(call(bearer(claims, { alg: 'ES256', typ: canary, kid: 'k1' })));
  await expectRefused(call(`Bearer ${canary}.${canary}.${canary}`));
  await expectRefused(call(bearer(`{${canary}`)));
  expect(refusals).toHaveLength(7);
  expect(JSON.stringify(refusals)).not.toContain(canary);
});
