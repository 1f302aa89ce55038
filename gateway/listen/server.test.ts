import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { serve, type TestServer } from '../authenticate/fixture.ts';
import type { GatewayConfig } from '../config.ts';
import { openConfig } from '../open-config.ts';
import type { HttpRequest, HttpResponse } from '../request.ts';
import type { Door, Readiness } from './door.ts';
import { ListenError } from './errors.ts';
import { listen, type RunningServer } from './server.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

const jwks = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA', kid: 'k' }] };
const ready: Readiness = {
  ready: true,
  generation: 'g1',
  policies: 'p1',
  refused: undefined,
  subgraphs: ['music'],
  withheld: [],
  refusedFiles: [],
};
const closed: GatewayConfig = { ...openConfig({ supergraph: '/none.graphql', port: 0 }), open: false };

/** A gateway that answers as told and remembers what it was handed. */
async function start(
  handle: (http: HttpRequest) => Promise<HttpResponse> = async () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"data":{}}',
  }),
  config: GatewayConfig = closed,
  readiness = ready,
): Promise<RunningServer & { readonly seen: HttpRequest[] }> {
  const seen: HttpRequest[] = [];
  const door: Door = {
    handle(http) {
      seen.push(http);
      return handle(http);
    },
    schema(http) {
      seen.push(http);
      return handle(http);
    },
    attend: async () => ({ status: 204, leave() {} }),
    ready: () => readiness,
    jwks: () => jwks,
  };
  const server = await listen(door, config);
  opened.push(server);
  return { ...server, seen };
}

/** A promise and its resolution; Node 20 has no `Promise.withResolvers`. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

/** Bytes as they are, for what no HTTP client would send. */
async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('/graphql', () => {
  test('hands over method, address, headers and the bytes of the body', async () => {
    const { url, seen } = await start();
    const bytes = Buffer.from([0xff, 0x00, 0x7b]);
    const response = await fetch(`${url}/graphql?x=%7B`, {
      method: 'POST',
      headers: { 'content-type': 'text/odd; a=b' },
      body: bytes,
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: {} });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/graphql?x=%7B', body: bytes });
    expect(seen[0]?.headers['content-type']).toBe('text/odd; a=b');
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s goes through the same door',
    async (method) => {
      const { url, seen } = await start();
      await fetch(`${url}/graphql`, { method });
      expect(seen.map((http) => http.method)).toEqual([method]);
    },
  );

  test('two authorization headers arrive as two (D27)', async () => {
    const { url, seen } = await start();
    await raw(
      url,
      'GET /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\nauthorization: Bearer b\r\nconnection: close\r\n\r\n',
    );
    expect(seen[0]?.headers.authorization).toBe('Bearer a, Bearer b');
  });

  test('what stands behind 2,000 other headers arrives as well', async () => {
    const { url, seen } = await start();
    const others = 'a:\r\n'.repeat(2_500);
    await raw(
      url,
      `GET /graphql HTTP/1.1\r\nhost: a\r\nauthorization: Bearer a\r\nx-forwarded-for: 10.0.0.1\r\nconnection: close\r\n${others}authorization: Bearer b\r\nx-forwarded-for: 192.0.2.1\r\n\r\n`,
    );
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer a, Bearer b',
      'x-forwarded-for': '10.0.0.1, 192.0.2.1',
    });
  });

  test('more headers than there may be bytes of them are refused', async () => {
    const { url, seen } = await start();
    const others = 'a:\r\n'.repeat(20_000);
    expect(await raw(url, `GET /graphql HTTP/1.1\r\nhost: a\r\n${others}\r\n`)).toMatch(/^HTTP\/1.1 431 /);
    expect(seen).toEqual([]);
  });

  test('of 11 MB no more than the limit is kept, and the client reads the answer', async () => {
    const { url, seen } = await start(async () => ({ status: 413, headers: {}, body: 'too large' }));
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: 'x'.repeat(11_000_000) });
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('too large');
    expect(seen[0]?.body.length).toBe(closed.limits.bodyBytes + 1);
  });

  test('a request of two lengths is refused before it is a request (E15)', async () => {
    const { url, seen } = await start();
    const answer = await raw(
      url,
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  test('a client that goes away aborts its request', async () => {
    const aborted = deferred<unknown>();
    const arrived = deferred<void>();
    const { url } = await start(({ signal }) => {
      arrived.resolve();
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve(signal.reason);
          reject(new Error('gone'));
        });
      });
    });
    const controller = new AbortController();
    const call = fetch(`${url}/graphql`, { signal: controller.signal }).catch(() => 'left');
    await arrived.promise;
    controller.abort();
    expect(await call).toBe('left');
    expect(await aborted.promise).toMatchObject({ name: 'AbortError' });
  });

  test('the deadline aborts a request, which may still be answered', async () => {
    const config = { ...closed, limits: { ...closed.limits, requestTimeoutMs: 50 } };
    const { url } = await start(async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
      return { status: 504, headers: {}, body: String((signal.reason as Error).name) };
    }, config);
    const response = await fetch(`${url}/graphql`);
    expect(response.status).toBe(504);
    expect(await response.text()).toBe('TimeoutError');
  });
});

describe('probes', () => {
  test('healthz', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  });

  test('readyz says what is served, and that something newer is refused; why is not for everybody', async () => {
    const { url } = await start(undefined, closed, {
      ...ready,
      refused: 'music/schema.graphql:3: unknown type',
    });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'ready',
      generation: 'g1',
      policies: 'p1',
      refused: true,
      subgraphs: ['music'],
    });
  });

  test('readyz is a 503 until there is a snapshot', async () => {
    const nothing = {
      ...ready,
      ready: false,
      generation: undefined,
      refused: 'no composition',
      subgraphs: [],
    };
    const { url } = await start(undefined, closed, nothing);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  test('the public keys', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/.well-known/jwks.json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(await response.json()).toEqual(jwks);
  });
});

describe('every answer', () => {
  test.each([
    ['an address that is none', 'GET /%ff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 400],
    ['a header of 20 kB', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP at all', 'sesame\r\n\r\n', 400],
  ])('to %s has the form and the headers of all others', async (_, text, status) => {
    const { url, seen } = await start();
    const answer = await raw(url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('\r\nx-content-type-options: nosniff\r\n');
    expect(answer.toLowerCase()).toContain("\r\ncontent-security-policy: default-src 'none'");
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    expect(body).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(answer).not.toMatch(/fastify|FST_|statusCode|sesame|%ff/i);
    expect(seen).toEqual([]);
  });

  test.each(['/graphql', '/healthz', '/nowhere', '/explorer/explorer.js'])(
    '%s is safe to receive',
    async (path) => {
      const { url } = await start();
      const { headers } = await fetch(`${url}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test.each([
    '/nowhere',
    '/graphql/',
    '/GRAPHQL',
    '/explorer/',
    '/explorer/..%2fserver.ts',
    '/explorer/../server.ts',
  ])('nothing is at %s', async (path) => {
    const { url, seen } = await start();
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [
        { message: 'There is nothing here. GraphQL is at /graphql.', extensions: { code: 'NOT_FOUND' } },
      ],
    });
    expect(seen).toEqual([]);
  });
});

describe('the explorer', () => {
  test('runs scripts from here alone', async () => {
    const { url } = await start();
    const response = await fetch(url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await response.text();
    const nonce = /nonce="([^"]+)"/.exec(page)?.[1];
    expect(policy).toContain(`'nonce-${nonce}'`);
    expect(page).not.toMatch(/https?:\/\/|<script(?![^>]* src=)|<style/);
    expect(await (await fetch(url)).text()).not.toContain(nonce);
  });

  test('keeps its files until they change', async () => {
    const { url } = await start();
    const first = await fetch(`${url}/explorer/graphiql.js`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await first.text()).length).toBeGreaterThan(100_000);
    expect((await fetch(`${url}/explorer/graphiql.js`, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });

  test('serves every file that its page and its scripts name', async () => {
    const { url } = await start();
    const named = ['/'];
    for (const path of named) {
      const response = await fetch(`${url}${path}`);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
      const text = await response.text();
      const isOurs = path === '/' || text.length < 20_000;
      const names = isOurs ? [...text.matchAll(/(?:src|href)="(\/[^"]+)"|from '\.(\/[^']+)'/g)] : [];
      for (const [, address, module] of names) {
        const next = address ?? `/explorer${module}`;
        if (next !== '/explorer/login' && !named.includes(next)) named.push(next);
      }
    }
    expect(named.length).toBeGreaterThan(10);
  });

  test('is not there unless it is enabled', async () => {
    const { url } = await start(undefined, {
      ...closed,
      explorer: { enabled: false, personas: undefined, login: undefined },
    });
    for (const path of [
      '/',
      '/explorer/graphiql.js',
      '/explorer/personas.json',
      '/demo/token?persona=analyst',
    ]) {
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    }
  });
});

describe('the persona switch', () => {
  async function withPersonas(): Promise<{
    readonly url: string;
    readonly provider: TestServer;
    readonly asked: string[];
  }> {
    const asked: string[] = [];
    const provider = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        asked.push(`${request.headers.authorization} ${body}`);
        response.setHeader('content-type', 'application/json');
        response.end('{"access_token":"t","expires_in":600,"token_type":"Bearer","refresh_token":"never"}');
      });
    });
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-personas-'));
    const clientsFile = join(folder, 'clients.json');
    const analyst = {
      name: 'analyst',
      description: 'reads',
      scopes: ['a', 'b'],
      clientId: 'bi',
      clientSecret: 's3cret:+',
    };
    await writeFile(clientsFile, JSON.stringify({ personas: [analyst] }));
    opened.push(provider, { close: () => rm(folder, { recursive: true }) });
    const personas = { tokenEndpoint: `${provider.url}/token`, clientsFile };
    const { url } = await start(undefined, {
      ...closed,
      explorer: { enabled: true, personas, login: undefined },
    });
    return { url, provider, asked };
  }

  test('names the personas and keeps their secrets', async () => {
    const { url } = await withPersonas();
    const text = await (await fetch(`${url}/explorer/personas.json`)).text();
    expect(JSON.parse(text)).toEqual([{ name: 'analyst', description: 'reads' }]);
  });

  test('fetches a token as the persona, and hands on nothing else', async () => {
    const { url, asked } = await withPersonas();
    const response = await fetch(`${url}/demo/token?persona=analyst`, { method: 'POST' });
    expect(await response.json()).toEqual({ access_token: 't', expires_in: 600 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    const basic = Buffer.from('bi:s3cret%3A%2B').toString('base64');
    expect(asked).toEqual([`Basic ${basic} grant_type=client_credentials&scope=a+b`]);
  });

  test('has no token for the page of another site', async () => {
    const { url, asked } = await withPersonas();
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/demo/token?persona=analyst`, { method: 'POST', headers });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await ask(headers)).status).toBe(403);
    }
    expect(asked).toEqual([]);
    expect((await ask({ origin: url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('names the personas there are where another is asked for', async () => {
    const { url, asked } = await withPersonas();
    for (const query of ['?persona=admin', '?persona=__proto__', '']) {
      const response = await fetch(`${url}/demo/token${query}`, { method: 'POST' });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('Take one of: analyst.');
    }
    expect(asked).toEqual([]);
  });

  test('has no token for a GET, nor for a name that was pointed at this machine', async () => {
    const { url, asked } = await withPersonas();
    expect((await fetch(`${url}/demo/token?persona=analyst`)).status).toBe(404);
    for (const path of ['POST /demo/token?persona=analyst', 'GET /explorer/personas.json']) {
      const answer = await raw(
        url,
        `${path} HTTP/1.1\r\nhost: evil.example:4000\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 421 /);
    }
    expect(asked).toEqual([]);
  });
});

test('open mode answers only to loopback names', async () => {
  const { url, seen } = await start(undefined, { ...closed, open: true });
  const ask = (host: string) =>
    raw(url, `GET /graphql HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  expect(await ask('evil.example:4000')).toMatch(/^HTTP\/1\.1 421 /);
  expect(await ask('localhost:4000')).toMatch(/^HTTP\/1\.1 200 /);
  expect(await ask('[::1]:4000')).toMatch(/^HTTP\/1\.1 200 /);
  expect(seen).toHaveLength(2);
});

describe('starting and stopping', () => {
  test('a taken port is named, with what to do', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const listen = { host: '127.0.0.1', port };
    const taken = `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or give the gateway another port`;
    const attempt = start(undefined, { ...closed, listen });
    await expect(attempt).rejects.toThrow(ListenError);
    await expect(attempt).rejects.toThrow(`${taken} (listen.port in its configuration).`);
    await expect(start(undefined, { ...closed, listen, open: true })).rejects.toThrow(`${taken} (--port).`);
  });

  test('a request that is underway is answered before the server is closed', async () => {
    const arrived = deferred<void>();
    const answer = deferred<HttpResponse>();
    const { url, close } = await start(() => {
      arrived.resolve();
      return answer.promise;
    });
    const call = fetch(`${url}/graphql`);
    await arrived.promise;
    const closing = close();
    answer.resolve({ status: 200, headers: {}, body: 'late' });
    expect(await (await call).text()).toBe('late');
    await closing;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });
});
