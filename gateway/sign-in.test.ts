/** People sign in to the explorer of a real gateway at a real OpenID provider, and nobody else gets in by that way. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { createSigner, trustedIssuer } from './authenticate/fixture.ts';
import type { LoginConfig } from './config.ts';
import { type House, type HouseOptions, openHouse } from './fixture/house.ts';
import { reservePort } from './fixture/reserve-port.ts';
import {
  audience,
  clientId,
  clientSecret,
  type SignInProvider,
  type SignInProviderOptions,
  startSignInProvider,
} from './fixture/sign-in-provider.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import { type Asking, type Visit, Visitor } from './fixture/visitor.ts';
import { addRevocation } from './revocations/change-file.ts';

const hr: SubgraphFixture = {
  name: 'hr',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
    type Query { people: Int  salaries: Int @requiresScopes(scopes: [["hr:pay"]]) }`,
  resolvers: { Query: { people: () => 42, salaries: () => 95_000 } },
};

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Place {
  readonly url: string;
  readonly house: House;
  readonly provider: SignInProvider;
  /** Why nobody was signed in. */
  readonly reasons: string[];
}

interface Setting extends Omit<SignInProviderOptions, 'publicUrl'> {
  readonly login?: Partial<LoginConfig>;
  readonly house?: HouseOptions;
}

async function open({ login = {}, house: options = {}, ...more }: Setting = {}): Promise<Place> {
  // The redirect URI is registered before the gateway listens.
  const { port, release } = await reservePort();
  opened.push(release);
  const url = `http://127.0.0.1:${port}`;
  const provider = await startSignInProvider({ publicUrl: url, ...more });
  opened.push(() => provider.stop());
  const folder = await mkdtemp(join(tmpdir(), 'portcullis sign-in '));
  opened.push(() => rm(folder, { recursive: true }));
  const secretFile = join(folder, 'explorer-client');
  await writeFile(secretFile, `${clientSecret}\n`, { mode: 0o600 });
  const discovery = `${provider.issuer}/.well-known/openid-configuration`;
  const reasons: string[] = [];
  const house = await openHouse([hr], {
    anonymous: 'deny',
    issuers: [
      trustedIssuer(provider.issuer, discovery, {
        keys: { kind: 'discovery', url: discovery },
        audience,
        clockSkewSeconds: 0,
      }),
    ],
    login: {
      issuer: provider.issuer,
      clientId,
      clientSecret: more.isPublicClient === true ? undefined : secretFile,
      publicUrl: url,
      scopes: ['openid', 'profile', 'hr:pii'],
      prompt: undefined,
      resource: undefined,
      audience: undefined,
      ...login,
    },
    observers: { loginRefused: ({ reason }) => void reasons.push(reason) },
    ...options,
  });
  opened.push(() => house.close());
  await release();
  await house.listen();
  return { url, house, provider, reasons };
}

const isCallback = (url: string) => new URL(url).pathname === '/explorer/callback';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** As far as the address to which the provider sends the browser back. */
async function reachCallback(visitor: Visitor, { url }: Place, body = 'name=ann'): Promise<string> {
  const until = { until: isCallback };
  const visit = await visitor.open(`${url}/explorer/login`, 'same-origin', until);
  if (isCallback(visit.url)) return visit.url;
  const answered = await visitor.open(visit.url, 'same-origin', {
    ...until,
    method: 'POST',
    headers: form,
    body,
  });
  expect(isCallback(answered.url)).toBe(true);
  return answered.url;
}

async function signIn(place: Place, visitor = new Visitor()): Promise<Visitor> {
  const landed = await visitor.open(await reachCallback(visitor, place), 'cross-site');
  expect({ status: landed.status, url: landed.url }).toEqual({ status: 200, url: `${place.url}/` });
  return visitor;
}

const sessionCookie = '__Host-portcullis-session';
const attemptCookie = '__Host-portcullis-sign-in';
const idOf = (visitor: Visitor, { url }: Place) => visitor.jar(url).get(sessionCookie);

/** As the explorer's page asks; undefined takes a header away. */
function asPage({ url }: Place, path: string, visitor: Visitor, headers: Asking['headers'] = {}) {
  const own = {
    origin: url,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-dest': 'empty',
    'portcullis-explorer': '1',
  };
  return visitor.ask(`${url}${path}`, { method: 'POST', headers: { ...own, ...headers } });
}

async function tokenOf(place: Place, visitor: Visitor): Promise<string | undefined> {
  const { status, text } = await asPage(place, '/explorer/session', visitor);
  if (status === 204) return undefined;
  expect(status).toBe(200);
  return JSON.parse(text).access_token;
}

function query({ url }: Place, headers: Asking['headers'], text = '{ people }'): Promise<Visit> {
  const body = JSON.stringify({ query: text });
  return new Visitor().ask(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

describe('signing in', () => {
  test('leads to a session, whose token asks as the person and no more', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const { status, text } = await asPage(place, '/explorer/session', visitor);
    const { access_token, expires_in, name } = JSON.parse(text);
    expect({ status, name }).toEqual({ status: 200, name: 'ann <b>of the tests</b>' });
    expect(expires_in).toBeGreaterThan(500);
    const authorization = `Bearer ${access_token}`;
    const answer = await query(place, { authorization }, '{ people salaries }');
    expect(JSON.parse(answer.text).data).toEqual({ people: 42, salaries: null });
    expect(place.house.asked()).toContain('people');
    expect(place.house.asked()).not.toContain('salaries');
    expect(place.reasons).toEqual([]);
  });

  test('asks by authorization code with PKCE, for the configured address and scopes, whatever the host header says', async () => {
    const place = await open({
      login: { prompt: 'login', resource: 'urn:portcullis:gateway', audience: 'a' },
    });
    const { status, headers } = await new Visitor().ask(
      `${place.url}/explorer/login?redirect_uri=https://evil.example/&return_to=https://evil.example/`,
      { headers: { ...link, host: 'evil.example', 'x-forwarded-host': 'evil.example' } },
    );
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 303, cache: 'no-store' });
    const location = new URL(String(headers['location']));
    expect(location.origin).toBe(place.provider.issuer);
    const { state, nonce, code_challenge, ...others } = Object.fromEntries(location.searchParams);
    for (const unguessable of [state, nonce, code_challenge])
      expect(unguessable).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(others).toEqual({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: `${place.url}/explorer/callback`,
      scope: 'openid profile hr:pii',
      code_challenge_method: 'S256',
      prompt: 'login',
      resource: 'urn:portcullis:gateway',
      audience: 'a',
    });
    expect(headers['set-cookie']).toMatch(
      /^__Host-portcullis-sign-in=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  test('ends at the explorer, with a cookie that nobody but the browser reads', async () => {
    const place = await open();
    const visitor = new Visitor();
    const callback = await reachCallback(visitor, place);
    const { status, headers } = await visitor.ask(`${callback}&return_to=https://evil.example/`, {
      headers: { ...fromProvider, host: 'evil.example' },
    });
    expect(status).toBe(303);
    expect(headers['location']).toBe(`${place.url}/`);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-portcullis-session=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      ),
      '__Host-portcullis-sign-in=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
  });

  test('works for a public client too', async () => {
    const place = await open({ isPublicClient: true });
    expect(await tokenOf(place, await signIn(place))).toBeDefined();
  });

  test('makes a new session each time, and takes over none that the browser brings along', async () => {
    const place = await open();
    const visitor = new Visitor();
    const planted = 'p'.repeat(43);
    visitor.jar(place.url).set(sessionCookie, planted);
    await signIn(place, visitor);
    const first = idOf(visitor, place);
    expect(first).not.toBe(planted);
    await signIn(place, visitor);
    const second = idOf(visitor, place);
    expect(second).not.toBe(first);
    const before = new Visitor();
    for (const id of [planted, String(first)]) {
      before.jar(place.url).set(sessionCookie, id);
      expect(await tokenOf(place, before)).toBeUndefined();
    }
    expect(await tokenOf(place, visitor)).toBeDefined();
  });

  test('is not begun while the provider is down, and is once it is back', async () => {
    const place = await open();
    await place.provider.stop();
    const visitor = new Visitor();
    const refused = await visitor.open(`${place.url}/explorer/login`, 'same-origin');
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('You are not signed in');
    expect(place.reasons).toEqual(['the provider does not answer']);
    expect(refused.headers['retry-after']).toBe('2');
    await place.provider.start();
    await sleep(2_000);
    expect(await tokenOf(place, await signIn(place, visitor))).toBeDefined();
  });

  test('asks a provider that does not answer no more often than every two seconds', async () => {
    const place = await open();
    await place.provider.stop();
    const asked: (string | undefined)[] = [];
    const broken = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(500).end();
    }).listen(Number(new URL(place.provider.issuer).port), '127.0.0.1');
    await once(broken, 'listening');
    for (let each = 0; each < 30; each += 1)
      expect((await new Visitor().ask(`${place.url}/explorer/login`, { headers: link })).status).toBe(503);
    expect(asked).toHaveLength(1);
    await sleep(2_000);
    await new Visitor().ask(`${place.url}/explorer/login`, { headers: link });
    expect(asked).toHaveLength(2);
    broken.closeAllConnections();
    broken.close();
    await once(broken, 'close');
  });

  test.each([
    ['speaks for another issuer', 'discovery speaks for another issuer', { issuer: 'https://other.example' }],
    [
      'names an endpoint without TLS elsewhere',
      'discovery names no endpoint to sign in, for tokens or keys, or one that is not https:',
      { token_endpoint: 'http://evil.example/token' },
    ],
    [
      'names a script in place of an endpoint',
      'discovery names no endpoint to sign in, for tokens or keys, or one that is not https:',
      { end_session_endpoint: 'javascript:alert(1)' },
    ],
    [
      'names no endpoint',
      'discovery names no endpoint to sign in, for tokens or keys, or one that is not https:',
      { authorization_endpoint: undefined },
    ],
  ])('is not begun where discovery %s', async (_, reason, wrong) => {
    const server = createServer((request, response) => {
      const own = `http://${request.headers.host}`;
      const right = { issuer: own, authorization_endpoint: own, token_endpoint: own, jwks_uri: own };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ...right, ...wrong }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(async () => server.close());
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = await open({
      login: { issuer },
      house: {
        issuers: [trustedIssuer(issuer, '', { keys: { kind: 'discovery', url: `${issuer}/.well-known/x` } })],
      },
    });
    const { status, headers } = await new Visitor().ask(`${place.url}/explorer/login`, { headers: link });
    expect({ status, location: headers['location'] }).toEqual({ status: 400, location: undefined });
    expect(place.reasons).toEqual([reason]);
  });

  test('is possible where a secret can be read, by the gateway alone', async () => {
    await expect(open({ login: { clientSecret: '/nowhere/secret' } })).rejects.toThrow(
      'explorer.login: the client secret /nowhere/secret does not exist or is empty',
    );
  });
});

/** A link on a page of the gateway's own. */
const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'same-origin' };
const fromProvider = { ...link, 'sec-fetch-site': 'cross-site' };

describe('another site', () => {
  test.each([
    ['sends somebody there', { ...link, 'sec-fetch-site': 'cross-site' }],
    ['of the same domain does', { ...link, 'sec-fetch-site': 'same-site' }],
    ['hides that', { ...link, 'sec-fetch-site': 'none' }],
    ['frames it', { ...link, 'sec-fetch-dest': 'iframe' }],
    ['fetches it', { ...link, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }],
    ['asks from what says nothing of itself', {}],
  ])('signs nobody in: it %s', async (_, headers) => {
    const place = await open();
    const visit = await new Visitor().ask(`${place.url}/explorer/login`, { headers });
    expect(visit.status).toBe(403);
    expect(visit.headers['set-cookie']).toBeUndefined();
    expect(place.provider.asked).toEqual([]);
    expect(place.reasons).toEqual([
      'sec-fetch-mode' in headers
        ? 'another site asked for it, or a script'
        : 'there are no Sec-Fetch headers: it is no browser, or a proxy takes them out',
    ]);
  });

  test('does not get at the callback by a frame or a script', async () => {
    const place = await open();
    const visitor = new Visitor();
    const callback = await reachCallback(visitor, place);
    for (const wrong of [{ 'sec-fetch-dest': 'iframe' }, { 'sec-fetch-mode': 'cors' }]) {
      const visit = await visitor.ask(callback, { headers: { ...fromProvider, ...wrong } });
      expect(visit.status).toBe(403);
      expect(visit.headers['set-cookie']).toBeUndefined();
    }
  });

  test.each([
    ['a site that is not ours', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['a browser that says nothing', { 'sec-fetch-site': '' }],
    ['a link', { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that is hidden', { origin: 'null' }],
    ['what needs no preflight', { 'portcullis-explorer': '' }],
  ])('gets neither a token nor somebody signed out: %s', async (_, headers) => {
    const place = await open();
    const visitor = await signIn(place);
    for (const path of ['/explorer/session', '/explorer/logout']) {
      const visit = await asPage(place, path, visitor, headers);
      expect({ status: visit.status, cookie: visit.headers['set-cookie'] }).toEqual({ status: 403 });
      expect(JSON.parse(visit.text).errors[0].message).toBe(
        'This answers only to the explorer of this gateway.',
      );
    }
    expect(await tokenOf(place, visitor)).toBeDefined();
  });

  test('is granted no preflight, and no other method', async () => {
    const place = await open();
    const visitor = await signIn(place);
    for (const method of ['OPTIONS', 'GET', 'HEAD'] as const) {
      const visit = await visitor.ask(`${place.url}/explorer/session`, {
        method,
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect(visit.status).toBe(404);
      expect(Object.keys(visit.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('nobody is signed in, and the page is always the same, where', () => {
  type Tamper = (callback: URL, place: Place, visitor: Visitor) => Promise<unknown> | unknown;
  const cases: readonly (readonly [string, string, Tamper, status?: number])[] = [
    [
      'the state is of no sign-in',
      'no sign-in of that state is under way: it was answered before, or is too old',
      (url) => url.searchParams.set('state', 'x'.repeat(43)),
    ],
    [
      'there is no state',
      'no sign-in of that state is under way: it was answered before, or is too old',
      (url) => url.searchParams.delete('state'),
    ],
    [
      'there are two states',
      'what the provider says does not fit: OAUTH_INVALID_RESPONSE',
      (url) => url.searchParams.append('state', 'other'),
    ],
    [
      'it has been answered before',
      'no sign-in of that state is under way: it was answered before, or is too old',
      (url, _, visitor) => {
        const kept = new Map(visitor.jar(url.href));
        return visitor.open(url.href, 'cross-site').then(() => visitor.cookies.set(url.host, kept));
      },
    ],
    [
      'the browser has no cookie',
      'the browser has no cookie of a sign-in',
      (url, _, visitor) => visitor.jar(url.href).clear(),
    ],
    [
      'another browser began it, as somebody else (login CSRF)',
      'another browser began that sign-in',
      async (url, place, visitor) => {
        const victim = new Visitor();
        await reachCallback(victim, place, 'name=victim');
        visitor.cookies.set(url.host, victim.jar(url.href));
      },
    ],
    [
      'another browser began it, and this one began none',
      'the browser has no cookie of a sign-in',
      (_, __, visitor) => visitor.cookies.clear(),
    ],
    [
      'the answer is of another provider (RFC 9207)',
      'what the provider says does not fit: OAUTH_INVALID_RESPONSE',
      (url) => url.searchParams.set('iss', 'https://evil.example'),
    ],
    [
      'the answer does not say of which provider it is',
      'what the provider says does not fit: OAUTH_INVALID_RESPONSE',
      (url) => url.searchParams.delete('iss'),
    ],
    [
      'the code is no code',
      'the provider refuses: invalid_grant',
      (url) => url.searchParams.set('code', 'made-up'),
    ],
    [
      'the code was for another sign-in of the same browser',
      'the provider refuses: invalid_grant',
      async (url, place, visitor) => {
        const kept = new Map(visitor.jar(url.href));
        const other = new URL(await reachCallback(visitor, place));
        visitor.cookies.set(url.host, kept);
        url.searchParams.set('code', String(other.searchParams.get('code')));
      },
    ],
    [
      'the provider says so in words of its own',
      'the provider refuses: an error without a code',
      (url) => {
        url.searchParams.delete('code');
        url.searchParams.set('error', '<script>"\n');
      },
    ],
    [
      'the provider is down by then',
      'the provider does not answer',
      (_, { provider }) => provider.stop(),
      503,
    ],
  ];
  test.each(cases)('%s', async (_, reason, tamper, status = 400) => {
    const place = await open();
    const visitor = new Visitor();
    const callback = new URL(await reachCallback(visitor, place));
    await tamper(callback, place, visitor);
    place.reasons.length = 0;
    const cookies = new Map(visitor.jar(place.url));
    const refused = await visitor.ask(callback.href, { headers: fromProvider });
    expect(refused.status).toBe(status);
    expect(refused.headers['retry-after']).toBe(status === 503 ? '2' : undefined);
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect(visitor.jar(place.url)).toEqual(cookies);
    expect(place.reasons).toEqual([reason]);
    // The page of whoever comes with nothing at all.
    const { text } = await new Visitor().ask(`${place.url}/explorer/callback`, { headers: fromProvider });
    expect(refused.text).toBe(text);
  });

  test('the person leaves the provider without signing in', async () => {
    const place = await open();
    const visitor = new Visitor();
    const callback = await reachCallback(visitor, place, '');
    expect((await visitor.open(callback, 'cross-site')).status).toBe(400);
    expect(place.reasons).toEqual(['the provider refuses: access_denied']);
    expect(await tokenOf(place, visitor)).toBeUndefined();
  });

  test.each<[string, string, Setting]>([
    [
      'the token is for another audience',
      "the gateway refuses the access token: aud is not as its issuer's setting asks",
      { audienceOf: () => 'other' },
    ],
    [
      'the token lives for too long',
      'the gateway refuses the access token: the token lives longer than its issuer may allow',
      { accessTokenSeconds: 7_200 },
    ],
  ])('%s', async (_, reason, setting) => {
    const place = await open(setting);
    const visitor = new Visitor();
    const refused = await visitor.open(await reachCallback(visitor, place), 'cross-site');
    expect(refused.status).toBe(400);
    expect(place.reasons).toEqual([reason]);
    expect(idOf(visitor, place)).toBeUndefined();
  });
});

describe('tokens that were refused at the same address', () => {
  const limits = { refusedTokensPerAddress: 3, refusedTokensPerPrincipal: 3 };
  const forger = createSigner('k');

  async function shutOut(place: Place): Promise<void> {
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iss: place.provider.issuer, aud: audience, sub: 'ann', iat, exp: iat + 300 };
    const authorization = `Bearer ${forger.token(claims)}`;
    for (const status of [401, 401, 401, 429])
      expect((await query(place, { authorization })).status).toBe(status);
  }

  test('neither keep anybody from signing in, nor end a session when it is renewed', async () => {
    const place = await open({ accessTokenSeconds: 4, house: { limits } });
    const before = await signIn(place);
    await shutOut(place);
    await sleep(2_100);
    const token = await tokenOf(place, before);
    expect(token).toBeDefined();
    expect(await tokenOf(place, await signIn(place))).toBeDefined();
    expect(place.reasons).toEqual([]);
    expect((await query(place, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test('are not those that a provider gives: these shut out nobody', async () => {
    let given = 'other';
    const place = await open({ audienceOf: () => given, house: { limits } });
    for (let each = 0; each < 5; each += 1) {
      const visitor = new Visitor();
      expect((await visitor.open(await reachCallback(visitor, place), 'cross-site')).status).toBe(400);
    }
    given = audience;
    const authorization = `Bearer ${await tokenOf(place, await signIn(place))}`;
    expect((await query(place, { authorization })).status).toBe(200);
  });
});

describe('the cookie alone', () => {
  test('asks nothing at /graphql, in any way (K01, D27)', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const cookie = `${sessionCookie}=${idOf(visitor, place)}`;
    const sent = { cookie, origin: place.url, 'sec-fetch-site': 'same-origin' };
    const post = await query(place, sent);
    const get = await visitor.ask(`${place.url}/graphql?query={people}`, { headers: sent });
    const schema = await visitor.ask(`${place.url}/v1/schema.graphql`, { headers: sent });
    expect([post.status, get.status, schema.status]).toEqual([401, 401, 401]);
    expect(place.house.asked()).toBe('');
  });

  test('opens no WebSocket to ask on (J12)', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const socket = new WebSocket(`${place.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: `${sessionCookie}=${idOf(visitor, place)}`, origin: place.url },
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    expect(await once(socket, 'close')).toEqual([4403, expect.anything()]);
    expect(place.house.asked()).toBe('');
  });

  test('counts only once, and in its own form', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const id = idOf(visitor, place);
    const asking = (cookie: string) => asPage(place, '/explorer/session', new Visitor(), { cookie });
    expect((await asking(`a=b; ${sessionCookie}=${id}`)).status).toBe(200);
    for (const cookie of [
      `${sessionCookie}=${id}; ${sessionCookie}=${id}`,
      `${sessionCookie}="${id}"`,
      `${sessionCookie.toLowerCase()}=${id}`,
      `${sessionCookie}=__proto__`,
      `${attemptCookie}=${id}`,
      '',
    ])
      expect({ cookie, status: (await asking(cookie)).status }).toEqual({ cookie, status: 204 });
  });
});

function revoke(
  { house, provider: { issuer } }: Place,
  list: 'tokens' | 'principals' | 'keys',
  entry: object,
): Promise<unknown> {
  return addRevocation(join(house.folder, 'revocations.yaml'), list, { issuer, ...entry });
}

describe('a session', () => {
  test('ends when its person signs out, at the provider too', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const id = String(idOf(visitor, place));
    const { status, text, headers } = await asPage(place, '/explorer/logout', visitor);
    expect(status).toBe(200);
    expect(headers['set-cookie']).toBe(
      '__Host-portcullis-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
    );
    const there = new URL(JSON.parse(text).endSession);
    expect(there.origin).toBe(place.provider.issuer);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${place.url}/`);
    // The provider knows whom it is about, and asks before it signs out.
    expect((await visitor.open(there.href, 'cross-site')).status).toBe(200);
    visitor.jar(place.url).set(sessionCookie, id);
    expect(await tokenOf(place, visitor)).toBeUndefined();
  });

  test('ends also while the provider is down', async () => {
    const place = await open();
    const visitor = await signIn(place);
    const id = String(idOf(visitor, place));
    await place.provider.stop();
    expect((await asPage(place, '/explorer/logout', visitor)).status).toBe(200);
    visitor.jar(place.url).set(sessionCookie, id);
    expect(await tokenOf(place, visitor)).toBeUndefined();
  });

  test('has its token renewed before it ends, once for all that ask', async () => {
    const place = await open({ accessTokenSeconds: 4 });
    const visitor = await signIn(place);
    const first = await tokenOf(place, visitor);
    expect(await tokenOf(place, visitor)).toBe(first);
    await sleep(2_100);
    const before = place.provider.asked.filter((path) => path === '/token').length;
    const [one, other] = await Promise.all([tokenOf(place, visitor), tokenOf(place, visitor)]);
    expect(one).toBe(other);
    expect(one).not.toBe(first);
    expect(place.provider.asked.filter((path) => path === '/token')).toHaveLength(before + 1);
    expect((await query(place, { authorization: `Bearer ${one}` })).status).toBe(200);
    expect(place.reasons).toEqual([]);
  });

  test('goes on with the token that is there while the provider is down, and with another one once it is back', async () => {
    const place = await open({ accessTokenSeconds: 4 });
    const visitor = await signIn(place);
    const token = await tokenOf(place, visitor);
    await place.provider.stop();
    await sleep(2_100);
    expect(await tokenOf(place, visitor)).toBe(token);
    expect(place.reasons).toEqual(['the provider does not answer']);
    await sleep(2_000);
    const { status, headers, text } = await asPage(place, '/explorer/session', visitor);
    expect({ status, text }).toEqual({ status: 503, text: '' });
    expect(headers).toMatchObject({ 'retry-after': '2', 'cache-control': 'no-store' });
    await place.provider.start();
    const later = await tokenOf(place, visitor);
    expect(later).toBeDefined();
    expect(later).not.toBe(token);
  });

  test('outlasts that the keys of its issuer are not to be had, also when it is renewed meanwhile', async () => {
    // A public client's refresh token is taken once.
    const setting = { isPublicClient: true, accessTokenSeconds: 6, house: { revocations: 'tokens: []\n' } };
    const place = await open(setting);
    const visitor = await signIn(place);
    const token = await tokenOf(place, visitor);
    place.provider.areKeysThere = false;
    await revoke(place, 'keys', { at: new Date().toISOString() });
    const session = () => asPage(place, '/explorer/session', visitor);
    const end = Date.now() + 2_500;
    while ((await session()).status !== 503) expect(Date.now()).toBeLessThan(end);
    await sleep(3_100);
    const renewals = () => place.provider.asked.filter((path) => path === '/token').length;
    const before = renewals();
    for (let each = 0; each < 3; each += 1) expect((await session()).status).toBe(503);
    expect(renewals()).toBe(before + 3);
    expect(place.reasons.at(-1)).toBe(
      "the gateway refuses the access token: the issuer's keys are unavailable",
    );
    const other = new Visitor();
    const refused = await other.ask(await reachCallback(other, place), { headers: fromProvider });
    expect(refused.status).toBe(503);
    expect(refused.headers['set-cookie']).toBeUndefined();
    place.provider.areKeysThere = true;
    await sleep(2_100);
    const later = await tokenOf(place, visitor);
    expect(later).toBeDefined();
    expect(later).not.toBe(token);
  });

  test('ends when the provider renews no more', async () => {
    const place = await open({ accessTokenSeconds: 2 });
    const visitor = await signIn(place);
    place.provider.forget();
    await sleep(1_100);
    expect(await tokenOf(place, visitor)).toBeUndefined();
    expect(place.reasons).toEqual(['the provider refuses: invalid_grant']);
    expect(await tokenOf(place, visitor)).toBeUndefined();
    expect(place.reasons).toHaveLength(1);
  });

  test('ends with its token where the provider gives no other, and nobody is told of a fault', async () => {
    const place = await open({ accessTokenSeconds: 3, refreshes: false });
    const visitor = await signIn(place);
    expect(await tokenOf(place, visitor)).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 3_100));
    expect(await tokenOf(place, visitor)).toBeUndefined();
    expect(place.reasons).toEqual([]);
  });

  test('ends when its person is shut out, who does not get in again either', async () => {
    const place = await open({ house: { revocations: 'tokens: []\n' } });
    const visitor = await signIn(place);
    const authorization = `Bearer ${await tokenOf(place, visitor)}`;
    const { issuer } = place.provider;
    await writeFile(
      join(place.house.folder, 'revocations.yaml'),
      JSON.stringify({ principals: [{ issuer, subject: 'ann' }] }),
    );
    const end = Date.now() + 2_000;
    while ((await tokenOf(place, visitor)) !== undefined) expect(Date.now()).toBeLessThan(end);
    expect((await query(place, { authorization })).status).toBe(401);
    const refused = await visitor.open(await reachCallback(visitor, place), 'cross-site');
    expect(refused.status).toBe(400);
    expect(place.reasons).toEqual([
      'the principal is revoked',
      'the gateway refuses the access token: the principal is revoked',
    ]);
    expect(place.house.asked()).toBe('');
  });

  describe.each([600, 4])('of tokens that live for %d seconds', (accessTokenSeconds) => {
    const openOne = () => open({ accessTokenSeconds, house: { revocations: 'tokens: []\n' } });
    const isOver = async (place: Place) => {
      const end = Date.now() + 3_000;
      while (place.reasons.length === 0) {
        await sleep(20);
        expect(Date.now()).toBeLessThan(end);
      }
    };
    const timesRenewed = ({ provider }: Place) => provider.asked.filter((path) => path === '/token').length;

    test.each([
      ['the token is revoked', 'tokens'],
      ['those from before now are', 'principals'],
    ] as const)('ends by itself once %s, and is not renewed', async (_, list) => {
      const place = await openOne();
      const visitor = await signIn(place);
      const { jti, sub } = decodeJwt(String(await tokenOf(place, visitor)));
      await sleep(1_100);
      await revoke(
        place,
        list,
        list === 'tokens' ? { jti } : { subject: sub, before: new Date().toISOString() },
      );
      await isOver(place);
      const asked = timesRenewed(place);
      expect(await tokenOf(place, visitor)).toBeUndefined();
      expect(timesRenewed(place)).toBe(asked);
      expect(place.reasons).toEqual([
        expect.stringMatching(/^the (token|principal) is revoked( for tokens from before .*)?$/),
      ]);
      // Whoever signs in again has a newer one; tokens tell the time in seconds.
      await sleep(1_000);
      expect(await tokenOf(place, await signIn(place))).toBeDefined();
      expect(place.reasons).toHaveLength(1);
    });
  });

  test.each([
    ['the token is revoked', 'tokens'],
    ['those from before are', 'principals'],
  ] as const)('does not outlast by a renewal that %s', async (_, list) => {
    const place = await open({ accessTokenSeconds: 6, house: { revocations: 'tokens: []\n' } });
    const visitor = await signIn(place);
    const token = String(await tokenOf(place, visitor));
    await sleep(1_100);
    const before = new Date().toISOString();
    await sleep(2_000);
    expect(await tokenOf(place, visitor)).not.toBe(token);
    const { jti, sub } = decodeJwt(token);
    await revoke(place, list, list === 'tokens' ? { jti } : { subject: sub, before });
    const end = Date.now() + 2_500;
    while ((await tokenOf(place, visitor)) !== undefined) expect(Date.now()).toBeLessThan(end);
  });
});
