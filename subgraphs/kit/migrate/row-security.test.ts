/** Row security in a real database: statements that nobody filtered, by hand, as a resolver may have them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import fc from 'fast-check';
import {
  anyCondition,
  comparable,
  examples,
  isVisible,
  replacePlays,
  type StoredPlay,
  somePlays,
} from '../access/testing.ts';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { mediaResolvers, mediaRows, mediaSdl, mediaTables } from '../fixture/media.ts';
import { operators, type RowCondition } from '../identity/obligations.ts';
import { migrate } from './migrate.ts';

let folder: string;
let database: TestDatabase;
let domain: TestDomain;
let plays: readonly StoredPlay[];

beforeAll(async () => {
  folder = await domainFolder(mediaSdl, mediaTables + mediaRows);
  database = await createTestDatabase();
  await migrate(database.ownerUrl, join(folder, 'migrations'));
  plays = somePlays();
  await connected(database.ownerUrl, (client) => replacePlays(client, plays));
  domain = await openTestDomain(database.appUrl, { sdl: mediaSdl, resolvers: mediaResolvers });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
  await rm(folder, { recursive: true });
});

async function domainFolder(sdl: string, ...migrations: readonly string[]): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'portcullis secured '));
  await mkdir(join(made, 'migrations'));
  await writeFile(join(made, 'schema.graphql'), sdl);
  for (const [index, sql] of migrations.entries()) {
    await writeFile(join(made, 'migrations', `00${index + 1}_step.sql`), sql);
  }
  return made;
}

const idsOf = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map(({ id }) => String(id)).toSorted();

/** The serving role with a text for claims, as nobody but the kit should send it. */
const idsWith = (claims: string | undefined, url = database.appUrl) =>
  connected(url, async (client) => {
    await client.query('begin');
    if (claims !== undefined) await client.query(`select set_config('app.claims', $1, true)`, [claims]);
    return idsOf((await client.query<{ id: string }>('select id from titles')).rows);
  });

describe('a statement without conditions', () => {
  const check = async (conditions: readonly RowCondition[]) => {
    const left = plays.filter((play) => isVisible(play, conditions));
    const rows = await domain.sql('select id from plays', [], { rows: { Play: conditions } });
    expect(idsOf(rows)).toEqual(idsOf(left));
  };
  const each = Object.entries(comparable).flatMap(([field, scalar]) =>
    operators.map((op) => [field, op, scalar] as const),
  );

  test.each(each)('reads what a filter on %s with %s leaves', async (field, op, scalar) => {
    for (const value of examples[scalar]) {
      await check([{ field, op, value: op === 'in' ? [value, examples[scalar][0] ?? ''] : value }]);
    }
  });

  test('reads what any filters leave', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyCondition, { maxLength: 3 }), check), { numRuns: 60 });
  });

  test.each([
    ['an empty set', { field: 'country', op: 'in', value: [] }],
    ['a field that is none', { field: 'colour', op: '=', value: 'red' }],
    ['a list', { field: 'labels', op: '=', value: 'a' }],
  ])('reads nothing under a filter by %s', async (_, condition) => {
    expect(await domain.sql('select id from plays', [], { rows: { Play: [condition] } })).toEqual([]);
  });

  test('reads the rows of a shared table by the filters of their types', async () => {
    const titles = (rows: unknown) => domain.sql('select id from titles', [], { rows });
    const name = (op: string, value: string) => [{ field: 'name', op, value }];
    expect(idsOf(await titles({}))).toEqual(['m1', 'm2', 's1', 'x1']);
    expect(idsOf(await titles({ Movie: name('=', 'Alpha') }))).toEqual(['m1', 's1']);
    expect(idsOf(await titles({ Title: name('<=', 'Alpha'), Movie: name('>=', 'B') }))).toEqual(['s1']);
    expect(idsOf(await titles({ Series: name('=', 'none'), Movie: name('=', 'Beta') }))).toEqual(['m2']);
  });

  test('counts, groups and joins visible rows only', async () => {
    const filter = { rows: { Play: [{ field: 'country', op: '=', value: 'FR' }] } };
    const french = plays.filter(({ country }) => country === 'FR');
    const [row] = await domain.sql(
      'select count(*) as n, (select count(*) from titles t join plays p on true) as joined from plays',
      [],
      filter,
    );
    expect(row).toEqual({ n: String(french.length), joined: String(french.length * 4) });
  });
});

describe('what looks at rows before they are filtered', () => {
  const filter = { rows: { Play: [{ field: 'country', op: '=', value: 'FR' }] } };
  const french = () => idsOf(plays.filter(({ country }) => country === 'FR'));

  test('is no condition, however cheap it says that it is', async () => {
    await connected(database.ownerUrl, (client) =>
      client.query(`
        create function told(country text) returns boolean language plpgsql cost 0.000001 as $$
        begin
          if country <> 'FR' then raise exception 'there is one in %', country; end if;
          return true;
        end $$`),
    );
    expect(plays.some(({ country }) => country !== null && country !== 'FR')).toBe(true);
    for (const condition of ['told(country)', `1 / (case when country = 'FR' then 1 else 0 end) = 1`])
      expect(idsOf(await domain.sql(`select id from plays where ${condition}`, [], filter))).toEqual(
        french(),
      );
  });

  test('are no statistics', async () => {
    await connected(database.ownerUrl, (client) => client.query('analyze plays'));
    const statistics = `select attname as id, most_common_vals::text from pg_stats where tablename = 'plays'`;
    expect(
      await connected(database.ownerUrl, async (client) => (await client.query(statistics)).rowCount),
    ).toBeGreaterThan(0);
    expect(await domain.sql(statistics, [], filter)).toEqual([]);
  });

  test('are no other tables: what the policies call reads claims alone', async () => {
    const rows = await connected(database.ownerUrl, async (client) => {
      const found = await client.query<{ text: string }>(`
        select pg_get_expr(polqual, polrelid) as text from pg_policy
        union all select prosrc from pg_proc where proname like 'portcullis%'`);
      return found.rows;
    });
    expect(rows.length).toBeGreaterThan(4);
    for (const { text } of rows)
      for (const [, source] of text.matchAll(/(?<!distinct )\bfrom\s+(\S+)/gi)) expect(source).toMatch(/^\(/);
  });
});

describe('claims', () => {
  test.each<[string, string | undefined]>([
    ['none', undefined],
    ['empty', ''],
    ['no object', '[]'],
    ['null', 'null'],
    ['without rows', '{"sub":"ann"}'],
    ['with rows that are a list', '{"rows":[]}'],
    ['with rows that are null', '{"rows":null}'],
    ['with a table that is null', '{"rows":{"titles":null}}'],
    ['with a table that is an object', '{"rows":{"titles":{}}}'],
    ['with a condition that is cut off', '{"rows":{"titles":["name","="]}}'],
    ['with a condition of nulls', '{"rows":{"titles":[null,null,null]}}'],
    ['with a column that is none', '{"rows":{"titles":["nothing","=","x"]}}'],
    ['with an operator that is none', '{"rows":{"titles":["name","<>","x"]}}'],
  ])('that are %s show nothing', async (_, claims) => {
    expect(await idsWith(claims)).toEqual([]);
  });

  test('that cannot be read show nothing but an error', async () => {
    await expect(idsWith('{"rows":')).rejects.toThrow('invalid input syntax for type json');
  });

  test('of one transaction are not those of the next', async () => {
    await connected(database.appUrl, async (client) => {
      const count = async () => (await client.query('select from titles')).rowCount;
      await client.query('begin');
      await client.query(`select set_config('app.claims', '{"rows":{}}', true)`);
      expect(await count()).toBe(4);
      await client.query('commit');
      expect(await count()).toBe(0);
    });
  });

  test('are not for the owner, who migrates and loads', async () => {
    expect(await idsWith(undefined, database.ownerUrl)).toHaveLength(4);
  });
});

describe('securing', () => {
  const thing = 'type Thing @key(fields: "id") @table(name: "things") { id: ID! name: String size: Int }';
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
  const table = `create table things (id text primary key, name text, size integer, owner text);
    insert into things values ('a', 'A', 1, 'ann'), ('b', 'B', 2, 'ann'), ('c', 'C', 3, 'bob');`;

  async function withDomain(
    migrations: readonly string[],
    work: (given: {
      readonly add: (name: string, sql: string) => Promise<void>;
      readonly describe: (text: string) => Promise<void>;
      readonly bring: () => Promise<unknown>;
      readonly owner: (sql: string) => Promise<readonly Record<string, unknown>[]>;
      readonly things: (claims: unknown, sql?: string) => Promise<readonly string[]>;
    }) => Promise<void>,
  ): Promise<void> {
    const made = await domainFolder(sdl + thing, ...migrations);
    const own = await createTestDatabase();
    try {
      await migrate(own.ownerUrl, join(made, 'migrations'));
      await work({
        add: (name, sql) => writeFile(join(made, 'migrations', name), sql),
        describe: (text) => writeFile(join(made, 'schema.graphql'), sdl + text),
        bring: () => migrate(own.ownerUrl, join(made, 'migrations')),
        owner: (sql) => connected(own.ownerUrl, async (client) => (await client.query(sql)).rows),
        things: (claims, sql = 'select id from things') =>
          connected(own.appUrl, async (client) => {
            await client.query('begin');
            await client.query(`select set_config('app.claims', $1, true)`, [JSON.stringify(claims)]);
            return idsOf((await client.query<{ id: string }>(sql)).rows);
          }),
      });
    } finally {
      await own.drop();
      await rm(made, { recursive: true });
    }
  }

  const policies = 'select oid::int, polname from pg_policy order by polname';

  test('again does nothing, and repairs what was taken away', async () => {
    await withDomain([table], async ({ bring, owner, things }) => {
      const before = await owner(policies);
      expect(before.map(({ polname }) => polname)).toEqual(['portcullis_all', 'portcullis_rows']);
      await bring();
      expect(await owner(policies)).toEqual(before);
      await owner('alter table things disable row level security');
      await bring();
      expect(await things({ rows: { things: ['size', '>=', '3'] } })).toEqual(['c']);
      await owner('drop policy portcullis_rows on things');
      await bring();
      expect(await things({ rows: { things: ['size', '>=', '3'] } })).toEqual(['c']);
    });
  });

  test('follows the schema', async () => {
    await withDomain([table], async ({ bring, describe: say, things }) => {
      expect(await things({ rows: { things: ['owner', '=', 'ann'] } })).toEqual([]);
      await say(thing.replace('name: String', 'owner: String name: String'));
      await bring();
      expect(await things({ rows: { things: ['owner', '=', 'ann'] } })).toEqual(['a', 'b']);
    });
  });

  test('adds to what the domain secures by itself', async () => {
    const own = `alter table things enable row level security;
      create policy own on things using (owner = (select current_setting('app.claims')::json ->> 'sub'));`;
    await withDomain([table, own], async ({ add, bring, owner, things }) => {
      expect(await things({ sub: 'ann', rows: {} })).toEqual(['a', 'b']);
      expect(await things({ sub: 'ann', rows: { things: ['size', '>=', '2'] } })).toEqual(['b']);
      expect(await things({ sub: 'ann' })).toEqual([]);
      await add('003_open.sql', 'drop policy own on things;');
      await bring();
      expect(await owner(policies)).toMatchObject([
        { polname: 'portcullis_all' },
        { polname: 'portcullis_rows' },
      ]);
      expect(await things({ sub: 'ann', rows: {} })).toEqual(['a', 'b', 'c']);
    });
  });

  test('stands in the way of no migration', async () => {
    await withDomain([table], async ({ add, bring, describe: say, things }) => {
      await add('002_change.sql', 'alter table things drop column name, alter column size type bigint;');
      await bring();
      expect(await things({ rows: { things: ['size', '>=', '3'] } })).toEqual(['c']);
      await add('003_rename.sql', 'alter table things rename to items; create table things as table items;');
      await bring();
      expect(await things({ rows: { things: ['size', '>=', '3'] } })).toEqual(['c']);
      await add('004_drop.sql', 'drop table items; drop table things;');
      await say(thing.replace('"things"', '"others"'));
      await bring();
    });
  });

  test('closes partitions and heirs, which are read through their table alone', async () => {
    const parts = `create table things (id text, name text, size integer, owner text) partition by range (size);
      create table small partition of things for values from (0) to (3);
      create table large partition of things for values from (3) to (100) partition by list (owner);
      create table "of Bob" partition of large for values in ('bob');
      insert into things values ('a', 'A', 1, 'ann'), ('b', 'B', 2, 'ann'), ('c', 'C', 3, 'bob');`;
    const later = `create table other partition of things default;
      create policy mine on other using (true);
      insert into things values ('d', 'D', 500, 'ann');`;
    await withDomain([parts], async ({ add, bring, owner, things }) => {
      const filter = { rows: { things: ['size', '>=', '2'] } };
      for (const [claims, left] of [
        [filter, ['b', 'c']],
        [{ rows: {} }, ['a', 'b', 'c']],
      ] as const) {
        expect(await things(claims)).toEqual(left);
        for (const part of ['small', 'large', '"of Bob"'])
          expect(await things(claims, `select id from ${part}`)).toEqual([]);
      }
      await add('002_later.sql', later);
      await bring();
      expect(await things(filter)).toEqual(['b', 'c', 'd']);
      expect(await things(filter, 'select id from other')).toEqual([]);
      expect(idsOf(await owner('select id from other'))).toEqual(['d']);
      await owner('alter table "of Bob" disable row level security');
      await bring();
      expect(await things({ rows: {} }, 'select id from "of Bob"')).toEqual([]);
    });
    const heir = 'create table gifts (giver text) inherits (things);';
    await withDomain(
      [table, `${heir} insert into gifts values ('g', 'G', 9, 'ann', 'x');`],
      async ({ things }) => {
        expect(await things({ rows: { things: ['size', '>=', '3'] } })).toEqual(['c', 'g']);
        expect(await things({ rows: {} }, 'select id from gifts')).toEqual([]);
      },
    );
  });

  test('takes names as they are, long ones and those of a schema', async () => {
    const long = `T${'x'.repeat(60)}`;
    const more = `
      type Long @key(fields: "id") @table(name: "${long}") { id: ID! }
      type Odd @key(fields: "id") @table(name: "shelf.it's \\"odd\\"") { id: ID! @column(name: "the \\"id\\"") }`;
    const tables = `create table "${long}" (id text); insert into "${long}" values ('a'), ('b');
      create schema shelf; grant usage on schema shelf to public;
      create table shelf."it's ""odd""" ("the ""id""" text); insert into shelf."it's ""odd""" values ('a'), ('b');
      grant select on shelf."it's ""odd""" to public;`;
    await withDomain([table], async ({ add, bring, describe: say, owner, things }) => {
      await add('002_odd.sql', tables);
      await say(thing + more);
      await bring();
      expect(
        await owner('select relname from pg_class where relrowsecurity order by relname collate "C"'),
      ).toEqual([{ relname: long }, { relname: `it's "odd"` }, { relname: 'things' }]);
      expect(await things({ rows: { [long]: ['id', '=', 'b'] } }, `select id from "${long}"`)).toEqual(['b']);
      const odd = `select "the ""id""" as id from shelf."it's ""odd"""`;
      expect(await things({ rows: { [`shelf.it's "odd"`]: ['the "id"', '=', 'b'] } }, odd)).toEqual(['b']);
      expect(await things({}, odd)).toEqual([]);
    });
  });
});
