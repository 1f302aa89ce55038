/** A person signs in to the explorer in a real browser, at a real OpenID provider of another site; another page gets nothing of it. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { reservePort } from '@portcullis/gateway/fixture/reserve-port';
import { openToAll, writePolicies } from '@portcullis/gateway/fixture/rules';
import {
  audience,
  clientId,
  clientSecret,
  type SignInProvider,
  startSignInProvider,
} from '@portcullis/gateway/fixture/sign-in-provider';
import { type RunningSubgraph, startSubgraph } from '@portcullis/gateway/fixture/subgraph';
import { Visitor } from '@portcullis/gateway/fixture/visitor';
import { type RunningGateway, runGateway } from '@portcullis/gateway/main';
import { unobserved } from '@portcullis/gateway/observe/observers';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openWatched, resultIn, run, start, type WatchedPage } from './watched-page.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  type Query { people: Int  salaries: Int @requiresScopes(scopes: [["hr:pay"]]) }
  type Subscription { hired: String }
`;

let folder: string;
let url: string;
let subgraph: RunningSubgraph;
let provider: SignInProvider;
let gateway: RunningGateway;
let browser: Browser;
const foreign: { close(): void }[] = [];
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-browser-'));
  const { port, release } = await reservePort();
  url = `http://127.0.0.1:${port}`;
  subgraph = await startSubgraph({
    name: 'hr',
    sdl,
    resolvers: { Query: { people: () => 42, salaries: () => 95_000 } },
  });
  provider = await startSignInProvider({ publicUrl: url });
  await release();
  gateway = await startGateway();
  browser = await launchChromium();
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  for (const server of foreign.splice(0)) server.close();
  subgraph.asked.length = 0;
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await provider?.stop();
  await subgraph?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startGateway(): Promise<RunningGateway> {
  await writeFile(join(folder, 'hr.graphql'), sdl);
  await writeFile(
    join(folder, 'supergraph.yaml'),
    `subgraphs:\n  hr: { owner: hr-team, schema: hr.graphql, url: "${subgraph.url}" }\n`,
  );
  await writePolicies(join(folder, 'policies'), { 'global/rules.cedar': openToAll });
  await writeFile(join(folder, 'client'), clientSecret, { mode: 0o600 });
  await writeFile(join(folder, 'revocations.yaml'), 'principals: []\n');
  const text = `
    listen: { port: ${new URL(url).port} }
    supergraph: supergraph.yaml
    policies: policies
    revocations: revocations.yaml
    authentication:
      issuers:
        - issuer: ${provider.issuer}
          discovery: ${provider.issuer}/.well-known/openid-configuration
          audience: ${audience}
          algorithms: [ES256]
    identity: { issuer: "urn:test:gateway", signingKey: key.json, createIfMissing: true }
    explorer:
      enabled: true
      login:
        issuer: ${provider.issuer}
        clientId: ${clientId}
        clientSecret: client
        publicUrl: ${url}
        scopes: [profile, hr:pii]
  `;
  return runGateway(parseConfig(text, join(folder, 'gateway.yaml'), {}), unobserved);
}

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext();
  contexts.push(context);
  return context;
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText(`Signed in as ${name}`).waitFor();
  await page.getByLabel('Execute query').waitFor();
}

async function signedIn(name = 'ann'): Promise<WatchedPage & { readonly context: BrowserContext }> {
  const context = await newContext();
  const watched = await openWatched(context, url);
  await signIn(watched.page, name);
  return { context, ...watched };
}

async function sessionOf(context: BrowserContext) {
  const cookies = await context.cookies(url);
  return cookies.find(({ name }) => name === '__Host-portcullis-session');
}

/** Before somebody is signed in, GraphiQL has asked as nobody. */
const isForNobody = (fault: string) => fault.includes('401');

test('a person signs in, asks as who they are, and signs out', async () => {
  const { context, page, violations, faults, hosts } = await signedIn();
  expect(page.url()).toBe(`${url}/`);
  // As a text: what a provider calls somebody is no markup.
  expect(await page.locator('#about').textContent()).toBe('Signed in as ann <b>of the tests</b>');
  expect(await page.getByRole('link', { name: 'Sign in' }).isVisible()).toBe(false);

  const result = await run(page, '{ people salaries }');
  expect(result).toContain('"people": 42');
  expect(result).toContain('"salaries": null');
  expect(result).toContain('FORBIDDEN');
  const asked = subgraph.asked.map(({ query }) => query).join(' ');
  expect(asked).toContain('people');
  expect(asked).not.toContain('salaries');

  await start(page, 'subscription { hired }');
  while (subgraph.events.subscribers === 0) await page.waitForTimeout(20);
  subgraph.events.publish('Bob');
  await page.waitForFunction(`document.querySelector('.result-window')?.textContent.includes('Bob')`);
  expect(await resultIn(page)).toContain('"hired": "Bob"');

  expect(await sessionOf(context)).toMatchObject({
    domain: '127.0.0.1',
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'Strict',
    expires: -1,
  });
  expect((await context.cookies(url)).map(({ name }) => name)).toEqual(['__Host-portcullis-session']);
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain('eyJ');

  const { page: otherTab } = await openWatched(context, url);
  await otherTab.getByText('Signed in as ann').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  expect(page.url()).toBe(`${url}/`);
  expect(await sessionOf(context)).toBeUndefined();
  await otherTab.getByRole('link', { name: 'Sign in' }).waitFor();
  await otherTab.bringToFront();
  await otherTab.getByLabel('Execute query').waitFor();
  expect(await run(otherTab, '{ people }')).toContain('An access token is required');

  // The provider asks who it is: nobody is signed in there either.
  await signIn(page, 'eve');
  expect(violations).toEqual([]);
  expect(faults.filter((fault) => !isForNobody(fault))).toEqual([]);
  expect([...hosts].sort()).toEqual([url, provider.issuer].sort());
});

test('a page whose session has ended says so', async () => {
  const { page } = await signedIn('carl');
  expect(await run(page, '{ people }')).toContain('42');
  await writeFile(
    join(folder, 'revocations.yaml'),
    JSON.stringify({ principals: [{ issuer: provider.issuer, subject: 'carl' }] }),
  );
  await page.waitForTimeout(2_000);
  expect(await run(page, '{ people }')).toContain('UNAUTHENTICATED');
  await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByText('You are not signed in').waitFor();
});

test('a page asks again while nobody can say whether its session goes on', async () => {
  const { page } = await signedIn('dora');
  provider.areKeysThere = false;
  await writeFile(
    join(folder, 'revocations.yaml'),
    JSON.stringify({ keys: [{ issuer: provider.issuer, at: new Date().toISOString() }] }),
  );
  await page.waitForTimeout(2_000);
  const unavailable = page.waitForResponse(
    (response) => response.url() === `${url}/explorer/session` && response.status() === 503,
  );
  await page.reload();
  await unavailable;
  provider.areKeysThere = true;
  await page.getByText('Signed in as dora').waitFor();
  expect(await run(page, '{ people }')).toContain('42');
});

/** A page of somebody else's, at that host. */
async function openForeignPage(context: BrowserContext, host: string): Promise<Page> {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<p>evil</p>'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  foreign.push(server);
  const page = await context.newPage();
  await page.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
  return page;
}

test.each([
  ['of another site', 'localhost'],
  ['of the same site, at another port', '127.0.0.1'],
])('a page %s gets no token, runs nothing and ends nothing', async (_, host) => {
  const { context, page } = await signedIn();
  const before = await sessionOf(context);
  subgraph.asked.length = 0;
  const evil = await openForeignPage(context, host);
  const read = await evil.evaluate(async (gatewayUrl) => {
    const attempt = (path: string, init: RequestInit) =>
      fetch(`${gatewayUrl}${path}`, { credentials: 'include', ...init }).then(
        async (response) => `${response.type} ${await response.text()}`,
        () => 'blocked',
      );
    const header = { 'portcullis-explorer': '1' };
    const body = '{"query":"{people}"}';
    const opensSocket = new Promise<string>((resolve) => {
      const socket = new WebSocket(`${gatewayUrl.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('blocked');
    });
    return [
      await attempt('/explorer/session', { method: 'POST' }),
      await attempt('/explorer/session', { method: 'POST', headers: header }),
      await attempt('/explorer/session', { method: 'POST', mode: 'no-cors' }),
      await attempt('/explorer/logout', { method: 'POST', headers: header }),
      await attempt('/explorer/logout', { method: 'POST', mode: 'no-cors' }),
      await attempt('/explorer/login', { mode: 'no-cors' }),
      await attempt('/graphql?query={people}', { mode: 'no-cors' }),
      await attempt('/graphql', { method: 'POST', mode: 'no-cors', body }),
      await attempt('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
      await opensSocket,
    ];
  }, url);
  expect(new Set(read)).toEqual(new Set(['blocked']));

  // By a form, in a tab of its own.
  for (const path of ['/explorer/session', '/explorer/logout']) {
    const opening = context.waitForEvent('page');
    await evil.evaluate(
      `document.body.innerHTML = '<form method="post" target="_blank" action="${url}${path}"></form>'; document.forms[0].submit()`,
    );
    const tab = await opening;
    await tab.getByText('This answers only to the explorer of this gateway.').waitFor();
  }
  // In a frame, where the page could be clicked on unseen.
  await evil.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.onload = resolve;
    frame.src = '${url}';
    document.body.append(frame);
  })`);
  const [, framed] = evil.frames();
  expect(framed).toBeDefined();
  await framed?.waitForURL(/^chrome-error:/);

  expect(await sessionOf(context)).toEqual(before);
  expect(subgraph.asked).toEqual([]);
  expect(await run(page, '{ people }')).toContain('42');
});

test('another site signs nobody in: neither as who they are nor as somebody else', async () => {
  // Somebody who is signed in at the provider, and would be let through by it without a word.
  const { context, page } = await signedIn('dora');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Yes, sign me out' }).waitFor();
  expect(await sessionOf(context)).toBeUndefined();
  const evil = await openForeignPage(context, 'localhost');
  const evilUrl = evil.url();
  await evil.evaluate(`location.assign('${url}/explorer/login')`);
  await evil.getByText('You are not signed in').waitFor();
  expect(await context.cookies(url)).toEqual([]);

  // An answer that the provider gave to the attacker.
  const attacker = new Visitor();
  const until = (address: string) => new URL(address).pathname === '/explorer/callback';
  const asked = await attacker.open(`${url}/explorer/login`, 'same-origin', { until });
  const { url: callback } = await attacker.open(asked.url, 'same-origin', {
    until,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=mallory',
  });
  expect(until(callback)).toBe(true);
  await evil.goto(evilUrl);
  await evil.evaluate(`location.assign(${JSON.stringify(callback)})`);
  await evil.getByText('You are not signed in').waitFor();
  expect(await context.cookies(url)).toEqual([]);
});

test('the cookie alone asks nothing, not even from the page itself', async () => {
  const { context, page } = await signedIn();
  subgraph.asked.length = 0;
  const statuses = await page.evaluate(async () => {
    const headers = { 'content-type': 'application/json' };
    const post = { method: 'POST', headers, body: '{"query":"{people}"}' };
    const withCookie = { credentials: 'include' } as const;
    return [
      (await fetch('/graphql', { ...post, ...withCookie })).status,
      (await fetch('/graphql?query={people}', withCookie)).status,
    ];
  });
  expect(statuses).toEqual([401, 401]);
  expect(await sessionOf(context)).toBeDefined();
  expect(subgraph.asked).toEqual([]);
});
