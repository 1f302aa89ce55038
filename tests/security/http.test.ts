/** Group K: what a page of another site, a proxy or a sloppy reader could make of a request, over real sockets. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import type { SubgraphFixture } from '@portcullis/gateway/fixture/subgraph';
import { openProviders, type Providers } from './kit/providers.ts';
import { sendRaw } from './kit/raw-http.ts';

const done: string[] = [];
const staff: SubgraphFixture = {
  name: 'staff',
  sdl: 'type Query { me: Person } type Person { name: String } type Mutation { rename: Int }',
  resolvers: { Query: { me: () => ({ name: 'Ann' }) }, Mutation: { rename: () => done.push('rename') } },
};

let providers: Providers;
let house: House;
let url: string;

beforeAll(async () => {
  providers = await openProviders();
  house = await openHouse([staff], { anonymous: 'allow', issuers: providers.issuers });
  ({ url } = await house.listen());
});
beforeEach(() => {
  house.forget();
  done.length = 0;
});
afterAll(async () => {
  await house.close();
  await providers.close();
});

interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** As bytes, so that no client adds or mends anything. */
async function ask({ method = 'POST', path = '/graphql', headers = {}, body = '' }: Asking) {
  const bytes = Buffer.from(body);
  const all = { host: 'a', connection: 'close', 'content-length': String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const answer = await sendRaw(
    url,
    `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${bytes.toString('latin1')}`,
  );
  const [head = '', text = ''] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), text };
}

const json = { 'content-type': 'application/json' };
const query = JSON.stringify({ query: '{ me { name } }' });
const mutation = JSON.stringify({ query: 'mutation { rename }' });
const byUrl = `/graphql?query=${encodeURIComponent('{ me { name } }')}`;
const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };

it.each<[string, Readonly<Record<string, string>>]>([
  ['an image', { ...browser, 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' }],
  ['a link', { ...browser, 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' }],
  ['a page of a neighbour', { ...browser, 'sec-fetch-site': 'same-site' }],
  ['an old browser', browser],
  ['what has cookies', { cookie: 'session=1' }],
  ['what names its page', { referer: 'https://evil.example/' }],
  ['a script of another origin', { origin: 'https://evil.example' }],
  ['remembered credentials', { ...browser, authorization: 'Basic YTpi' }],
  ['a form', { 'content-type': 'text/plain' }],
])('K01 a GET by %s executes nothing', async (_, headers) => {
  const { status, text } = await ask({ method: 'GET', path: byUrl, headers });
  expect([400, 415]).toContain(status);
  expect(text).not.toContain('data');
  expect(house.asked()).toBe('');
});

it.each([
  'text/plain',
  'TEXT/PLAIN; application/json',
  'text/plain;application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json, text/plain',
  'application/jsonp',
  'application/json\u00a0',
  '',
])('K02 a POST that a page may send without asking executes nothing: "%s"', async (type) => {
  const headers = {
    ...browser,
    origin: 'https://evil.example',
    ...(type !== '' && { 'content-type': type }),
  };
  for (const body of [query, mutation]) expect((await ask({ headers, body })).status).toBe(415);
  expect([done, house.asked()]).toEqual([[], '']);
});

it('K03 a mutation by GET is a 405, whatever else it says of itself', async () => {
  const path = `/graphql?query=${encodeURIComponent('mutation { rename }')}`;
  const headers = { authorization: providers.one.bearer() };
  for (const more of [{}, json, { 'x-http-method': 'POST' }, { 'graphql-require-preflight': '1' }]) {
    const { status, head } = await ask({ method: 'GET', path, headers: { ...headers, ...more } });
    expect([status, head]).toEqual([405, expect.stringContaining('allow: post')]);
  }
  expect([done, house.asked()]).toEqual([[], '']);
});

it.each<[string, string, Buffer]>([
  ['utf-7', 'application/json; charset=utf-7', Buffer.from(query)],
  ['utf-16', 'application/json; charset=utf-16', Buffer.from(query, 'utf16le')],
  ['latin1', 'application/json; charset=iso-8859-1', Buffer.from(query)],
  ['utf-16 that is not named', 'application/json', Buffer.from(query, 'utf16le')],
  ['two charsets', 'application/json; charset=utf-8; charset=utf-16', Buffer.from(query)],
  ['bytes that are no UTF-8', 'application/json', Buffer.from(query.replace('me', 'm\u00ff'), 'latin1')],
  ['an overlong form', 'application/json', Buffer.from(query.replace('{', '\u00c1\u00bb'), 'latin1')],
])('K05 a body in %s is not read', async (_, type, body) => {
  const { status } = await ask({ headers: { 'content-type': type }, body });
  expect([400, 415]).toContain(status);
  expect(house.asked()).toBe('');
});

it.each<[string, Asking]>([
  ['a member twice', { body: `{"query":"{ __typename }",${query.slice(1)}` }],
  ['a member twice, once with an escape', { body: `{"\\u0071uery":"{ __typename }",${query.slice(1)}` }],
  ['a variable twice', { body: `${query.slice(0, -1)},"variables":{"a":1,"a":2}}` }],
  ['the address and the body', { path: byUrl, body: query }],
  ['the name of the operation in the address', { path: '/graphql?operationName=A', body: query }],
])('K06 what two readers would read in two ways is not executed: %s', async (_, asking) => {
  expect((await ask({ headers: json, ...asking })).status).toBe(400);
  expect(house.asked()).toBe('');
});

it('K06 nor is an address that says it twice', async () => {
  const path = `${byUrl}&query=${encodeURIComponent('{ __typename }')}`;
  expect((await ask({ method: 'GET', path })).status).toBe(400);
  expect(house.asked()).toBe('');
});

it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'K11 %s makes no other method of it',
  async (name) => {
    const path = `/graphql?query=${encodeURIComponent('mutation { rename }')}`;
    expect((await ask({ method: 'GET', path, headers: { [name]: 'POST' } })).status).toBe(405);
    const put = await ask({ method: 'PUT', headers: { ...json, [name]: 'POST' }, body: mutation });
    expect(put.status).toBe(405);
    expect([done, house.asked()]).toEqual([[], '']);
    const post = await ask({ headers: { ...json, [name]: 'GET' }, body: query });
    expect(post.text).toContain('{"data":{"me":{"name":"Ann"}}}');
  },
);

const script = '<script>alert(1)</script>';

it.each<[string, Asking]>([
  [
    'a name that there is not',
    { headers: json, body: JSON.stringify({ query: `{ me { name } } # ${script}` }) },
  ],
  ['no document', { headers: json, body: JSON.stringify({ query: script }) }],
  ['no JSON', { headers: json, body: script }],
  ['another address', { method: 'GET', path: `/${script}` }],
  ['another path', { method: 'GET', path: `/graphql/${encodeURIComponent(script)}` }],
  ['another method', { method: 'DELETE' }],
])('K13 %s is answered as JSON that no browser takes for a page', async (_, asking) => {
  const accept = { accept: 'text/html,application/xhtml+xml' };
  for (const more of [accept, {}]) {
    const { head, text } = await ask({ ...asking, headers: { ...asking.headers, ...more } });
    expect(head).toMatch(/content-type: application\/(graphql-response\+)?json/);
    expect(head).toContain('x-content-type-options: nosniff');
    expect(head).toContain("content-security-policy: default-src 'none'");
    expect(text).not.toContain('<script');
  }
});
