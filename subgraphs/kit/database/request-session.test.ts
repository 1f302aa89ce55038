/** The session on a real database: exact values, and bounded in every way a request can run away. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import type { GraphQLError } from 'graphql';
import { type Pool, types } from 'pg';
import { connected } from './connect.ts';
import { openPool } from './pool.ts';
import { openSession } from './request-session.ts';
import type { Session } from './session.ts';
import { type DatabaseSettings, DEFAULT_SETTINGS } from './settings.ts';
import { statementNames } from './statement-names.ts';
import type { StatementRecord } from './statement-observer.ts';

let database: TestDatabase;
const pools: Pool[] = [];
let records: StatementRecord[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
  records = [];
});

afterAll(async () => {
  await database.drop();
});

interface Wish extends Partial<DatabaseSettings> {
  readonly url?: string;
}

function poolOf({ url = database.appUrl, ...settings }: Wish = {}): Pool {
  const pool = openPool({
    url,
    name: 'test',
    settings: { ...DEFAULT_SETTINGS, ...settings },
    onLost: () => {},
  });
  pools.push(pool);
  return pool;
}

function sessionOn(pool: Pool, wish: Wish & { signal?: AbortSignal; claims?: string } = {}): Session {
  const settings = { ...DEFAULT_SETTINGS, ...wish };
  return openSession({
    pool,
    settings,
    nameOf: statementNames(settings.preparedStatements),
    onStatement: (record) => records.push(record),
    claims: wish.claims ?? '{}',
    signal: wish.signal ?? new AbortController().signal,
  });
}

const run = (session: Session, sql: string, ...parameters: unknown[]) => session.run({ sql, parameters });

async function codeOf(result: Promise<unknown>): Promise<unknown> {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason as GraphQLError,
  );
  return error?.extensions['code'];
}

/** What of ours runs on the server at this moment. */
const running = () =>
  connected(suiteServer(), async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = $1 and state = 'active'`,
      [new URL(database.appUrl).pathname.slice(1)],
    );
    return rows[0]?.n;
  });

async function becomesIdle(within: number): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await sleep(20))
    if ((await running()) === 0) return true;
  return false;
}

describe('values', () => {
  test.each([
    ['9007199254740993::int8', '9007199254740993'],
    ['12345678901234567890123456789012345678::numeric', '12345678901234567890123456789012345678'],
    ['1.50::numeric(10,2)', '1.50'],
    [`timestamptz '2026-03-29 03:30:00.123456+02'`, '2026-03-29T01:30:00.123456Z'],
    [`timestamptz '2026-10-25 02:30:00 Europe/Berlin'`, '2026-10-25T01:30:00Z'],
    [`timestamptz '0044-03-15 00:00:00+00'`, '0044-03-15T00:00:00Z'],
    [`timestamptz 'infinity'`, 'infinity'],
    [`date '2024-02-29'`, '2024-02-29'],
    ['7::int4', 7],
    ['7::int2', 7],
    ['0.1::float8', 0.1],
    ['true', true],
    ['null::int8', null],
    [`'Ä'::text`, 'Ä'],
    [`'{"n": 9007199254740993}'::jsonb`, '{"n": 9007199254740993}'],
    ['array[9007199254740993, null]::int8[]', ['9007199254740993', null]],
    [
      'array[[1,2],[3,4]]::int4[]',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [`array['a b','"',null,'null']::text[]`, ['a b', '"', null, 'null']],
    [`array[timestamptz '2026-01-01 00:00+00']`, ['2026-01-01T00:00:00Z']],
    [`array[date '2026-01-01']`, ['2026-01-01']],
    ['array[true, false]', [true, false]],
    ['array[1.10]::numeric[]', ['1.10']],
    [`'{}'::text[]`, []],
  ])('%s comes as %p', async (expression, value) => {
    const rows = await run(sessionOn(poolOf()), `select ${expression} as value`);
    expect(rows).toEqual([{ value }]);
  });

  test('come the same from a server with other ideas of time and style', async () => {
    const role = new URL(database.ownerUrl).username;
    await connected(database.ownerUrl, async (client) => {
      await client.query(`alter role ${role} set timezone = 'America/New_York'`);
      await client.query(`alter role ${role} set datestyle = 'German'`);
    });
    const session = sessionOn(poolOf({ url: database.ownerUrl }));
    const rows = await run(
      session,
      `select timestamptz '2026-07-01T12:00:00Z' as at, date '2026-07-01' as day`,
    );
    expect(rows).toEqual([{ at: '2026-07-01T12:00:00Z', day: '2026-07-01' }]);
  });

  test('are parsed without touching the parsers of the process', async () => {
    await run(sessionOn(poolOf()), 'select 1::int8 as one, now() as at');
    expect(types.getTypeParser(types.builtins.TIMESTAMPTZ)('2026-01-01 00:00:00+00')).toEqual(
      new Date('2026-01-01'),
    );
    expect(types.getTypeParser(types.builtins.INT4)('7')).toBe(7);
  });

  test('go in as parameters only', async () => {
    const rows = await run(
      sessionOn(poolOf()),
      'select $1::text as text, $2::int8 as long',
      `'; drop --`,
      '9007199254740993',
    );
    expect(rows).toEqual([{ text: `'; drop --`, long: '9007199254740993' }]);
  });
});

describe('the transaction', () => {
  test('is read-only even for an owner', async () => {
    const session = sessionOn(poolOf({ url: database.ownerUrl }));
    expect(await codeOf(run(session, 'create table mine (id int)'))).toBe('INTERNAL');
    expect(records).toMatchObject([{ outcome: 'INTERNAL', state: '25006', rows: 0 }]);
  });

  test('knows who asks, and forgets it at its end', async () => {
    const pool = poolOf({ connections: 1 });
    const sql = `select nullif(current_setting('app.claims', true), '') as claims`;
    expect(await run(sessionOn(pool, { claims: '{"sub":"ann"}' }), sql)).toEqual([
      { claims: '{"sub":"ann"}' },
    ]);
    expect((await pool.query(sql)).rows).toEqual([{ claims: null }]);
  });

  test('never mixes 500 callers on few connections', async () => {
    const pool = poolOf({ connections: 5 });
    const sql = `select current_setting('app.claims') as claims, $1::text as mine`;
    const wrong = await Promise.all(
      Array.from({ length: 500 }, async (_, caller) => {
        const [row] = await run(sessionOn(pool, { claims: String(caller) }), sql, String(caller));
        return row?.['claims'] === String(caller) && row['mine'] === String(caller) ? 0 : 1;
      }),
    );
    expect(wrong.filter((one) => one === 1)).toEqual([]);
    expect(records).toHaveLength(500);
  });

  test('is the same with prepared statements, up to a bounded number of names', async () => {
    const pool = poolOf({ connections: 1 });
    const session = sessionOn(pool, { preparedStatements: true });
    for (const value of ['a', 'b'])
      expect(await run(session, 'select $1::text as x', value)).toEqual([{ x: value }]);
    const { rows } = await pool.query(
      `select count(*)::int as n from pg_prepared_statements where name like 'p\\_%'`,
    );
    expect(rows).toEqual([{ n: 2 }]);
    const nameOf = statementNames(true);
    const names = Array.from({ length: 300 }, (_, i) => nameOf(`select ${i}`));
    expect(new Set(names.slice(0, 256)).size).toBe(256);
    expect(new Set(names.slice(256))).toEqual(new Set([undefined]));
    expect(nameOf('select 1')).toBe(names[1]);
  });
});

describe('bounds', () => {
  test('a statement that takes too long', async () => {
    const pool = poolOf();
    const session = sessionOn(pool, { statementTimeoutMs: 150 });
    expect(await codeOf(run(session, 'select pg_sleep(20)'))).toBe('REQUEST_TIMEOUT');
    expect(records).toMatchObject([{ outcome: 'REQUEST_TIMEOUT', state: '57014' }]);
    expect(await running()).toBe(0);
    expect(await run(session, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('rows of all statements of a request together', async () => {
    const pool = poolOf();
    const session = sessionOn(pool, { rowCeiling: 10 });
    expect(await run(session, 'select generate_series(1, 6) as n')).toHaveLength(6);
    expect(await run(session, 'select generate_series(1, 4) as n')).toHaveLength(4);
    expect(await codeOf(run(session, 'select 1 as n'))).toBe('COST_LIMIT');
    expect(await codeOf(run(session, 'select 1 as n where false'))).toBe('COST_LIMIT');
    expect(await run(sessionOn(pool, { rowCeiling: 10 }), 'select 1 as n')).toHaveLength(1);
  });

  test('a statement with far too many rows is stopped, not read to its end', async () => {
    const session = sessionOn(poolOf(), { rowCeiling: 1000 });
    const started = Date.now();
    expect(await codeOf(run(session, `select generate_series(1, 100000000) as n, repeat('x', 100)`))).toBe(
      'COST_LIMIT',
    );
    expect(Date.now() - started).toBeLessThan(4000);
    expect(await becomesIdle(2000)).toBe(true);
  });

  test('a caller that goes away ends its statement on the server', async () => {
    const caller = new AbortController();
    const session = sessionOn(poolOf(), { signal: caller.signal });
    const result = codeOf(run(session, 'select pg_sleep(20)'));
    while ((await running()) === 0) await sleep(10);
    caller.abort();
    expect(await becomesIdle(2000)).toBe(true);
    expect(await result).toBe('REQUEST_TIMEOUT');
    expect(await codeOf(run(session, 'select 1'))).toBe('REQUEST_TIMEOUT');
  });

  test('at whatever moment it goes', async () => {
    const pool = poolOf({ connections: 3 });
    await run(sessionOn(pool), 'select 1');
    const results = Array.from({ length: 20 }, async (_, index) => {
      const caller = new AbortController();
      const result = codeOf(run(sessionOn(pool, { signal: caller.signal }), 'select pg_sleep(20)'));
      setTimeout(() => caller.abort(), index * 3);
      return result;
    });
    expect(new Set(await Promise.all(results))).toEqual(new Set(['REQUEST_TIMEOUT']));
    expect(await becomesIdle(3000)).toBe(true);
    expect(await run(sessionOn(pool), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a caller that has gone already asks nothing', async () => {
    const pool = poolOf();
    expect(await codeOf(run(sessionOn(pool, { signal: AbortSignal.abort() }), 'select 1'))).toBe(
      'REQUEST_TIMEOUT',
    );
    expect(pool.totalCount).toBe(0);
  });
});

describe('failures', () => {
  test.each([
    ['select 1/(0*$1::int)', '1', 'BAD_USER_INPUT'],
    ['select $1::int', 'secret@example.org', 'BAD_USER_INPUT'],
    ['select now() at time zone $1', 'Mars/Olympus', 'BAD_USER_INPUT'],
    ['select secret_column from nowhere where $1 = 1', '1', 'INTERNAL'],
    ['selekt $1', '1', 'INTERNAL'],
  ])('%s with %p says neither the statement nor the value', async (sql, value, code) => {
    const error = await run(sessionOn(poolOf()), sql, value).catch(
      (reason: unknown) => reason as GraphQLError,
    );
    const told = JSON.stringify(error) + String(error) + String((error as GraphQLError).originalError);
    expect((error as GraphQLError).extensions['code']).toBe(code);
    for (const secret of [value.length > 1 ? value : 'secret', 'select', 'nowhere', 'pg'])
      expect(told).not.toContain(secret);
  });

  test('a parameter that cannot be sent is ours', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const pool = poolOf();
    expect(await codeOf(run(sessionOn(pool), 'select $1::text', circular))).toBe('INTERNAL');
    expect(await run(sessionOn(pool), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a server that is not there, and a database that does not exist', async () => {
    const url = new URL(database.appUrl);
    url.port = '1';
    expect(await codeOf(run(sessionOn(poolOf({ url: url.href })), 'select 1'))).toBe('SUBGRAPH_UNAVAILABLE');
    const other = new URL(database.appUrl);
    other.pathname = '/portcullis_test_none';
    expect(await codeOf(run(sessionOn(poolOf({ url: other.href })), 'select 1'))).toBe(
      'SUBGRAPH_UNAVAILABLE',
    );
  });

  test('a server that accepts and never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = new URL(database.appUrl);
    url.port = String((silent.address() as AddressInfo).port);
    const session = sessionOn(poolOf({ url: url.href, connectTimeoutMs: 100 }));
    expect(await codeOf(run(session, 'select 1'))).toBe('SUBGRAPH_UNAVAILABLE');
    silent.close();
  });

  test('a connection that is cut under a statement, and the next statement', async () => {
    const pool = poolOf();
    const session = sessionOn(pool);
    await run(session, 'select 1');
    const result = codeOf(run(session, 'select pg_sleep(20)'));
    while ((await running()) === 0) await sleep(10);
    await connected(suiteServer(), (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep(20)%' and application_name = 'test'`,
      ),
    );
    expect(await result).toBe('SUBGRAPH_UNAVAILABLE');
    expect(await run(session, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('an idle connection that is cut ends nothing', async () => {
    const pool = poolOf({ connections: 1 });
    await run(sessionOn(pool), 'select 1');
    await connected(suiteServer(), (client) =>
      client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test'`),
    );
    await sleep(50);
    expect(await run(sessionOn(pool), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('no free connection within the time', async () => {
    const pool = poolOf({ connections: 1, connectTimeoutMs: 100 });
    const caller = new AbortController();
    const long = codeOf(run(sessionOn(pool, { signal: caller.signal }), 'select pg_sleep(20)'));
    expect(await codeOf(run(sessionOn(pool), 'select 1'))).toBe('SUBGRAPH_UNAVAILABLE');
    caller.abort();
    await long;
  });
});
