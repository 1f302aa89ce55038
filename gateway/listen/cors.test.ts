/** Pages of other sites (K10, J12): those that are listed may ask, all others as before, and no credential of a browser counts. */
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type House, openHouse } from '../fixture/house.ts';
import type { SubgraphFixture } from '../fixture/subgraph.ts';

const shop: SubgraphFixture = {
  name: 'shop',
  sdl: 'type Query { hello: String } type Subscription { ticks: Int }',
  resolvers: { Query: { hello: () => 'there' } },
};
const app = 'https://app.example';
const local = 'http://localhost:5173';
const others = [
  'https://evil.example',
  'null',
  '*',
  'https://app.example.evil.example',
  'https://evil-app.example',
  'https://app.example:443',
  'https://app.example/',
  'http://app.example',
  'HTTPS://app.example',
  'https://app.example, https://evil.example',
  'http://localhost',
  '__proto__',
];
const json = { 'content-type': 'application/json' };
const query = JSON.stringify({ query: '{ hello }' });

let house: House;
let closed: House;
let url: string;
let closedUrl: string;
let authorization: string;

beforeAll(async () => {
  const cors = { origins: [app, local], maxAgeSeconds: 60 };
  house = await openHouse([shop], { anonymous: 'deny', cors });
  closed = await openHouse([shop], { anonymous: 'deny' });
  ({ url } = await house.listen());
  ({ url: closedUrl } = await closed.listen());
  authorization = await house.authorization(['a']);
});
beforeEach(() => house.forget());
afterAll(async () => {
  await house.close();
  await closed.close();
});

function preflight(origin: string, path = '/graphql', to = url): Promise<Response> {
  const headers = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };
  return fetch(`${to}${path}`, { method: 'OPTIONS', headers });
}

function post(headers: Record<string, string>, to = url): Promise<Response> {
  return fetch(`${to}/graphql`, {
    method: 'POST',
    headers: { ...json, authorization, ...headers },
    body: query,
  });
}

function allowanceOf({ headers }: Response) {
  return [...headers].filter(([name]) => name.startsWith('access-control-'));
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a listed origin', () => {
  it.each([app, local])('%s is told what it may send, and may send it', async (origin) => {
    for (const path of ['/graphql', '/v1/schema.graphql']) {
      const asked = await preflight(origin, path);
      expect(asked.status).toBe(204);
      expect(await asked.text()).toBe('');
      expect(Object.fromEntries(asked.headers)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': expect.stringMatching(
          /^authorization, content-type, purpose, break-glass, /,
        ),
        'access-control-max-age': '60',
        vary: 'origin',
      });
      expect(asked.headers.has('access-control-allow-credentials')).toBe(false);
    }
    expect(house.asked()).toBe('');
    const answer = await post({ origin, 'sec-fetch-site': 'cross-site' });
    expect(await answer.json()).toEqual({ data: { hello: 'there' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'x-request-id, retry-after, www-authenticate, etag',
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'accept, authorization, origin',
    });
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('may read why it was refused, and the schema, and streams', async () => {
    const refused = await post({ origin: app, authorization: 'Bearer a.b.c' });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(app);
    expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
    const schema = await fetch(`${url}/v1/schema.graphql`, { headers: { origin: app, authorization } });
    expect(schema.headers.get('access-control-allow-origin')).toBe(app);
    const etag = schema.headers.get('etag') ?? '';
    const known = await fetch(`${url}/v1/schema.graphql`, {
      headers: { origin: app, authorization, 'if-none-match': etag },
    });
    expect([known.status, known.headers.get('access-control-allow-origin')]).toEqual([304, app]);
    const stream = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...json, authorization, origin: app, accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { ticks }' }),
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.headers.get('access-control-allow-origin')).toBe(app);
    expect(stream.headers.get('vary')).toBe('accept, authorization, origin');
    await until(() => house.subgraphs.get('shop')?.events.subscribers === 1);
    await stream.body?.cancel();
    await until(() => house.subgraphs.get('shop')?.events.subscribers === 0);
  });

  it('has to ask first all the same: what a page may send without is not executed', async () => {
    const site = { origin: app, 'sec-fetch-site': 'cross-site' };
    const get = `${url}/graphql?query=${encodeURIComponent('{ hello }')}`;
    const texts = [
      await fetch(get, { headers: site }),
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...site, 'content-type': 'text/plain' },
        body: query,
      }),
    ];
    expect(texts.map(({ status }) => status)).toEqual([400, 415]);
    // A cookie is no token, whoever sends it.
    expect((await post({ origin: app, authorization: '', cookie: `token=${authorization}` })).status).toBe(
      401,
    );
    expect(house.asked()).toBe('');
  });

  it('is not told of what is for machines', async () => {
    for (const path of ['/healthz', '/readyz', '/.well-known/jwks.json']) {
      const answer = await fetch(`${url}${path}`, { headers: { origin: app } });
      expect(allowanceOf(answer)).toEqual([]);
      expect((await preflight(app, path)).status).toBe(404);
    }
  });
});

describe('any other origin', () => {
  it.each(others)('%s is allowed nothing', async (origin) => {
    const asked = await preflight(origin);
    expect(asked.status).toBe(405);
    const answer = await post({ origin });
    for (const each of [asked, answer]) {
      expect(allowanceOf(each)).toEqual([]);
      expect(each.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      // So that no cache gives the one what it has of the other.
      expect(each.headers.get('vary')).toMatch(/(^|, )origin$/);
    }
  });

  it('is allowed nothing where none is listed', async () => {
    expect((await preflight(app, '/graphql', closedUrl)).status).toBe(405);
    const answer = await post({ origin: app }, closedUrl);
    expect(allowanceOf(answer)).toEqual([]);
    expect(answer.headers.get('vary')).toBe('accept, authorization');
  });
});

describe('a WebSocket', () => {
  const open = async (to: string, headers: Record<string, string>) => {
    const socket = new WebSocket(`${to.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    const outcome = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, response]) => response.resume().statusCode),
    ]);
    socket.on('error', () => {});
    socket.terminate();
    return outcome;
  };

  it('is for the same origins, and for its own', async () => {
    for (const site of [{}, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await open(url, { origin: app, ...site })).toBe(101);
      expect(await open(closedUrl, { origin: app, ...site })).toBe(403);
      for (const origin of others) expect(await open(url, { origin, ...site })).toBe(403);
    }
    expect(await open(url, { origin: url, 'sec-fetch-site': 'same-origin' })).toBe(101);
    expect(await open(url, { 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  /** How it is answered to `connection_init`. */
  const answer = async (headers: Record<string, string>, payload?: Record<string, unknown>) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    const outcome = await Promise.race([
      once(socket, 'message').then(([data]) => JSON.parse(String(data)).type),
      once(socket, 'close').then(([code]) => code),
    ]);
    socket.terminate();
    return outcome;
  };

  it('of a page is whoever that says it is, and not whom the browser remembers', async () => {
    for (const site of [{}, { 'sec-fetch-site': 'cross-site' }]) {
      const page = { origin: app, ...site };
      expect(await answer({ ...page, authorization })).toBe(4403);
      expect(await answer({ ...page, authorization: 'Basic YTpi' }, { authorization })).toBe(
        'connection_ack',
      );
      expect(await answer(page, { authorization })).toBe('connection_ack');
    }
    expect(await answer({ authorization })).toBe('connection_ack');
  });
});
