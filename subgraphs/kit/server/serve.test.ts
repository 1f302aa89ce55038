/** A subgraph through its front door, over a real database. */
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import type { StatementRecord } from '../database/statement-observer.ts';
import { migrate } from '../migrate/migrate.ts';
import type { DomainResolver } from '../resolve/domain-resolvers.ts';
import { type RunningSubgraph, type ServeOptions, serve } from './serve.ts';
import { collectLog, countingResolvers, LIBRARY_SDL, type Library, writeLibrary } from './testing.ts';

let database: TestDatabase;
let library: Library;
const running: RunningSubgraph[] = [];

beforeAll(async () => {
  [database, library] = await Promise.all([createTestDatabase(), writeLibrary()]);
  await migrate(database.ownerUrl, join(library.folder, 'migrations'));
});

afterEach(async () => {
  for (const subgraph of running.splice(0)) await subgraph.close();
});

afterAll(async () => {
  await database.drop();
  await library.remove();
});

async function start(options: Partial<ServeOptions> = {}, url = database.appUrl) {
  const log = collectLog();
  const records: (StatementRecord & { requestId: string })[] = [];
  const subgraph = await serve({
    folder: library.folder,
    resolvers: countingResolvers().resolvers,
    port: 0,
    logTo: log.destination,
    observe: { statement: (record) => void records.push(record) },
    ...options,
    environment: { ...library.environment(url), ...options.environment },
  });
  running.push(subgraph);
  return { subgraph, log, records };
}

const resolving = (remark: DomainResolver) => ({
  resolvers: countingResolvers(remark).resolvers,
});

interface Sent {
  readonly query?: unknown;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly signal?: AbortSignal;
  readonly obligations?: unknown;
}

async function ask({ url }: RunningSubgraph, sent: Sent) {
  const { query, body, headers = {}, method = 'POST', signal, obligations = {} } = sent;
  const token = await library.gateway.token('library', { obligations });
  return fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'txn-token': token, ...headers },
    ...(method === 'GET' ? {} : { body: body ?? JSON.stringify({ query }) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const BOOKS = '{ books(first: 2) { nodes { id pages } } }';
// biome-ignore lint/suspicious/noExplicitAny: answers are compared, not used
const json = async (response: Response): Promise<any> => response.json();

test('an error that takes its list along tells nothing of which row was first to have it', async () => {
  const strict = await writeLibrary({ sdl: LIBRARY_SDL.replace('remark: String @', 'remark: String! @') });
  try {
    for (const waiting of ['b1', 'b2']) {
      const failing = countingResolvers(async ({ id }) => {
        if (id === waiting) await sleep(50);
        throw new Error('no remark');
      });
      const { subgraph } = await start({ folder: strict.folder, resolvers: failing.resolvers });
      const answer = await json(await ask(subgraph, { query: '{ books(first: 2) { nodes { remark } } }' }));
      expect(answer).toEqual({
        data: { books: null },
        errors: [{ message: expect.any(String), path: ['books'], extensions: { code: 'INTERNAL' } }],
      });
    }
  } finally {
    await strict.remove();
  }
});

describe('obligations of the token', () => {
  const query = '{ books { totalCount nodes { id title } } }';
  const only = (id: string) => ({ rows: { Book: [{ field: 'id', op: '=', value: id }] } });

  test('are carried out', async () => {
    const { subgraph } = await start();
    expect(await json(await ask(subgraph, { query, obligations: only('b2') }))).toEqual({
      data: { books: { totalCount: '1', nodes: [{ id: 'b2', title: 'Book 2' }] } },
    });
    const denied = { denied: { Book: { read: ['title'] } } };
    expect(await json(await ask(subgraph, { query, obligations: denied }))).toMatchObject({
      data: { books: { totalCount: '5' } },
      errors: { length: 5 },
    });
  });

  test('hold for the statements of resolvers, which nobody filtered', async () => {
    const { subgraph } = await start(
      resolving(async (_parent, _args, { session }) => {
        const rows = await session.run({ sql: 'select id from books order by id', parameters: [] });
        return rows.map(({ id }) => id).join(' ');
      }),
    );
    const remarks = '{ books(first: 1) { nodes { remark } } }';
    const filter = { rows: { Book: [{ field: 'id', op: '<=', value: 'b3' }] } };
    expect(await json(await ask(subgraph, { query: remarks, obligations: filter }))).toEqual({
      data: { books: { nodes: [{ remark: 'b1 b2 b3' }] } },
    });
    expect(await json(await ask(subgraph, { query: remarks }))).toEqual({
      data: { books: { nodes: [{ remark: 'b1 b2 b3 b4 b5' }] } },
    });
  });

  test('of many callers at once stay with each, over one connection', async () => {
    const { subgraph } = await start({
      environment: { DATABASE_CONNECTIONS: '1', DATABASE_CONNECT_TIMEOUT_MS: '20000' },
    });
    const ids = Array.from({ length: 40 }, (_, index) => `b${(index % 5) + 1}`);
    const answers = await Promise.all(
      ids.map(async (id) => json(await ask(subgraph, { query, obligations: only(id) }))),
    );
    expect(answers.map(({ data }) => data.books.nodes.map((book: { id: string }) => book.id))).toEqual(
      ids.map((id) => [id]),
    );
  });

  test('that mean nothing here hide all, and the log says so once', async () => {
    const { subgraph, log } = await start();
    const obligations = { rows: { Book: [{ field: 'shelf', op: '=', value: 'secret' }] } };
    const twice = '{ books { totalCount } again: books { totalCount } }';
    expect(await json(await ask(subgraph, { query: twice, obligations }))).toEqual({
      data: { books: { totalCount: '0' }, again: { totalCount: '0' } },
    });
    expect(log.lines.filter(({ reason }) => reason !== undefined)).toMatchObject([
      { level: 40, type: 'Book', reason: 'Book.shelf is no column' },
    ]);
    expect(log.text()).not.toContain('secret');
  });
});

describe('a request', () => {
  test('is answered with exact values, in one statement', async () => {
    const { subgraph, records } = await start();
    const response = await ask(subgraph, { query: BOOKS, headers: { 'x-request-id': 'r-1' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await json(response)).toEqual({
      data: {
        books: {
          nodes: [
            { id: 'b1', pages: '9007199254740994' },
            { id: 'b2', pages: '9007199254740995' },
          ],
        },
      },
    });
    expect(records).toMatchObject([{ requestId: 'r-1', rows: expect.any(Number), outcome: 'ok' }]);
  });

  test('gets the served SDL, without the authors’ directives, and no introspection', async () => {
    const { subgraph } = await start();
    const { data } = await json(await ask(subgraph, { query: '{ _service { sdl } }' }));
    expect(data._service.sdl).toMatch(/type Book\s+@key\(fields: "id"\)/);
    expect(data._service.sdl).toContain('type BookConnection');
    expect(data._service.sdl).not.toMatch(/@table|@dataProduct|@resolved/);
    const introspected = await json(await ask(subgraph, { query: '{ __schema { types { name } } }' }));
    expect(introspected.errors[0].extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(introspected.data).toBeUndefined();
  });

  test('tells resolvers who asks', async () => {
    const { subgraph } = await start(
      resolving((_parent, _args, { identity }) =>
        JSON.stringify([identity.subject, identity.scopes, identity.client]),
      ),
    );
    const { data } = await json(await ask(subgraph, { query: '{ books(first: 1) { nodes { remark } } }' }));
    expect(JSON.parse(data.books.nodes[0].remark)).toEqual([
      'http://provider.test|ann',
      ['billing:read', 'catalog:read'],
      'bi-client',
    ]);
  });

  test('tells the database who asks', async () => {
    const { subgraph } = await start(
      resolving(async (_parent, _args, { session }) => {
        const [row] = await session.run({
          sql: `select current_setting('app.claims') as claims`,
          parameters: [],
        });
        return row?.['claims'];
      }),
    );
    const { data } = await json(await ask(subgraph, { query: '{ books(first: 1) { nodes { remark } } }' }));
    expect(JSON.parse(data.books.nodes[0].remark)).toEqual({
      sub: 'http://provider.test|ann',
      scope: 'billing:read catalog:read',
      req_wl: 'bi-client',
      client: 'bi-client',
      txn: 'request-1',
      snapshot: 'generation-1',
      rows: {},
    });
  });
});

describe('what cannot be read', () => {
  test.each<[string, Sent, number, string]>([
    ['malformed JSON', { body: '{"query": ' }, 400, 'not valid JSON'],
    ['bytes that are no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'not valid JSON'],
    ['a list', { body: '[{"query":"{ __typename }"}]' }, 400, ''],
    ['no query', { body: '{}' }, 400, ''],
    ['a query that is no text', { query: 7 }, 400, ''],
    [
      'another media type',
      { query: BOOKS, headers: { 'content-type': 'text/plain' } },
      415,
      'application/json',
    ],
    [
      'another charset',
      { query: BOOKS, headers: { 'content-type': 'application/json; charset=utf-16' } },
      415,
      'UTF-8',
    ],
    ['a compressed body', { query: BOOKS, headers: { 'content-encoding': 'gzip' } }, 415, 'compressed'],
    ['GET', { method: 'GET' }, 405, 'POST'],
    ['11 MB', { body: `{"query":"${'x'.repeat(11 * 1024 * 1024)}"}` }, 413, '10485760 bytes'],
  ])('%s', async (_, sent, status, message) => {
    const { subgraph, records, log } = await start();
    const response = await ask(subgraph, sent);
    expect(response.status).toBe(status);
    const { errors, data } = await json(response);
    expect(errors).toEqual([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(data).toBeUndefined();
    expect(records).toEqual([]);
    expect(log.lines.filter((line) => Number(line['level']) >= 50)).toEqual([]);
  });

  test('11 MB in chunks that say no length', async () => {
    const { subgraph } = await start();
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let left = 11;
    const body = new ReadableStream({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const token = await library.gateway.token('library');
    const headers = { 'content-type': 'application/json', 'txn-token': token };
    const outcome = await fetch(subgraph.url, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit).then(
      (response) => response.status,
      () => 'cut off',
    );
    // Which of the two the client sees depends on how much it has sent when the answer comes.
    expect([413, 'cut off']).toContain(outcome);
    expect((await ask(subgraph, { query: BOOKS })).status).toBe(200);
  });

  test.each([
    ['{ books { nodes { nothing } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ books(first: "x") { nodes { id } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['{ books { ', 'GRAPHQL_PARSE_FAILED'],
    ['{ books(first: 5000) { nodes { id } } }', 'BAD_USER_INPUT'],
  ])('%s', async (query, code) => {
    const { subgraph, records } = await start();
    const { errors } = await json(await ask(subgraph, { query }));
    expect(errors[0].extensions).toEqual({ code });
    expect(errors[0].message).not.toMatch(/did you mean/i);
    expect(records).toEqual([]);
  });

  const usage = new Map([
    ['Long', 'where: { pages: { eq: $v } }'],
    ['[Long!]', 'where: { pages: { in: $v } }'],
    ['Int!', 'first: $v'],
    ['ID', 'where: { id: { eq: $v } }'],
    ['SortDirection!', 'orderBy: [{ field: id, direction: $v }]'],
    ['BookWhere', 'where: $v'],
  ]);
  const secret = `hunter2 ${'x'.repeat(1_000_000)}`;
  test.each<[string, unknown, string]>([
    ['Long', secret, 'Variable "$v" got an invalid value: Long must be an integer in decimal digits'],
    ['Long', { hunter2: secret }, 'Variable "$v" got an invalid value: Long must be a string or an integer'],
    ['Int!', secret, 'Variable "$v" got an invalid value: Int cannot represent non-integer value'],
    ['[Long!]', ['1', secret], 'Variable "$v" got an invalid value: Long must be an integer'],
    ['ID', { hunter2: secret }, 'Variable "$v" got an invalid value: ID cannot represent value'],
    [
      'SortDirection!',
      secret,
      'Variable "$v" got an invalid value: The value does not exist in "SortDirection"',
    ],
    ['BookWhere', secret, 'Variable "$v" got an invalid value: Expected type "BookWhere" to be an object.'],
    ['BookWhere', { pages: { eq: secret } }, 'Variable "$v" got an invalid value: Long must be an integer'],
  ])('a %s that is none, without repeating it', async (type, v, says) => {
    const { subgraph } = await start();
    const body = JSON.stringify({
      query: `query ($v: ${type}) { books(${usage.get(type)}) { __typename } }`,
      variables: { v },
    });
    const { errors } = await json(await ask(subgraph, { body }));
    expect(errors).toHaveLength(1);
    expect(errors[0].message).toContain(says);
    expect(errors[0].message).not.toContain('hunter2');
    expect(errors[0].message.length).toBeLessThanOrEqual(300);
    expect(errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  test.each([
    `{ books(first: "${secret}") { nodes { id } } }`,
    `{ books(where: { pages: { eq: "${secret}" } }) { nodes { id } } }`,
    `{ books(after: { hunter2: "${secret}" }) { nodes { id } } }`,
    `{ books "${secret}" }`,
  ])('a literal that is none, without repeating it (%#)', async (query) => {
    const { subgraph } = await start();
    const text = await (await ask(subgraph, { query })).text();
    expect(text).toContain('errors');
    expect(text).not.toContain('hunter2');
    expect(text.length).toBeLessThan(1_000);
  });

  test('a name that is none, cut short', async () => {
    const { subgraph } = await start();
    const { errors } = await json(await ask(subgraph, { query: `{ ${'x'.repeat(1_000_000)} }` }));
    expect(errors[0].message).toMatch(/^Cannot query field "x{200,}…$/);
    expect(errors[0].message).toHaveLength(300);
  });

  test('another path, with a valid token', async () => {
    const { subgraph } = await start();
    const headers = { 'txn-token': await library.gateway.token('library') };
    const response = await fetch(subgraph.url.replace('/graphql', '/metrics'), { headers });
    expect([response.status, (await json(response)).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('a second token, however many headers stand before it', async () => {
    const { subgraph, log } = await start();
    const token = `txn-token: ${await library.gateway.token('library')}\r\n`;
    const others = 'a:\r\n'.repeat(2_200);
    expect(await statusOf(subgraph, `${others}${token}`)).toBe(404);
    expect(await statusOf(subgraph, `${token}${others}txn-token: x\r\n`)).toBe(401);
    expect(log.lines.filter(({ msg }) => msg === 'token refused')).toMatchObject([
      { reason: 'several tokens' },
    ]);
  });

  async function statusOf({ port }: RunningSubgraph, headers: string): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`);
    let answer = '';
    for await (const piece of socket) answer += String(piece);
    return Number(answer.slice(9, 12));
  }
});

describe('faults', () => {
  test.each<[string, () => unknown]>([
    [
      'an error',
      () => {
        throw new Error('card 4111 of ann@example.org');
      },
    ],
    [
      'no error',
      () => {
        throw 'card 4111 of ann@example.org';
      },
    ],
    [
      'a rejection',
      () => Promise.reject(Object.assign(new Error('card 4111'), { extensions: { code: 'SECRET 4111' } })),
    ],
    [
      'an error with an unknown code',
      () => {
        throw Object.assign(new Error('card 4111'), { code: 'EUNKNOWN' });
      },
    ],
    ['a value of another type', () => ({ number: '4111' })],
  ])('%s thrown by a resolver: neither answer nor log hold its text', async (_, fault) => {
    const { subgraph, log } = await start(resolving(fault));
    const response = await ask(subgraph, { query: '{ books(first: 1) { nodes { id remark } } }' });
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({
      data: { books: { nodes: [{ id: 'b1', remark: null }] } },
      errors: [
        {
          message: 'an internal error occurred',
          path: ['books', 'nodes', 0, 'remark'],
          extensions: { code: 'INTERNAL' },
        },
      ],
    });
    expect(Object.keys(JSON.parse(body).errors[0].extensions)).toEqual(['code']);
    expect(body + log.text()).not.toMatch(/4111|example\.org/);
    expect(log.lines.filter((line) => line['msg'] === 'a fault of the subgraph')).toHaveLength(1);
  });

  test('SQL that fails: the code goes out, the text does not', async () => {
    const { subgraph } = await start(
      resolving((_parent, _args, { session }) =>
        session.run({ sql: 'select secret from nowhere', parameters: [] }),
      ),
    );
    const body = await (await ask(subgraph, { query: '{ books(first: 1) { nodes { remark } } }' })).text();
    expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'INTERNAL' });
    expect(body).not.toMatch(/secret|nowhere|select/);
  });

  test('bounds of the environment hold', async () => {
    const environment = { STATEMENT_TIMEOUT_MS: '100', ROW_CEILING: '3' };
    const slow = await start({
      ...resolving((_parent, _args, { session }) =>
        session.run({ sql: 'select pg_sleep(20)', parameters: [] }),
      ),
      environment,
    });
    const timeout = await json(
      await ask(slow.subgraph, { query: '{ books(first: 1) { nodes { remark } } }' }),
    );
    expect(timeout.errors[0].extensions).toEqual({ code: 'REQUEST_TIMEOUT' });
    const many = await json(await ask(slow.subgraph, { query: '{ books(first: 5) { nodes { id } } }' }));
    expect(many.errors[0].extensions).toEqual({ code: 'COST_LIMIT' });
  });
});

const sleeping = () =>
  connected(suiteServer(), async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = $1 and state = 'active' and query like 'select pg_sleep%'`,
      [new URL(database.appUrl).pathname.slice(1)],
    );
    return rows[0]?.n ?? 0;
  });

async function until(condition: () => Promise<boolean> | boolean, within = 5_000): Promise<void> {
  for (const end = Date.now() + within; !(await condition()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${condition}`);
  }
}

describe('a client that goes away', () => {
  test('ends its statement on the server', async () => {
    const { subgraph, log } = await start(
      resolving((_parent, _args, { session }) => session.run({ sql: 'select pg_sleep(20)', parameters: [] })),
    );
    const client = new AbortController();
    const answer = ask(subgraph, {
      query: '{ books(first: 1) { nodes { remark } } }',
      signal: client.signal,
    });
    await until(async () => (await sleeping()) === 1);
    client.abort();
    await expect(answer).rejects.toThrow('abort');
    await until(async () => (await sleeping()) === 0, 2_000);
    await until(() => log.lines.some((line) => line['msg'] === 'request' && line['cancelled'] === true));
  });

  test('in the middle of its body harms nobody', async () => {
    const { subgraph, log } = await start();
    const socket = connect(subgraph.port, '127.0.0.1');
    const token = await library.gateway.token('library');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ntxn-token: ${token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query"`,
    );
    await sleep(100);
    socket.destroy();
    await sleep(100);
    expect((await ask(subgraph, { query: BOOKS })).status).toBe(200);
    expect(log.lines.filter((line) => Number(line['level']) >= 50)).toEqual([]);
  });
});

describe('probes', () => {
  const probe = async ({ url }: RunningSubgraph, path: string) => {
    const response = await fetch(url.replace('/graphql', path));
    return { status: response.status, ...(await json(response)) };
  };

  test('a healthy subgraph', async () => {
    const { subgraph } = await start();
    expect(await probe(subgraph, '/healthz')).toEqual({ status: 'alive' });
    expect((await fetch(subgraph.url.replace('/graphql', '/readyz'))).status).toBe(200);
    expect(await subgraph.ready()).toEqual({ ready: true });
  });

  test('migrations that have not run, then have', async () => {
    const path = join(library.folder, 'migrations', '002_more.sql');
    await writeFile(path, 'create table more (id int);');
    try {
      const { subgraph, log } = await start();
      const response = await fetch(subgraph.url.replace('/graphql', '/readyz'));
      expect(response.status).toBe(503);
      expect(await json(response)).toEqual({
        status: 'not ready',
        reason: 'migrations have not run: 002_more.sql. Run "portcullis migrate library".',
      });
      await migrate(database.ownerUrl, join(library.folder, 'migrations'));
      expect(await subgraph.ready()).toEqual({ ready: true });
      const told = log.lines
        .map((line) => line['msg'])
        .filter((message) => String(message).includes('ready'));
      expect(told).toEqual(['not ready', 'ready']);
    } finally {
      await rm(path);
    }
  });

  test('a database that is down at start: up, not ready, then ready by itself', async () => {
    // A port that nobody listens on, until a tunnel to the real server opens there.
    const target = new URL(database.appUrl);
    const tunnel = createServer();
    tunnel.listen(0, '127.0.0.1');
    await once(tunnel, 'listening');
    const { port } = tunnel.address() as AddressInfo;
    tunnel.close();
    await once(tunnel, 'close');
    const away = new URL(database.appUrl);
    away.port = String(port);
    const { subgraph, log } = await start({}, away.href);
    expect((await fetch(subgraph.url.replace('/graphql', '/healthz'))).status).toBe(200);
    expect(await subgraph.ready()).toEqual({
      ready: false,
      reason: 'the database cannot be reached (ECONNREFUSED). It is tried again until it can.',
    });
    const { data, errors } = await json(await ask(subgraph, { query: BOOKS }));
    expect(data).toEqual({ books: null });
    expect(errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE' });
    const through = createServer((near) => {
      const far = connect(Number(target.port) || 5432, target.hostname);
      near
        .on('error', () => far.destroy())
        .pipe(far)
        .on('error', () => near.destroy())
        .pipe(near);
    });
    through.listen(port, '127.0.0.1');
    await until(() => log.lines.some((line) => line['msg'] === 'ready'));
    expect((await ask(subgraph, { query: BOOKS })).status).toBe(200);
    await subgraph.close();
    through.close();
  });
});

describe('the log', () => {
  test('names request, trace and work, and no token, person or value', async () => {
    const { subgraph, log } = await start();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const query = 'query Q($id: ID!) { books(where: {id: {eq: $id}}) { nodes { id title } } }';
    const token = await library.gateway.token('library');
    await ask(subgraph, {
      body: JSON.stringify({ query, variables: { id: 'canary-4711' } }),
      headers: { 'x-request-id': 'r-2', traceparent, 'txn-token': token },
    });
    const request = log.lines.find((line) => line['msg'] === 'request');
    expect(request).toMatchObject({
      service: 'subgraph-library',
      requestId: 'r-2',
      traceparent,
      transaction: 'request-1',
      status: 200,
      statements: 1,
    });
    for (const piece of [...token.split('.').slice(1), 'ann', 'canary-4711'])
      expect(log.text()).not.toContain(piece);
  });

  test('cannot be forged by a header', async () => {
    const { subgraph, log } = await start();
    await ask(subgraph, { query: BOOKS, headers: { 'x-request-id': 'a"b c', traceparent: 'x'.repeat(99) } });
    const request = log.lines.find((line) => line['msg'] === 'request');
    expect(String(request?.['requestId'])).toMatch(/^[0-9a-f-]{36}$/);
    expect(request?.['traceparent']).toBeUndefined();
  });
});

describe('the role', () => {
  test('that only reads is passed over, one that owns is warned of', async () => {
    const reading = await start();
    await reading.subgraph.ready();
    const owning = await start({}, database.ownerUrl);
    const warned = (lines: readonly Record<string, unknown>[]) =>
      lines.flatMap((line) => line['excess'] ?? []);
    await until(() => warned(owning.log.lines).length > 0);
    const role = new URL(database.ownerUrl).username;
    expect(warned(owning.log.lines)).toEqual([`the role ${role} owns tables: serve as one that only reads`]);
    expect(warned(reading.log.lines)).toEqual([]);
  });

  test('that no table hides rows from is warned of', async () => {
    const unsecured = (lines: readonly Record<string, unknown>[]) =>
      lines.flatMap((line) => line['unsecured'] ?? []);
    const own = (sql: string) => connected(database.ownerUrl, (client) => client.query(sql));
    await own('alter table books disable row level security');
    const open = await start();
    await until(() => unsecured(open.log.lines).length > 0);
    await migrate(database.ownerUrl, join(library.folder, 'migrations'));
    expect(unsecured(open.log.lines)).toEqual(['"books"']);
    const closed = await start();
    await closed.subgraph.ready();
    expect(unsecured(closed.log.lines)).toEqual([]);
  });
});

test('views and functions by which the role reads as an owner are warned of', async () => {
  const borrowed = (lines: readonly Record<string, unknown>[]) =>
    lines.flatMap((line) => line['borrowed'] ?? []);
  const own = (sql: string) => connected(database.ownerUrl, (client) => client.query(sql));
  await own(`
    create view "all Books" as select * from books;
    create view own_books with (security_invoker = true) as select * from books;
    create view no_books as select 1 as one;
    create materialized view old_books as table books;
    create function every_book() returns setof books language sql security definer as 'table books';
    create function plain() returns setof books language sql as 'table books';`);
  try {
    const open = await start();
    await until(() => borrowed(open.log.lines).length > 0);
    expect(borrowed(open.log.lines)).toEqual([
      'the function every_book()',
      'the materialized view old_books',
      'the view "all Books"',
    ]);
    const shown = (from: string) =>
      connected(database.appUrl, async (client) => (await client.query(`select from ${from}`)).rowCount);
    // What the warning is about: nobody has said who asks.
    expect(await shown('"all Books"')).toBeGreaterThan(0);
    expect(await shown('every_book()')).toBeGreaterThan(0);
    for (const each of ['books', 'own_books', 'plain()']) expect(await shown(each)).toBe(0);
  } finally {
    await own(
      'drop view "all Books", own_books, no_books; drop materialized view old_books; drop function every_book, plain;',
    );
  }
  const closed = await start();
  await closed.subgraph.ready();
  expect(borrowed(closed.log.lines)).toEqual([]);
});

describe('a start that cannot be', () => {
  const refused = (options: Partial<ServeOptions>) =>
    serve({
      folder: library.folder,
      resolvers: countingResolvers().resolvers,
      logTo: collectLog().destination,
      ...options,
    }).then(
      async (subgraph) => {
        await subgraph.close();
        return 'started';
      },
      (error: unknown) => (error as Error).message,
    );

  test('names every variable that is missing, and what to write', async () => {
    const message = await refused({ environment: {} });
    expect(message).toContain('The subgraph library cannot start:');
    for (const name of ['PORT', 'LIBRARY_DATABASE_URL', 'TXN_TOKEN_ISSUER', 'TXN_TOKEN_JWKS']) {
      expect(message).toMatch(new RegExp(`^  ${name} is not set: .{10}`, 'm'));
    }
  });

  test('names a variable that makes no sense, without its value', async () => {
    const environment = {
      ...library.environment('mysql://root:hunter2@db/x'),
      PORT: '99999999999',
      LOG_LEVEL: 'loud',
      ROW_CEILING: '0',
      PREPARED_STATEMENTS: 'yes',
    };
    const message = await refused({ environment });
    for (const name of ['PORT', 'LIBRARY_DATABASE_URL', 'LOG_LEVEL', 'ROW_CEILING', 'PREPARED_STATEMENTS']) {
      expect(message).toContain(`  ${name} must `);
    }
    expect(message).not.toContain('hunter2');
  });

  test('a taken port', async () => {
    const { subgraph } = await start();
    const message = await refused({ environment: library.environment(database.appUrl), port: subgraph.port });
    expect(message).toBe(
      `The subgraph library cannot listen: port ${subgraph.port} on 127.0.0.1 is taken by another process. Stop that one, or set PORT to a free port.`,
    );
  });

  test('an address that this machine does not have', async () => {
    const environment = { ...library.environment(database.appUrl), HOST: '192.0.2.1' };
    expect(await refused({ environment, port: 0 })).toContain(
      'this machine has no address 192.0.2.1. Set HOST',
    );
  });

  test('resolvers that do not fit the schema', async () => {
    const environment = library.environment(database.appUrl);
    expect(await refused({ environment, port: 0, resolvers: {} })).toContain('Book.remark');
  });
});

describe('the end', () => {
  test('lets what is underway finish, takes no more, and leaves no connection', async () => {
    const { subgraph } = await start(
      resolving(async (_parent, _args, { session }) => {
        await session.run({ sql: 'select pg_sleep(0.5)', parameters: [] });
        return 'done';
      }),
    );
    const answer = ask(subgraph, { query: '{ books(first: 1) { nodes { remark } } }' });
    await until(async () => (await sleeping()) === 1);
    const closed = subgraph.close();
    expect(await subgraph.ready()).toEqual({ ready: false, reason: 'ending' });
    await expect(ask(subgraph, { query: BOOKS })).rejects.toThrow('fetch failed');
    const { data } = await json(await answer);
    expect(data.books.nodes).toEqual([{ remark: 'done' }]);
    await closed;
    const { rows } = await connected(database.ownerUrl, (client) =>
      client.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = 'portcullis-library'`,
      ),
    );
    expect(rows[0]?.n).toBe(0);
    await subgraph.close();
  });
});
