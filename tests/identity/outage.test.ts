/** D07 under load: whatever becomes of a provider, its tokens are answered by the keys that are known. */

import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Clock, putAhead } from './clock.ts';
import { openSite, type Site } from './site.ts';

let clock: Clock;
let site: Site;
beforeEach(async () => {
  clock = putAhead();
  site = await openSite({ perSecond: 20, seconds: 120 });
});
afterEach(async () => {
  await site?.close();
  clock.restore();
});

async function until(check: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!check()) {
    if (performance.now() > end) throw new Error('it did not come');
    await sleep(20);
  }
}

/** The keys are due to be renewed from now on. */
function letKeysAge(): void {
  clock.ahead += 601_000;
}

async function expectNoneFailed(least: number): Promise<void> {
  await site.rate.end();
  expect(site.asking.failures).toEqual([]);
  expect(site.asking.requests).toBeGreaterThan(least);
  expect(site.rate.shown).toBeGreaterThan(least / 10 - 2);
}

it('a provider that is down costs no request, and is asked again until it is back', async () => {
  await until(() => site.fetched === 1);
  await site.provider.stop();
  letKeysAge();
  await until(() => site.unavailable.length === 3);
  expect(site.fetched).toBe(1);
  await site.provider.start();
  await until(() => site.fetched === 2);
  await expectNoneFailed(100);
}, 120_000);

const drip: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const dripping = setInterval(() => response.write(' '), 100);
  request.socket.once('close', () => clearInterval(dripping));
};
const troubles: Readonly<Record<string, RequestListener>> = {
  'a byte now and then': drip,
  'status 500': (_, response) => response.writeHead(500).end(),
  HTML: (_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><p>Sorry'),
  'a set without keys': (_, response) => response.end('{"keys":[]}'),
  'a redirect': (_, response) =>
    response.writeHead(302, { location: '/.well-known/openid-configuration' }).end(),
};

it('a provider that answers with anything but its keys costs no request', async () => {
  await until(() => site.fetched === 1);
  letKeysAge();
  for (const trouble of Object.values(troubles)) {
    const before = site.unavailable.length;
    site.provider.instead = trouble;
    await until(() => site.unavailable.length > before);
  }
  expect(site.fetched).toBe(1);
  site.provider.instead = undefined;
  await until(() => site.fetched === 2);
  await expectNoneFailed(200);
  const { issuer } = site.provider;
  expect(site.unavailable).toEqual([
    expect.any(String),
    `${issuer}/jwks answered with status 500`,
    `${issuer}/jwks did not answer with JSON`,
    'the key set has no usable key',
    `${issuer}/jwks answered with status 302`,
  ]);
}, 120_000);
