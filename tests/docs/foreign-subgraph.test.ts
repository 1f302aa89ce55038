/** The program of docs/subgraph-without-the-kit.md, run as it stands there: behind a gateway, and before forged tokens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nobody } from '@portcullis/gateway/authenticate/subject';
import { parseConfig } from '@portcullis/gateway/config/read-config';
import { createMint } from '@portcullis/gateway/execute/mint';
import { createGateway, type Gateway } from '@portcullis/gateway/gateway';
import { listen, type RunningServer } from '@portcullis/gateway/listen/server';
import { openConfig } from '@portcullis/gateway/open-config';
import { readSigningKeys } from '@portcullis/gateway/secrets/signing-key';
import { testKeySet, testSigner } from '@portcullis/kit/conformance/test-key';
import { verifySubgraph } from '@portcullis/kit/conformance/verify-subgraph';
import { createTestIssuer, type Overrides } from '@portcullis/kit/identity/testing';
import { openView } from '@portcullis/policies/engine/view';
import { decodeJwt, type JSONWebKeySet } from 'jose';
import { repository } from '../mesh/folders.ts';
import { createIssuer, issuer, type TestIssuer } from '../mesh/issuer.ts';
import { post } from '../mesh/mesh.ts';
import { blocksOf } from './blocks.ts';

const page = 'docs/subgraph-without-the-kit.md';
const blocks = await blocksOf(page);
const written = (language: string) => blocks.find((block) => block.language === language)?.text ?? '';

let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis shipping '));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'shipping.graphql'), written('graphql'));
  // Somebody of the issuer that these tests have is Ann.
  const program = written('js').replaceAll('https://login.example.com|ann', `${issuer}|somebody`);
  await writeFile(join(folder, 'shipping.mjs'), program);
});
afterAll(async () => {
  for (const child of running) child.kill();
  await rm(folder, { recursive: true });
});

interface Shipping {
  readonly url: string;
  readonly log: () => string;
}

async function startShipping(gateway: { readonly issuer: string; readonly jwks: string }): Promise<Shipping> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const environment = { GATEWAY_ISSUER: gateway.issuer, GATEWAY_JWKS: gateway.jwks, PORT: String(port) };
  const child = spawn(process.execPath, ['shipping.mjs'], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.push(child);
  let log = '';
  child.stderr?.on('data', (text) => (log += String(text)));
  while ((await fetch(url, { method: 'POST' }).catch(() => undefined))?.status !== 401) {
    if (child.exitCode !== null) throw new Error(log);
    await sleep(20);
  }
  return { url, log: () => log };
}

/** The organisation's words, and one rule. */
async function writePolicies(): Promise<void> {
  const global = join(folder, 'policies', 'global');
  await mkdir(global, { recursive: true });
  await copyFile(join(repository, 'policies/global/vocabulary.yaml'), join(global, 'vocabulary.yaml'));
  const rule =
    '@id("global.signed-in") permit(principal, action, resource) unless { principal.kind == Kind::"anonymous" };';
  await writeFile(join(global, 'rules.cedar'), rule);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('behind a gateway', () => {
  let gateway: Gateway;
  let server: RunningServer;
  let callers: TestIssuer;

  beforeAll(async () => {
    callers = await createIssuer(join(folder, 'issuer.json'));
    const jwksPort = await freePort();
    const gatewayIssuer = 'https://gateway.test';
    const { url } = await startShipping({
      issuer: gatewayIssuer,
      jwks: `http://127.0.0.1:${jwksPort}/.well-known/jwks.json`,
    });
    const entry = written('yaml').replace('http://127.0.0.1:4120/graphql', url);
    await writeFile(join(folder, 'supergraph.yaml'), entry);
    await writePolicies();
    const config = parseConfig(
      `
      listen: { port: ${jwksPort} }
      supergraph: supergraph.yaml
      policies: policies
      authentication:
        issuers: [{ issuer: ${issuer}, jwksFile: issuer.json, audience: portcullis, algorithms: [ES256] }]
      identity: { issuer: ${gatewayIssuer}, signingKey: gateway.jwk, createIfMissing: true }`,
      join(folder, 'gateway.yaml'),
      {},
    );
    gateway = await createGateway(config);
    server = await listen(gateway, config);
  });
  afterAll(async () => {
    await server.close();
    await gateway.close();
  });

  it('it shows each caller what is theirs', async () => {
    const body = JSON.stringify({ query: '{ myParcels { id status } }' });
    const ask = async (token: string) =>
      JSON.parse(String((await post(gateway, { token, body })).body)) as unknown;
    expect(await ask(await callers.tokenWith([]))).toEqual({
      data: { myParcels: [{ id: 'p1', status: 'in Lyon' }] },
    });
    expect(await ask(await callers.token('analyst'))).toEqual({ data: { myParcels: [] } });
  });
});

describe('by itself', () => {
  let keys: Server;
  let shipping: Shipping;
  const gateway = createTestIssuer('https://gateway.test');

  let published: JSONWebKeySet;

  beforeAll(async () => {
    published = (await gateway).jwks;
    keys = createServer((_, response) => response.end(JSON.stringify(published))).listen(0, '127.0.0.1');
    await once(keys, 'listening');
    const { port } = keys.address() as AddressInfo;
    shipping = await startShipping({ issuer: 'https://gateway.test', jwks: `http://127.0.0.1:${port}/` });
  });
  afterAll(() => void keys.close());

  async function status(token: string | undefined): Promise<number> {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { 'txn-token': token }),
    };
    const body = JSON.stringify({ query: '{ myParcels { id } }' });
    return (await fetch(shipping.url, { method: 'POST', headers, body })).status;
  }

  const now = () => Math.floor(Date.now() / 1000);
  const without = (name: string): Overrides => ({ claims: { [name]: undefined } });

  it('answers a token of the gateway', async () => {
    expect(await status(await (await gateway).token('shipping'))).toBe(200);
  });

  it('refuses a request without one, and one of another gateway', async () => {
    expect(await status(undefined)).toBe(401);
    expect(await status('no token')).toBe(401);
    const other = await createTestIssuer('https://gateway.test');
    expect(await status(await other.token('shipping'))).toBe(401);
  });

  it('knows another key before it signs: it is published ten seconds earlier', async () => {
    const next = await createTestIssuer('https://gateway.test', 'next');
    expect(await status(await next.token('shipping'))).toBe(401);
    published = { keys: [...published.keys, ...next.jwks.keys] };
    const end = Date.now() + 10_000;
    while ((await status(await next.token('shipping'))) !== 200 && Date.now() < end) await sleep(100);
    expect(Date.now()).toBeLessThan(end);
    expect(await status(await (await gateway).token('shipping'))).toBe(200);
  });

  it('logs why, and nothing of the token', async () => {
    const token = await (await gateway).token('shipping', { claims: { iss: 'https://elsewhere.test' } });
    expect(await status(token)).toBe(401);
    while (!shipping.log().includes('token refused: unexpected "iss" claim value')) await sleep(20);
    expect(shipping.log()).not.toContain(token.split('.')[1]);
  });

  it.each<[string, string, Overrides]>([
    ['for another subgraph', 'billing', {}],
    ['for several', 'shipping', { claims: { aud: ['shipping', 'billing'] } }],
    ['of another issuer', 'shipping', { claims: { iss: 'https://elsewhere.test' } }],
    ['of another type', 'shipping', { header: { typ: 'at+jwt' } }],
    ['that has ended', 'shipping', { claims: { iat: now() - 60, exp: now() - 31 } }],
    ['that lives too long', 'shipping', { claims: { exp: now() + 600 } }],
    ['of tomorrow', 'shipping', { claims: { iat: now() + 86_400, exp: now() + 86_430 } }],
    ...['iat', 'exp', 'sub', 'scope', 'txn', 'req_wl', 'tctx', 'rctx'].map(
      (name): [string, string, Overrides] => [`without ${name}`, 'shipping', without(name)],
    ),
  ])('refuses a token %s', async (_, audience, overrides) => {
    expect(await status(await (await gateway).token(audience, overrides))).toBe(401);
  });
});

it('keeps the protocol, as `portcullis subgraph verify` says', async () => {
  const keys = createServer((_, response) => response.end(JSON.stringify(testKeySet))).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const { port } = keys.address() as AddressInfo;
  const shipping = await startShipping({ issuer: testSigner.issuer, jwks: `http://127.0.0.1:${port}/` });
  const findings = await verifySubgraph({
    url: shipping.url,
    subgraph: 'shipping',
    signer: testSigner,
    caller: `${issuer}|somebody`,
  });
  keys.close();
  expect(findings.filter(({ result }) => result === 'failed')).toEqual([]);
  const untried = findings.filter(({ result }) => result === 'skipped').map(({ id }) => id);
  expect(untried.filter((id) => !/^(events|socket|stream)\./.test(id))).toEqual([
    'key.published-test-key',
    'rows.kept',
    'groups.minimum',
  ]);
});

it('names the issuer of a gateway with --open', async () => {
  const { identity } = openConfig({ supergraph: 'supergraph.graphql', port: 0 });
  expect(await readFile(join(repository, page), 'utf8')).toContain(`\`${identity.issuer}\``);
});

it('lists the claims that a token has', async () => {
  const protocol = await readFile(join(repository, 'docs/subgraph-protocol.md'), 'utf8');
  const [, table = ''] = protocol.split('| claim | type | meaning |');
  const [rows = ''] = table.split('\n\n');
  const listed = rows.split('\n').flatMap((row) => {
    const [, first = ''] = row.split('|');
    return [...first.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  });
  const [key] = await readSigningKeys({ signingKey: undefined, createIfMissing: false });
  const mint = createMint({ issuer: 'https://gateway.test', keys: { current: () => key } });
  const principal = { kind: 'anonymous' } as const;
  const asked = { subgraph: 'shipping', principal, subject: nobody, view: openView } as const;
  const token = await mint({ ...asked, snapshot: 's', transaction: 't' });
  expect(listed.sort()).toEqual(Object.keys(decodeJwt(token)).sort());
});
