/** Pages of other sites in a real browser: a listed one may ask with a token, the other can neither read an answer nor cause one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

let site: Server;
let other: Server;
let house: House;
let url: string;
let authorization: string;
let browser: Browser;

beforeAll(async () => {
  site = await startSite();
  other = await startSite();
  const shop = {
    name: 'shop',
    sdl: 'type Query { plays: Int }',
    resolvers: { Query: { plays: () => 42 } },
  };
  const cors = { origins: [originOf(site)], maxAgeSeconds: 60 };
  house = await openHouse([shop], { anonymous: 'deny', cors });
  ({ url } = await house.listen());
  authorization = await house.authorization(['a']);
  browser = await launchChromium();
});
beforeEach(() => house.forget());
afterAll(async () => {
  await browser?.close();
  await house?.close();
  site?.close();
  other?.close();
});

async function startSite(): Promise<Server> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('a page'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** localhost is another site than 127.0.0.1, where the gateway is. */
function originOf(server: Server): string {
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function pageOf(server: Server): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${originOf(server)}/`);
  return page;
}

interface Attempts {
  readonly post: string;
  readonly get: string;
  readonly withCookies: string;
  readonly schema: string;
  readonly socket: string;
  readonly requestId: string;
}

/** All that a script can do: with a token that it has, since that is the worst. */
function attempt(page: Page): Promise<Attempts> {
  return page.evaluate(
    async ([to = '', token = '']) => {
      const body = '{"query":"{plays}"}';
      const headers = { authorization: token, 'content-type': 'application/json' };
      let requestId = '';
      const text = (path: string, init: RequestInit) =>
        fetch(`${to}${path}`, init).then(
          async (response) => {
            requestId = response.headers.get('x-request-id') ?? requestId;
            return response.text();
          },
          () => 'blocked',
        );
      const socket = new Promise<string>((resolve) => {
        const opened = new WebSocket(`${to.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
        opened.onopen = () =>
          opened.send(JSON.stringify({ type: 'connection_init', payload: { authorization: token } }));
        opened.onmessage = ({ data }) => resolve(String(data));
        opened.onclose = () => resolve('blocked');
      });
      return {
        post: await text('/graphql', { method: 'POST', headers, body }),
        get: await text('/graphql?query={plays}', { headers: { authorization: token } }),
        withCookies: await text('/graphql', { method: 'POST', headers, body, credentials: 'include' }),
        schema: await text('/v1/schema.graphql', { headers: { authorization: token } }),
        socket: await socket,
        requestId,
      };
    },
    [url, authorization],
  );
}

test('a listed site asks with a token, over HTTP and a WebSocket, and never with cookies', async () => {
  const page = await pageOf(site);
  const { post, get, withCookies, schema, socket, requestId } = await attempt(page);
  expect([post, get]).toEqual(['{"data":{"plays":42}}', '{"data":{"plays":42}}']);
  expect(withCookies).toBe('blocked');
  expect(schema).toContain('plays');
  expect(socket).toBe('{"type":"connection_ack"}');
  expect(requestId).not.toBe('');
  await page.close();
});

test('another site can neither read an answer nor cause one, with a token as little as without', async () => {
  const page = await pageOf(other);
  const { requestId, ...attempts } = await attempt(page);
  expect(new Set(Object.values(attempts))).toEqual(new Set(['blocked']));
  expect(requestId).toBe('');
  const simple = await page.evaluate(async (to) => {
    const opaque = (init: RequestInit, query = '') =>
      fetch(`${to}/graphql${query}`, { mode: 'no-cors', ...init }).then(
        ({ type }) => type,
        () => 'blocked',
      );
    return [
      await opaque({}, '?query={plays}'),
      await opaque({ method: 'POST', body: '{"query":"{plays}"}' }),
      await opaque({ method: 'POST', body: new URLSearchParams({ query: '{plays}' }) }),
    ];
  }, url);
  expect(simple).not.toContain('basic');
  expect(simple).not.toContain('cors');
  expect(house.asked()).toBe('');
  await page.close();
});
