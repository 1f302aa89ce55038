/** The whole gateway behind its real HTTP server: conformance, and what leaves it besides answers. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { createSigner, serve, type TestServer } from './authenticate/fixture.ts';
import { parseConfig } from './config/read-config.ts';
import type { GatewayConfig } from './config.ts';
import { openToAll, writePolicies } from './fixture/rules.ts';
import { type RunningGateway, runGateway } from './main.ts';
import { createLog } from './observe/log.ts';
import { unobserved } from './observe/observers.ts';
import { openConfig } from './open-config.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])
  type Query { person(email: String): Person @authenticated  version: String }
  type Mutation { rename(id: ID!, name: String!): Person }
  type Person @key(fields: "id") { id: ID!  name: String }
`;
const signer = createSigner('k1');
let folder: string;
let subgraph: TestServer;
let answerOfSubgraph = '{}';
let lastHeaders: IncomingHttpHeaders = {};
/** Called before the subgraph answers. */
let beforeAnswer: () => Promise<void> = async () => {};
const running: RunningGateway[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-gateway-'));
  subgraph = await serve(({ headers }, response) => {
    lastHeaders = headers;
    void beforeAnswer().then(() =>
      response.setHeader('content-type', 'application/json').end(answerOfSubgraph),
    );
  });
  await writeFile(join(folder, 'people.graphql'), sdl);
  await writePolicies(join(folder, 'policies'), { 'global/rules.cedar': openToAll });
  await writeFile(join(folder, 'jwks.json'), JSON.stringify({ keys: [signer.jwk] }));
  await writeFile(
    join(folder, 'supergraph.yaml'),
    `subgraphs:\n  people: { owner: people-team, schema: people.graphql, url: "${subgraph.url}/graphql" }\n`,
  );
});

afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.close();
});

afterAll(async () => {
  await subgraph.close();
  await rm(folder, { recursive: true });
});

/** Makes the subgraph's next answer wait. */
function holdSubgraph(): { readonly arrived: Promise<void>; readonly release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    beforeAnswer = () => {
      beforeAnswer = async () => {};
      resolve();
      return released;
    };
  });
  return { arrived, release };
}

async function start(config: GatewayConfig, observers = unobserved): Promise<string> {
  const gateway = await runGateway(config, observers);
  running.push(gateway);
  return gateway.url;
}

function open(): GatewayConfig {
  return openConfig({ supergraph: join(folder, 'supergraph.yaml'), port: 0 });
}

function guarded(anonymous: 'allow' | 'deny' = 'deny'): GatewayConfig {
  const text = `
    listen: { port: 0 }
    supergraph: supergraph.yaml
    policies: policies
    authentication:
      anonymous: ${anonymous}
      issuers: [{ issuer: "https://id.example", jwksFile: jwks.json, audience: portcullis, algorithms: [ES256] }]
    identity: { issuer: "https://gateway.example", signingKey: key.json, createIfMissing: true }
  `;
  return parseConfig(text, join(folder, 'gateway.yaml'), {});
}

function token(claims: object = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const known = {
    iss: 'https://id.example',
    aud: 'portcullis',
    sub: 'ann',
    client_id: 'bi',
    iat: now,
    exp: now + 60,
  };
  return signer.token({ ...known, ...claims });
}

async function ask(url: string, body: string | object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test("passes graphql-http's audit of GraphQL over HTTP without a warning: 61 of 61", async () => {
  const url = await start(open());
  const results = await auditServer({ url: `${url}/graphql` });
  const notOk = results
    .filter(({ status }) => status !== 'ok')
    .map(({ id, name, status }) => ({ id, name, status }));
  expect(notOk).toEqual([]);
  expect(results).toHaveLength(61);
});

test('K03: a mutation over GET is a 405, and nothing is sent to a subgraph', async () => {
  const url = await start(open());
  const before = subgraph.requests.length;
  const query = encodeURIComponent('mutation { rename(id: 1, name: "x") { id } }');
  const response = await fetch(`${url}/graphql?query=${query}`);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
  expect(subgraph.requests.length).toBe(before);
});

describe('a caller', () => {
  const query = { query: '{ version }' };

  test('without a token is refused with 401 in either media type', async () => {
    const url = await start(guarded());
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status, headers, body } = await ask(url, query, { accept });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="portcullis"');
      expect(body).toEqual({
        errors: [
          {
            message: 'An access token is required. Send it as authorization: Bearer.',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
      });
    }
  });

  test('with a good token is answered', async () => {
    answerOfSubgraph = '{"data":{"version":"7"}}';
    const url = await start(guarded());
    const { status, body } = await ask(url, query, { authorization: `Bearer ${token()}` });
    expect({ status, body }).toEqual({ status: 200, body: { data: { version: '7' } } });
  });

  test('D24: with a bad token is refused also where anonymous may call', async () => {
    const url = await start(guarded('allow'));
    expect((await ask(url, query)).status).toBe(200);
    expect((await ask(url, query, { authorization: `Bearer ${token({ exp: 1 })}` })).status).toBe(401);
  });

  test('D27: with a token in the URL has sent none', async () => {
    const url = await start(guarded());
    const response = await fetch(`${url}/graphql?query={version}&access_token=${token()}`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="portcullis"');
  });

  test('D18: with a token that the gateway has signed for a subgraph is refused', async () => {
    answerOfSubgraph = '{"data":{"version":"7"}}';
    const url = await start(guarded());
    await ask(url, query, { authorization: `Bearer ${token()}` });
    const internal = String(lastHeaders['txn-token']);
    expect(internal).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect((await ask(url, query, { authorization: `Bearer ${internal}` })).status).toBe(401);
    expect((await ask(url, query, { 'txn-token': internal })).status).toBe(401);
  });
});

test('nothing that anybody says reaches the log', async () => {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line: string) => lines.push(line) });
  const url = await start(guarded('allow'), log);
  const canary = (place: string) => `CANARY${place}`;
  const bearer = { authorization: `Bearer ${token({ sub: canary('subject'), name: canary('claim') })}` };
  const operation = {
    query: `query Named($email: String) { person(email: $email) { name } other: person(email: "${canary('literal')}") { id } }`,
    variables: { email: canary('variable') },
    operationName: 'Named',
    extensions: { note: canary('extension') },
  };

  answerOfSubgraph = `{"data":{"person":{"name":"${canary('value')}"},"other":null}}`;
  expect((await ask(url, operation, { ...bearer, 'x-own': canary('header') })).status).toBe(200);
  answerOfSubgraph = `{"data":null,"errors":[{"message":"Key (email)=(${canary('detail')}) already exists."}]}`;
  await ask(url, operation, bearer);
  answerOfSubgraph = `<html>${canary('page')}</html>`;
  await ask(url, operation, bearer);
  await ask(url, operation, {
    authorization: `Bearer ${canary('token')}.${canary('token')}.${canary('token')}`,
  });
  await ask(url, operation, { authorization: `Basic ${btoa(canary('password'))}` });
  await ask(url, `{"query": ${canary('json')}`, bearer);
  await ask(url, { query: `{ ${canary('field')} }` }, bearer);
  await ask(url, { query: `{ ${canary('syntax')}` }, bearer);
  await ask(url, { query: '{ version }', operationName: canary('name') }, bearer);
  await ask(url, { ...operation, variables: { email: [canary('type')] } }, bearer);
  await ask(url, { query: '{ version }' }, { ...bearer, 'x-request-id': `${canary('id')}@example.org` });
  await fetch(`${url}/graphql?query=${canary('url')}&access_token=${canary('url')}`);
  await fetch(`${url}/${canary('path')}`);

  const written = lines.join('');
  const ended = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(ended).toHaveLength(12);
  expect(ended[0]).toMatchObject({
    operation: 'Named',
    type: 'query',
    client: 'bi',
    status: 200,
    subgraphRequests: expect.any(Number),
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/),
  });
  expect(written).not.toMatch(/CANARY/i);
  expect(written).not.toContain(Buffer.from('CANARY').toString('base64').slice(0, 7));
  expect(written).not.toContain(token().split('.')[0]);
});

test('an 11 MB body is a 413 that names the limit, and the next request is served', async () => {
  const url = await start(open());
  const { status, body } = await ask(url, {
    query: '{ __typename }',
    variables: { x: 'x'.repeat(11_000_000) },
  });
  expect(status).toBe(413);
  expect(body).toEqual({
    errors: [
      {
        message: 'The body is larger than 2097152 bytes. Send a smaller request.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  });
  expect((await ask(url, { query: '{ __typename }' })).body).toEqual({ data: { __typename: 'Query' } });
});

test("E01, E03, E04: of a client's headers only the request id and the trace go on to a subgraph", async () => {
  answerOfSubgraph = '{"data":{"version":"7"}}';
  const url = await start(guarded());
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { headers } = await ask(
    url,
    { query: '{ version }' },
    {
      authorization: `Bearer ${token()}`,
      'txn-token': 'mine',
      'x-user-id': 'ann',
      X_User_Id: 'ann',
      cookie: 'a=b',
      'x-forwarded-for': '10.0.0.1',
      'x-request-id': 'mine-1',
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
    },
  );
  expect(headers.get('x-request-id')).toBe('mine-1');
  const transport = [
    'host',
    'connection',
    'content-length',
    'transfer-encoding',
    'accept-encoding',
    'user-agent',
  ];
  expect(
    Object.keys(lastHeaders)
      .filter((name) => !transport.includes(name))
      .sort(),
  ).toEqual(['accept', 'content-type', 'traceparent', 'txn-token', 'x-request-id']);
  expect(lastHeaders['x-request-id']).toBe('mine-1');
  expect(lastHeaders['traceparent']).toContain(trace);
  expect(lastHeaders['txn-token']).not.toBe('mine');
});

test('a request that is not answered within its time is a 504 in either media type', async () => {
  const config = open();
  const url = await start({ ...config, limits: { ...config.limits, requestTimeoutMs: 300 } });
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const held = holdSubgraph();
    const { status, body } = await ask(url, { query: '{ version }' }, { accept });
    held.release();
    expect(status).toBe(504);
    expect(body).toEqual({
      errors: [
        {
          message: 'The request was not answered within its time.',
          extensions: { code: 'REQUEST_TIMEOUT' },
        },
      ],
    });
  }
});

test('open mode says so, loudly', async () => {
  const said: { level: string; message: string }[] = [];
  await start(open(), { ...unobserved, lifecycle: (event) => said.push(event) });
  expect(said[0]?.level).toBe('warn');
  expect(said[0]?.message).toMatch(/^OPEN: every caller is anonymous/);
});

test.each(['0.0.0.0', '::', 'gateway.example', '192.168.0.1'])(
  'O10 open mode does not start where others could reach it: at %s',
  async (host) => {
    const said: unknown[] = [];
    const config = { ...open(), listen: { host, port: 0 } };
    await expect(
      runGateway(config, { ...unobserved, lifecycle: (event) => said.push(event) }),
    ).rejects.toThrow('listens on the loopback interface only');
    expect(said).toEqual([]);
  },
);

test('O10 rules that decide nothing are called so at the start', async () => {
  const said: string[] = [];
  const measure = join(folder, 'policies');
  const lifecycle = ({ message }: { message: string }) => void said.push(message);
  await start({ ...guarded(), measure }, { ...unobserved, lifecycle });
  expect(said[0]).toBe(`${measure} is measured, and decides nothing`);
});

test('a missing key set of an issuer says which, and nothing is served', async () => {
  const { authentication, ...config } = guarded();
  const keys = { kind: 'jwksFile', path: join(folder, 'none.json') } as const;
  const issuers = authentication.issuers.map((issuer) => ({ ...issuer, keys }));
  await expect(
    runGateway({ ...config, authentication: { ...authentication, issuers } }, unobserved),
  ).rejects.toThrow(`cannot be taken from ${keys.path}: there is no such file`);
});

test('a taken port says which, and leaves nothing running', async () => {
  const url = await start(open());
  const config = { ...open(), listen: { host: '127.0.0.1', port: Number(new URL(url).port) } };
  await expect(runGateway(config, unobserved)).rejects.toThrow('is taken by another program');
});

describe('as a process', () => {
  async function spawn() {
    const child = fork(
      join(import.meta.dirname, '../cli/portcullis.ts'),
      ['gateway', '--supergraph', join(folder, 'supergraph.yaml'), '--open', '--port', '0'],
      { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        printed += String(chunk);
      });
    }
    const exited = once(child, 'exit');
    let url: string | undefined;
    while (url === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (child.exitCode !== null) throw new Error(printed);
      url = /listening at (http[^"]+)/.exec(printed)?.[1];
    }
    return { child, url, exited, printed: () => printed };
  }

  test('SIGTERM lets what is underway end, then ends the process', async () => {
    const { child, url, exited, printed } = await spawn();
    expect(printed()).toContain('*** OPEN: every caller is anonymous');
    answerOfSubgraph = '{"data":{"version":"7"}}';
    const held = holdSubgraph();
    const answer = ask(url, { query: '{ version }' });
    await held.arrived;
    child.kill('SIGTERM');
    while (!printed().includes('told to stop')) await new Promise((resolve) => setTimeout(resolve, 20));
    held.release();
    expect((await answer).body).toEqual({ data: { version: '7' } });
    expect(await exited).toEqual([0, null]);
  });

  test('the end of the process that started it ends it', async () => {
    const { child, exited } = await spawn();
    child.disconnect();
    expect(await exited).toEqual([0, null]);
  });
});
