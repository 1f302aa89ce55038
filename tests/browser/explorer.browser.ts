/** GraphiQL in a real browser, before a gateway with real tokens: a query as one persona, refused as another. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningIdentityProvider, startIdentityProvider } from '@portcullis/demo/identity/server';
import { clientsFile } from '@portcullis/demo/identity/state';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { openToAll, writePolicies } from '@portcullis/gateway/fixture/rules';
import { type RunningGateway, runGateway } from '@portcullis/gateway/main';
import { unobserved } from '@portcullis/gateway/observe/observers';
import { openConfig } from '@portcullis/gateway/open-config';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { openWatched, run } from './watched-page.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  type Query { plays: Int  revenue: String @requiresScopes(scopes: [["billing:payments"]]) }
`;

let folder: string;
let subgraph: Server;
let subgraphRequests = 0;
let identity: RunningIdentityProvider;
let gateway: RunningGateway;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-browser-'));
  subgraph = createServer((request, response) => {
    subgraphRequests += 1;
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const data = { plays: 42, ...(body.includes('revenue') && { revenue: '1234.50' }) };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => subgraph.listen(0, '127.0.0.1', resolve));
  identity = await startIdentityProvider({ port: 0, stateFolder: folder });
  gateway = await startGateway();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await identity?.close();
  subgraph?.close();
  await rm(folder, { recursive: true, force: true });
});

async function startGateway(): Promise<RunningGateway> {
  const { port } = subgraph.address() as AddressInfo;
  await writeFile(join(folder, 'shop.graphql'), sdl);
  await writeFile(
    join(folder, 'supergraph.yaml'),
    `subgraphs:\n  shop: { owner: shop-team, schema: shop.graphql, url: "http://127.0.0.1:${port}/graphql" }\n`,
  );
  await writePolicies(join(folder, 'policies'), { 'global/rules.cedar': openToAll });
  const text = `
    listen: { port: 0 }
    supergraph: supergraph.yaml
    policies: policies
    authentication:
      issuers:
        - issuer: ${identity.issuer}
          discovery: ${identity.issuer}/.well-known/openid-configuration
          audience: portcullis
          algorithms: [ES256]
    identity: { issuer: "urn:test:gateway", signingKey: key.json, createIfMissing: true }
    explorer: { enabled: true, personas: { tokenEndpoint: "${identity.issuer}/token", clients: ${clientsFile(folder)} } }
  `;
  return runGateway(parseConfig(text, join(folder, 'gateway.yaml'), {}), unobserved);
}

test('a query runs in GraphiQL, as whom one chooses, and nothing leaves this machine', async () => {
  const { page, violations, hosts, faults } = await openWatched(browser, gateway.url);
  await page.getByLabel('Execute query').waitFor();
  const personas = page.getByLabel('ask as');
  expect(await personas.locator('option').allTextContents()).toEqual([
    'analyst',
    'support',
    'clerk',
    'partner',
    'steward',
  ]);
  expect(await personas.inputValue()).toBe('analyst');

  const refused = await run(page, '{ plays revenue }');
  expect(refused).toContain('"plays": 42');
  expect(refused).not.toContain('1234.50');

  await personas.selectOption('clerk');
  await page.getByText('keeps the books').waitFor();
  await page.getByLabel('Execute query').waitFor();
  expect(await run(page, '{ plays revenue }')).toContain('"revenue": "1234.50"');

  // The dialogues are what makes style elements, and so what a strict policy would break.
  await page.getByLabel('Open settings dialog').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Show Documentation Explorer').click();
  await page.getByText('Query', { exact: false }).first().waitFor();

  expect(violations).toEqual([]);
  expect(faults).toEqual([]);
  expect([...hosts]).toEqual([gateway.url]);
  await page.close();
});

test('another site can neither read an answer nor cause one, not even where everybody may ask', async () => {
  const open = await runGateway(
    openConfig({ supergraph: join(folder, 'supergraph.yaml'), port: 0 }),
    unobserved,
  );
  const foreign = createServer((_, response) => response.setHeader('content-type', 'text/html').end('evil'));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  // localhost is another site than 127.0.0.1.
  await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
  const before = subgraphRequests;
  const outcome = await page.evaluate(async (url) => {
    const attempt = (init: RequestInit, query = '') =>
      fetch(`${url}/graphql${query}`, init).then(
        ({ type }) => type,
        () => 'blocked',
      );
    const body = '{"query":"{plays}"}';
    const accept = 'application/graphql-response+json';
    return [
      await attempt({}, '?query={plays}'),
      await attempt({ mode: 'no-cors', headers: { accept } }, '?query={plays}'),
      await attempt({ mode: 'no-cors', method: 'POST', body, headers: { 'content-type': 'text/plain' } }),
      await attempt({ method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    ];
  }, open.url);
  expect(outcome).not.toContain('basic');
  expect(outcome).not.toContain('cors');
  expect(subgraphRequests).toBe(before);
  // What is refused to the page is served to a program: the refusals above were for being a page.
  await (await fetch(`${open.url}/graphql?query={plays}`)).text();
  expect(subgraphRequests).toBe(before + 1);
  await page.close();
  await open.close();
  foreign.close();
});
