/** Every token that is not exactly right: one answer, and nothing has run. */
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { migrate } from '../migrate/migrate.ts';
import { type RunningSubgraph, serve } from '../server/serve.ts';
import { collectLog, countingResolvers, type Library, writeLibrary } from '../server/testing.ts';
import { createTestIssuer, type TestIssuer, validClaims } from './testing.ts';

const { counted, resolvers } = countingResolvers();
const log = collectLog();
let statements = 0;
let database: TestDatabase;
let library: Library;
let gateway: TestIssuer;
let subgraph: RunningSubgraph;

beforeAll(async () => {
  [database, library] = await Promise.all([createTestDatabase(), writeLibrary()]);
  await migrate(database.ownerUrl, `${library.folder}/migrations`);
  gateway = library.gateway;
  subgraph = await serve({
    folder: library.folder,
    resolvers,
    environment: library.environment(database.appUrl),
    port: 0,
    logTo: log.destination,
    observe: {
      statement() {
        statements += 1;
      },
    },
  });
  await subgraph.ready();
});

afterAll(async () => {
  await subgraph.close();
  await database.drop();
  await library.remove();
});

beforeEach(() => {
  statements = 0;
  counted.calls = 0;
  log.lines.length = 0;
});

/** `node:http`, since fetch joins headers that are given twice. */
async function ask(
  tokens: readonly string[],
  query = '{ books { nodes { id remark } } }',
  path = '/graphql',
) {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = httpRequest({ port: subgraph.port, host: '127.0.0.1', path, method: 'POST' });
    sent.setHeader('content-type', 'application/json');
    if (tokens.length > 0) sent.setHeader('txn-token', [...tokens]);
    sent.on('error', reject);
    sent.on('response', (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.end(JSON.stringify({ query }));
  });
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const valid = () => gateway.token('library');
const claims = (overrides: Record<string, unknown>) => () => gateway.token('library', { claims: overrides });
const header = (overrides: Record<string, unknown>) => () => gateway.token('library', { header: overrides });

/** Signs with HMAC under the bytes of the public key, in each form that a library might take for the secret. */
function hmacWithPublicKey(bytes: (key: ReturnType<typeof createPublicKey>) => string | Buffer) {
  return async () => {
    const [jwk] = gateway.jwks.keys;
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    const signed = `${part({ alg: 'HS256', typ: 'txntoken+jwt', kid: 'test-key' })}.${part(validClaims(gateway.issuer, 'library'))}`;
    return `${signed}.${createHmac('sha256', bytes(key)).update(signed).digest('base64url')}`;
  };
}

async function rebuilt(change: (parts: string[]) => string[]): Promise<string> {
  return change((await valid()).split('.')).join('.');
}

const REFUSED: readonly [string, () => Promise<string | string[]>][] = [
  ['no token', async () => []],
  ['an empty token', async () => ''],
  ['no JWT', async () => 'let me in'],
  ['the token twice', async () => [await valid(), await valid()]],
  ['two tokens in one header', async () => `${await valid()}, ${await valid()}`],
  ['with a scheme', async () => `Bearer ${await valid()}`],
  [
    'alg none',
    async () =>
      `${part({ alg: 'none', typ: 'txntoken+jwt' })}.${part(validClaims(gateway.issuer, 'library'))}.`,
  ],
  [
    'alg None and a signature',
    () =>
      rebuilt(([, payload, signature]) => [
        part({ alg: 'None', typ: 'txntoken+jwt', kid: 'test-key' }),
        payload ?? '',
        signature ?? '',
      ]),
  ],
  [
    'HS256 under the public key (raw)',
    hmacWithPublicKey((key) => Buffer.from(key.export({ format: 'jwk' })['x'] ?? '', 'base64url')),
  ],
  ['HS256 under the public key (x)', hmacWithPublicKey((key) => String(key.export({ format: 'jwk' })['x']))],
  [
    'HS256 under the public key (PEM)',
    hmacWithPublicKey((key) => key.export({ format: 'pem', type: 'spki' })),
  ],
  [
    'HS256 under the public key (DER)',
    hmacWithPublicKey((key) => key.export({ format: 'der', type: 'spki' })),
  ],
  [
    'RS256 under a key in the header',
    async () => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const jwk = publicKey.export({ format: 'jwk' });
      const signed = `${part({ alg: 'RS256', typ: 'txntoken+jwt', jwk })}.${part(validClaims(gateway.issuer, 'library'))}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
  ],
  [
    'another gateway’s key under our key’s id',
    async () => (await createTestIssuer(gateway.issuer)).token('library'),
  ],
  [
    'another gateway’s key under its own id',
    async () => (await createTestIssuer(gateway.issuer, 'other')).token('library'),
  ],
  ['unknown kid', header({ kid: 'nobody' })],
  ['no kid, where there is one key', header({ kid: undefined })],
  ['an extension, although the library knows it', header({ crit: ['b64'], b64: true })],
  ['typ JWT', header({ typ: 'JWT' })],
  ['typ at+jwt', header({ typ: 'at+jwt' })],
  ['typ in capitals', header({ typ: 'TXNTOKEN+JWT' })],
  ['typ with application/', header({ typ: 'application/txntoken+jwt' })],
  ['no typ', header({ typ: undefined })],
  [
    'an unknown critical header',
    () =>
      rebuilt(([, payload, signature]) => [
        part({ alg: 'EdDSA', typ: 'txntoken+jwt', kid: 'test-key', crit: ['exp'], exp: 1 }),
        payload ?? '',
        signature ?? '',
      ]),
  ],
  ['for another subgraph', async () => gateway.token('billing')],
  ['for us in another case', async () => gateway.token('Library')],
  ['for us and others', claims({ aud: ['library', 'billing'] })],
  ['for us, in a list', claims({ aud: ['library'] })],
  ['for everybody', claims({ aud: '*' })],
  ['another issuer', claims({ iss: 'http://elsewhere.test' })],
  ['issuer with a slash', claims({ iss: 'http://gateway.test/' })],
  ['issuer in a list', claims({ iss: ['http://gateway.test'] })],
  ...['iss', 'aud', 'iat', 'exp', 'txn', 'sub', 'scope', 'req_wl', 'tctx', 'rctx'].map(
    (name): [string, () => Promise<string>] => [`no ${name}`, claims({ [name]: undefined })],
  ),
  ...['txn', 'sub', 'req_wl'].map((name): [string, () => Promise<string>] => [
    `empty ${name}`,
    claims({ [name]: '' }),
  ]),
  ...['txn', 'sub', 'scope', 'req_wl', 'tctx', 'rctx', 'iat', 'exp'].map(
    (name): [string, () => Promise<string>] => [`${name} as a list`, claims({ [name]: ['x'] })],
  ),
  ['scope null', claims({ scope: null })],
  ['tctx without a snapshot', claims({ tctx: { purpose: 'none', obligations: {} } })],
  ['tctx without a purpose', claims({ tctx: { snapshot: 's', obligations: {} } })],
  [
    'tctx with a purpose that is no text',
    claims({ tctx: { snapshot: 's', purpose: ['a'], obligations: {} } }),
  ],
  ['tctx without obligations', claims({ tctx: { snapshot: 's', purpose: 'none' } })],
  ['obligations that are no object', () => gateway.token('library', { obligations: null })],
  ['an obligation that nobody knows', () => gateway.token('library', { obligations: { masks: {} } })],
  [
    'a row filter that is malformed',
    () =>
      gateway.token('library', { obligations: { rows: { Book: [{ field: 'id', op: '=', value: null }] } } }),
  ],
  ['rctx without a client', claims({ rctx: {} })],
  ['expired', async () => gateway.token('library', { claims: { iat: now() - 60, exp: now() - 31 } })],
  ['just expired', async () => gateway.token('library', { claims: { iat: now() - 20, exp: now() - 1 } })],
  ['expired this second', async () => gateway.token('library', { claims: { iat: now() - 20, exp: now() } })],
  ['a life of 31 s', async () => gateway.token('library', { claims: { exp: now() + 31 } })],
  ['a life of a year', async () => gateway.token('library', { claims: { exp: now() + 31_536_000 } })],
  ['a life of a fraction', async () => gateway.token('library', { claims: { exp: now() + 29.5 } })],
  ['no end of life', claims({ exp: Number.MAX_VALUE })],
  [
    'issued in the future',
    async () => gateway.token('library', { claims: { iat: now() + 10, exp: now() + 40 } }),
  ],
  [
    'ended before it began',
    async () => gateway.token('library', { claims: { iat: now() + 4, exp: now() + 2 } }),
  ],
  ['not valid yet', async () => gateway.token('library', { claims: { nbf: now() + 20 } })],
  [
    'signature cut',
    () => rebuilt(([head, payload, signature = '']) => [head ?? '', payload ?? '', signature.slice(0, -2)]),
  ],
  ['signature empty', () => rebuilt(([head, payload]) => [head ?? '', payload ?? '', ''])],
  ['signature gone', () => rebuilt(([head, payload]) => [head ?? '', payload ?? ''])],
  [
    'signature changed',
    () =>
      rebuilt(([head, payload, signature = '']) => [
        head ?? '',
        payload ?? '',
        `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      ]),
  ],
  [
    'scope widened after signing',
    () =>
      rebuilt(([head, payload = '', signature]) => {
        const changed = {
          ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object),
          scope: 'billing:payments',
        };
        return [head ?? '', part(changed), signature ?? ''];
      }),
  ],
  [
    'payload no object',
    async () => rebuilt(([head, , signature]) => [head ?? '', part('x'), signature ?? '']),
  ],
  ['padding', () => rebuilt(([head, payload, signature]) => [head ?? '', payload ?? '', `${signature}==`])],
  ['white space', async () => (await valid()).replace('.', '. ')],
  ['a fourth part', async () => `${await valid()}.${part({})}`],
];

const CONSTANT =
  '{"errors":[{"message":"a valid transaction token is required","extensions":{"code":"UNAUTHENTICATED"}}]}';

describe('refused', () => {
  test.each(REFUSED)('%s', async (_, make) => {
    const made = await make();
    const tokens = typeof made === 'string' ? [made] : made;
    for (const query of [
      '{ books { nodes { id remark } } }',
      '{ _service { sdl } }',
      '{ __typename }',
      'no query',
    ]) {
      expect(await ask(tokens, query)).toEqual({ status: 401, body: CONSTANT });
    }
    expect(statements).toBe(0);
    expect(counted.calls).toBe(0);
    // The reason is for the log; no part of the token that could be used again is.
    expect(log.lines.map((line) => line['msg'])).toEqual(Array(4).fill('token refused'));
    for (const token of tokens)
      for (const piece of token.split('.')) if (piece.length > 20) expect(log.text()).not.toContain(piece);
  });

  test.each([
    '/',
    '/graphql',
    '/graphql?query={__typename}',
    '/metrics',
    '/healthz/',
    '//healthz',
    '/readyz/../graphql',
  ])('without a token at %s', async (path) => {
    expect(await ask([], '{ __typename }', path)).toEqual({ status: 401, body: CONSTANT });
  });
});

describe('taken', () => {
  test('the valid token, and only then does anything run', async () => {
    const { status, body } = await ask([await valid()]);
    expect(status).toBe(200);
    expect(JSON.parse(body).data.books.nodes).toHaveLength(5);
    expect([statements, counted.calls]).toEqual([1, 5]);
  });

  test.each([
    ['a caller without a name', { sub: 'anonymous', scope: '', req_wl: 'anonymous', rctx: { client: null } }],
    ['claims that are not ours', { extra: { nested: true }, jti: 'x' }],
  ])('%s', async (_, overrides) => {
    const { status } = await ask([await gateway.token('library', { claims: overrides })], '{ __typename }');
    expect(status).toBe(200);
  });

  test('a gateway whose clock is up to five seconds ahead, or behind by less than a life', async () => {
    for (const skew of [-25, -4, 4]) {
      const token = await gateway.token('library', { claims: { iat: now() + skew, exp: now() + skew + 30 } });
      expect((await ask([token], '{ __typename }')).status).toBe(200);
    }
  });
});
