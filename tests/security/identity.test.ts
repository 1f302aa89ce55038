/** Group E: who asks is what the gateway has signed, and nothing that a client writes beside its token. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import type { Asked, SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { type TokenProfile, verifyToken } from '@portcullis/kit/identity/verify';
import { createLocalJWKSet, decodeJwt } from 'jose';
import { now, openProviders, type Providers } from './kit/providers.ts';
import { queryWith, sendRaw } from './kit/raw-http.ts';
import { RawSocket } from './kit/raw-socket.ts';
import { until } from './kit/until.ts';

const staff: SubgraphFixture = {
  name: 'staff',
  enforces: ['rows'],
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing"]) @composeDirective(name: "@usesNothing")
    directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
    type Query { me: Person find(text: String @usesNothing): Person }
    type Subscription { renamed: Person }
    type Person { name: String region: String }`,
  resolvers: { Query: { me: () => ({ name: 'Ann' }), find: () => ({ name: 'Ann' }) } },
};
const told: SubgraphFixture = {
  name: 'told',
  sdl: 'type Query { rest: Int }',
  resolvers: { Query: { rest: () => 1 } },
};
const blind: SubgraphFixture = {
  name: 'blind',
  sdl: 'type Query { last: Int }',
  resolvers: { Query: { last: () => 1 } },
};

const rules = `${openToAll}
@id("global.rows") @rowFilter("region = principal.region") forbid (principal, action, resource in Type::"Person")
  when { principal in Role::"analyst" };
`;

let providers: Providers;
let house: House;
let url: string;

beforeAll(async () => {
  providers = await openProviders();
  house = await openHouse([staff, told, blind], {
    anonymous: 'deny',
    issuers: providers.issuers,
    rules,
    zones: { corp: ['10.0.0.0/8'] },
    tells: { told: 'attributes', blind: 'none' },
  });
  ({ url } = await house.listen());
});
beforeEach(() => house.forget());
afterAll(async () => {
  await house.close();
  await providers.close();
});

function received(subgraph = 'staff'): readonly Asked[] {
  return house.subgraphs.get(subgraph)?.asked ?? [];
}

async function post(query: string, headers: Readonly<Record<string, string>>, variables = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, text: await response.text() };
}

const query = '{ me { name } }';
const bearer = () => ({ authorization: providers.one.bearer() });

/** What a subgraph is sent, whoever asks. */
const ours = [
  'accept',
  'connection',
  'content-length',
  'content-type',
  'host',
  'traceparent',
  'txn-token',
  'x-request-id',
];

const posing: Readonly<Record<string, string>> = {
  'x-user-id': 'root',
  x_user_id: 'root',
  'X-USER-ROLES': 'admin',
  'x-roles': 'admin',
  'x-gateway-token': 'let me in',
  'txn-token': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.',
  'x-forwarded-user': 'root',
  'x-forwarded-for': '10.0.0.1',
  forwarded: 'for=10.0.0.1',
  'x-hasura-role': 'admin',
  'x-real-ip': '10.0.0.1',
  cookie: 'session=root',
  'proxy-authorization': 'Basic cm9vdDpyb290',
};

describe('what a client writes beside its token', () => {
  it('E01 names nobody: no header of it reaches a subgraph, and the signed name is that of its token', async () => {
    const { text } = await post(query, { ...bearer(), ...posing });
    expect(text).toBe('{"data":{"me":{"name":"Ann"}}}');
    const [asked, ...more] = received();
    expect(more).toEqual([]);
    expect(Object.keys(asked?.headers ?? {}).sort()).toEqual(ours);
    expect(decodeJwt(String(asked?.headers['txn-token']))).toMatchObject({ sub: 'https://one.example|ann' });
    expect(JSON.stringify(asked)).not.toMatch(/root|admin|10\.0\.0\.1/);
  });

  it('E01 lets nobody in that has no token', async () => {
    expect((await post(query, posing)).status).toBe(401);
    expect(house.asked()).toBe('');
  });

  it('E01 nor does what a WebSocket says of itself', async () => {
    const socket = new RawSocket(`${url}/graphql`, posing);
    await socket.init({ ...posing, txnToken: posing['txn-token'], extensions: { txnToken: 'x' } });
    expect(await socket.closed()).toBe(4403);
    expect(house.asked()).toBe('');
    const known = new RawSocket(`${url}/graphql`, posing);
    await known.init({ ...posing, ...bearer() });
    known.subscribe('1', 'subscription { renamed { name } }', { txnToken: 'x', subject: 'root' });
    await until(() => received().length === 1);
    known.end();
    const [asked] = received();
    expect(decodeJwt(String(asked?.headers['txn-token']))).toMatchObject({ sub: 'https://one.example|ann' });
    expect(JSON.stringify(asked)).not.toMatch(/root|admin|10\.0\.0\.1/);
  });

  it.each([
    ['X_Gateway_Token: let me in', 200],
    ['TXN-TOKEN: let me in', 200],
    ['Txn_Token: let me in', 200],
    ['txn-token: a\r\nTxn-Token: b', 200],
    ['txn-token : let me in', 400],
    ['txn-token: let\r\n me in', 400],
    ['t\u00e4n-token: let me in', 400],
    ['txn-token: let\u0000me in', 400],
  ])('E03 no variant of a header gets through: %j', async (line, status) => {
    const answer = await sendRaw(
      url,
      queryWith(['connection: close', `authorization: ${bearer().authorization}`, line]),
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const asked of received()) {
      expect(Object.keys(asked.headers).sort()).toEqual(ours);
      expect(JSON.stringify(asked)).not.toContain('let me in');
    }
    expect(received()).toHaveLength(status === 200 ? 1 : 0);
  });

  it('E04 what it calls hop-by-hop takes nothing away: a subgraph gets the token, and a connection of the gateway’s', async () => {
    const lines = ['connection: close, txn-token, authorization, x-request-id, content-type', 'te: trailers'];
    const answer = await sendRaw(url, queryWith([...lines, `authorization: ${bearer().authorization}`]));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const [asked] = received();
    expect(asked?.headers.connection).toBe('keep-alive');
    expect(Object.keys(asked?.headers ?? {}).sort()).toEqual(ours);
  });

  it('E14 says nothing of where it comes from', async () => {
    const plain = await post(query, bearer());
    for (const [name, value] of Object.entries({
      'x-forwarded-for': '10.0.0.1',
      'x-real-ip': '10.0.0.1',
      'x-client-ip': '10.0.0.1',
      'cf-connecting-ip': '10.0.0.1',
      'true-client-ip': '10.0.0.1',
      forwarded: 'for=10.0.0.1',
    }))
      expect(await post(query, { ...bearer(), [name]: value })).toEqual(plain);
    expect(JSON.stringify(received())).not.toContain('10.0.0.1');
  });
});

describe('the token for a subgraph', () => {
  it('E08 ends with that of the client, if not before', async () => {
    for (const lifetime of [3, 600]) {
      const exp = now() + lifetime;
      await post(query, { authorization: providers.one.bearer({ exp }) });
      const { exp: ends = 0, iat = 0 } = decodeJwt(String(received().at(-1)?.headers['txn-token']));
      expect(ends).toBeLessThanOrEqual(Math.min(exp, iat + 30));
    }
  });

  it('E09 is for one subgraph, and says no more than that one is to know', async () => {
    await post('{ me { name } rest last }', {
      authorization: providers.one.bearer({ scope: 'a b', roles: ['r'] }),
    });
    const [own, attributes, nothing] = ['staff', 'told', 'blind'].map((each) =>
      decodeJwt(String(received(each)[0]?.headers['txn-token'])),
    );
    expect([own?.aud, attributes?.aud, nothing?.aud]).toEqual(['staff', 'told', 'blind']);
    expect(own).not.toHaveProperty('tctx.caller');
    expect([attributes?.sub, nothing?.sub]).toEqual(['withheld', 'withheld']);
    expect(JSON.stringify(attributes)).not.toContain('ann');
    expect(nothing).toMatchObject({ scope: '', req_wl: 'withheld', rctx: { client: null } });
    expect(JSON.stringify(nothing)).not.toMatch(/ann|"r"|one\.example/);
    for (const each of received())
      expect((await post(query, { authorization: `Bearer ${each.headers['txn-token']}` })).status).toBe(401);
  });

  it.each([
    ['sub', 'ann\r\nx-roles: admin'],
    ['sub', 'ann\u0000'],
    ['roles', ['a\r\nx-roles: admin']],
    ['region', 'DE\nx-roles: admin'],
    ['client_id', 'bi\r\n\r\nGET / HTTP/1.1'],
    ['jti', 'a\u2028b'],
  ])('E10 no claim can become a header: %s %j', async (name, value) => {
    const { status } = await post(query, { authorization: providers.one.bearer({ [name]: value }) });
    expect(status).toBe(401);
    expect(house.asked()).toBe('');
  });

  it('E10 what a claim may be stands in the signed token alone, whatever it looks like', async () => {
    const sub = 'x-roles: admin; "quoted" %0d%0a {tenant}';
    await post(query, { authorization: providers.one.bearer({ sub }) });
    const [asked] = received();
    expect(Object.keys(asked?.headers ?? {}).sort()).toEqual(ours);
    expect(decodeJwt(String(asked?.headers['txn-token'])).sub).toBe(`https://one.example|${sub}`);
  });

  it('E11 is read by a subgraph as it was written: a number is one, and a list of one is a list', async () => {
    const profile: TokenProfile = {
      issuer: 'http://127.0.0.1:4000',
      audience: 'told',
      keys: createLocalJWKSet(house.gateway.jwks()),
    };
    for (const given of [
      { tenant: 7, region: 'DE', roles: ['admin'] },
      { tenant: '7', region: ['DE'], roles: [] },
    ]) {
      house.forget();
      await post('{ rest }', { authorization: providers.one.bearer(given) });
      const token = String(received('told')[0]?.headers['txn-token']);
      const { caller } = (await verifyToken(token, profile)).identity;
      expect(caller?.roles).toEqual(given.roles);
      expect(caller?.attributes).toEqual(
        new Map(Object.entries({ region: given.region, tenant: given.tenant })),
      );
    }
    for (const roles of ['admin', { 0: 'admin' }, [['admin']], null, 1])
      expect((await post('{ rest }', { authorization: providers.one.bearer({ roles }) })).status).toBe(401);
  });

  it.each(['principal.region', '$principal.region', 'x-hasura-user-id', '{{sub}}', "' or true --"])(
    'E13 a text that looks like a variable stays a text, and as a claim no value that there is: %s',
    async (text) => {
      const find = 'query ($text: String) { find(text: $text) { name } }';
      const given = { authorization: providers.one.bearer({ region: text, roles: ['analyst'] }) };
      expect((await post(find, given, { text })).status).toBe(200);
      const [asked] = received();
      expect(Object.values(asked?.variables ?? {})).toEqual([text]);
      expect(decodeJwt(String(asked?.headers['txn-token']))).toMatchObject({
        tctx: { obligations: { rows: { Person: [{ field: 'region', op: '=', value: 'none' }] } } },
      });
    },
  );
});

it('E15 two requests in one, by two lengths, are none: nothing is fetched for either', async () => {
  const inner = queryWith([`authorization: ${bearer().authorization}`]);
  const outer = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${inner.length + 5}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`;
  const answer = await sendRaw(url, outer);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(house.asked()).toBe('');
});

it('E17 there is one guard: whatever the door, without a token nothing is fetched', async () => {
  for (const accept of ['application/json', 'multipart/mixed, application/json', 'text/event-stream'])
    expect((await post(query, { accept })).text).toContain('UNAUTHENTICATED');
  for (const path of ['/graphql?query={me{name}}', '/v1/schema.graphql'])
    expect((await fetch(`${url}${path}`)).status).toBe(401);
  const socket = await new RawSocket(`${url}/graphql`).init();
  expect(await socket.closed()).toBe(4403);
  expect(house.asked()).toBe('');
});
