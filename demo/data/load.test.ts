import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '@portcullis/kit/database/connect';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { copyChunks } from './copy.ts';
import { type DomainName, domainNames } from './domains.ts';
import { fill } from './fill.ts';
import { loadData } from './load.ts';
import { table } from './table.ts';

const databases = new Map<DomainName, TestDatabase>();
const ownerUrls: Partial<Record<DomainName, string>> = {};

async function query(domain: DomainName, sql: string): Promise<readonly Record<string, unknown>[]> {
  const url = ownerUrls[domain];
  if (url === undefined) throw new Error(`no database for ${domain}`);
  return connected(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
}

beforeAll(async () => {
  for (const domain of domainNames) {
    const database = await createTestDatabase();
    databases.set(domain, database);
    ownerUrls[domain] = database.ownerUrl;
    await migrate(database.ownerUrl, join(import.meta.dirname, `../../subgraphs/${domain}/migrations`));
  }
  await loadData({ ownerUrls, scale: 'small' });
}, 120_000);

afterAll(async () => {
  await Promise.all([...databases.values()].map((database) => database.drop()));
});

describe('a small load', () => {
  test('fills every table of every domain, as the migrations constrain it', async () => {
    for (const domain of domainNames) {
      const tables = await query(
        domain,
        `select relname, (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I', relname), false, true, '')))[1]::text::int as rows
           from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
      );
      expect(tables.length).toBeGreaterThan(2);
      expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
    }
  });

  test('keeps the indexes and foreign keys that the migrations made', async () => {
    const [indexes] = await query(
      'audience',
      `select count(*)::int as n from pg_indexes where tablename = 'plays'`,
    );
    expect(indexes).toEqual({ n: 5 });
    const keys = await query('billing', `select convalidated from pg_constraint where contype = 'f'`);
    expect(keys).toEqual([{ convalidated: true }, { convalidated: true }, { convalidated: true }]);
  });

  test('keeps numbers and instants exact', async () => {
    expect(await query('live', `select bytes_delivered::text from streams where id = 'liv_0000008'`)).toEqual(
      [{ bytes_delivered: '9007199254740993' }],
    );
    expect(await query('music', `select play_rate::text from tracks where id = 'trk_0000012'`)).toEqual([
      { play_rate: '1.2345678901234567890123456789012345678' },
    ]);
    const days = await query(
      'audience',
      `select (played_at at time zone 'Europe/Berlin')::date::text as day, count(*)::int as plays
         from plays where id like 'ply_9%' group by 1 order by 1`,
    );
    expect(days).toEqual([
      { day: '2026-03-29', plays: 4 },
      { day: '2026-10-25', plays: 4 },
    ]);
  });

  test('computes the revenue from the invoice lines', async () => {
    const [difference] = await query(
      'billing',
      `select (select sum(net_amount) from revenue_days where currency = 'EUR')
            - (select sum(line.net_amount) from invoice_lines line join invoices on invoices.id = invoice_id
                where line.currency = 'EUR' and status <> 'VOID') as amount`,
    );
    expect(difference).toEqual({ amount: '0.00' });
  });

  test('is not repeated when it is there already', async () => {
    const [before] = await query('video', 'select loaded_at::text from demo_data');
    expect([...(await loadData({ ownerUrls, scale: 'small' })).values()]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await query('video', 'select loaded_at::text from demo_data')).toEqual([before]);
  });

  test('is made anew when the data has changed since', async () => {
    await query('live', `update demo_data set content = 'small version 0'`);
    await query('live', `update streams set title = 'outdated'`);
    const loaded = await loadData({ ownerUrls: { live: ownerUrls.live ?? '' }, scale: 'small' });
    // 200 streams, and the viewers of the five that are on the air.
    expect([...loaded]).toEqual([['live', 205]]);
    expect(await query('live', `select count(*)::int as n from streams where title = 'outdated'`)).toEqual([
      { n: 0 },
    ]);
  });

  test('never touches rows that are not the demo’s, and says so', async () => {
    await query('live', 'drop table demo_data');
    await expect(loadData({ ownerUrls: { live: ownerUrls.live ?? '' }, scale: 'small' })).rejects.toThrow(
      /demo data of live was not loaded, its database is as it was: table streams has rows that are not the demo's/,
    );
    expect(await query('live', 'select count(*)::int as n from streams')).toEqual([{ n: 200 }]);
    expect(await query('live', `select to_regclass('demo_data') as marker`)).toEqual([{ marker: null }]);
  });

  test('that fails half way leaves the database as it was, indexes included', async () => {
    await query('live', 'truncate streams, viewer_counts');
    await query('live', `alter table streams add constraint no_sport check (kind <> 'SPORT')`);
    await expect(loadData({ ownerUrls: { live: ownerUrls.live ?? '' }, scale: 'small' })).rejects.toThrow(
      /no_sport/,
    );
    expect(await query('live', 'select count(*)::int as n from streams')).toEqual([{ n: 0 }]);
    expect(
      await query('live', `select count(*)::int as n from pg_indexes where tablename = 'streams'`),
    ).toEqual([{ n: 7 }]);
  });
});

test('every table and column says what it means', async () => {
  for (const domain of domainNames) {
    const silent = await query(
      domain,
      `select relname, attname from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum >= 0 and not attisdropped
          and relname not in ('demo_data', 'portcullis_migrations') and col_description(pg_class.oid, attnum) is null`,
    );
    expect(silent).toEqual([]);
  }
});

test('COPY gives back what was written, whatever is in it', async () => {
  const strange = ['tab\there', 'line\nbreak\rreturn', 'back\\slash', '\\N', '', 'q"u,{o}te', 'ÄÖ 夏 🎬'];
  const made = table('strange', ['text', 'list', 'nothing'], () =>
    strange.map((text) => ({ text, list: [text, 'x'], nothing: null })),
  );
  expect([...copyChunks(made)].join('').split('\n')).toHaveLength(strange.length + 1);
  await query('podcasts', 'create table strange (text text, list text[], nothing text)');
  await connected(ownerUrls.podcasts ?? '', async (client) => {
    await client.query('delete from demo_data');
    await fill(client, { tables: [made], derived: [] }, 'strange');
  });
  expect(await query('podcasts', 'select * from strange')).toEqual(
    strange.map((text) => ({ text, list: [text, 'x'], nothing: null })),
  );
});

test('a fraction that is no text is refused: it would not be exact', () => {
  const made = table('t', ['n'], () => [{ n: 0.1 }]);
  expect(() => [...copyChunks(made)]).toThrow(/no exact integer/);
});
