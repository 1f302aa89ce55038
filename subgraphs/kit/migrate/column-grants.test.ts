/** Guarded columns in a real database: statements written by hand fail in PostgreSQL for callers who may not use one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { provision } from '@portcullis/demo/database/provision';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { guardedRole } from '../database/guarded-role.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { migrate } from './migrate.ts';

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
  extend schema @guard(tags: ["pii"])

  type Person @key(fields: "id") @table(name: "people") @dataProduct(list: "people") {
    id: ID! @tag(name: "pii")
    name: String @tag(name: "pii")
    email: String @tag(name: "pii")
    salary: Int @measure @tag(name: "pii")
    country: String @dimension
    bossId: ID @tag(name: "pii")
    boss: Person @reference(by: ["boss_id"])
  }
`;

const tables = `
  create table people (id text primary key, name text, email text, salary integer, country text, boss_id text, note text);
  insert into people values
    ('p1', 'Ann', 'ann@x.test', 10, 'DE', null, 'n1'), ('p2', 'Bob', 'bob@x.test', 20, 'DE', 'p1', 'n2'),
    ('p3', 'Cid', 'cid@x.test', 30, 'FR', 'p1', 'n3');
  create table others (id text primary key);`;

let folder: string;
let database: TestDatabase;
let domain: TestDomain;

const bring = (owner = database.ownerUrl) => migrate(owner, join(folder, 'migrations'));
const as = <T>(url: string, work: (run: (sql: string) => Promise<readonly unknown[]>) => Promise<T>) =>
  connected(url, (client) => work(async (sql) => (await client.query(sql)).rows));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis guarded '));
  await mkdir(join(folder, 'migrations'));
  await writeFile(join(folder, 'schema.graphql'), sdl);
  await writeFile(join(folder, 'migrations', '001_people.sql'), tables);
  database = await createTestDatabase();
  await bring();
  domain = await openTestDomain(database.appUrl, { sdl });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
  await rm(folder, { recursive: true });
});

const pii = ['bossId', 'email', 'name', 'salary'];
const nothing = { denied: { Person: { read: pii, filter: pii, aggregate: pii } } };
const failed = { code: 'INTERNAL' };

const byHand = async (sql: string, obligations: unknown) => {
  try {
    return await domain.sql(sql, [], obligations);
  } catch (error) {
    return (error as { readonly extensions: unknown }).extensions;
  }
};

test('a statement that was prepared for one caller is planned anew for the next', async () => {
  await connected(database.appUrl, async (client) => {
    const prepared = async (mayReadGuarded: boolean, country: string) => {
      await client.query('begin');
      if (mayReadGuarded) await client.query(`set local role "${guardedRole(database.appUrl)}"`);
      const claims = JSON.stringify({ rows: { people: ['country', '=', country] } });
      await client.query(`select set_config('app.claims', $1, true)`, [claims]);
      try {
        const { rows } = await client.query<{ email: string }>({
          name: 'p',
          text: 'select email from people',
        });
        return rows.map(({ email }) => email).toSorted();
      } catch (error) {
        return (error as { readonly code: unknown }).code;
      } finally {
        await client.query('rollback');
      }
    };
    const [german, french, refused] = [['ann@x.test', 'bob@x.test'], ['cid@x.test'], '42501'];
    // Often enough for a plan that is kept (PostgreSQL, "PREPARE": after five of its own).
    for (let round = 0; round < 8; round += 1) {
      expect(await prepared(true, 'DE')).toEqual(german);
      expect(await prepared(true, 'FR')).toEqual(french);
      expect(await prepared(false, 'DE')).toEqual(refused);
    }
    const { rows } = await client.query(`select name from pg_prepared_statements`);
    expect(rows).toEqual([{ name: 'p' }]);
  });
});

describe('a caller who may use no guarded column', () => {
  test.each([
    'select email from people',
    'select lower(name) from people',
    'select * from people',
    'select people from people',
    'select to_json(p) from people as p',
    'select id from people where email is null',
    'select country from people order by name',
    'select sum(salary) from people',
    'select id from people as p join people as q using (email, id)',
    "with hidden as (select email from people) select count(*) from hidden where email > 'a'",
  ])('is refused by the database: %s', async (sql) => {
    expect(await byHand(sql, nothing)).toEqual(failed);
  });

  test('reads what is not guarded, by hand and through the kit', async () => {
    expect(await byHand("select id, country, boss_id, note from people where id = 'p2'", nothing)).toEqual([
      { id: 'p2', country: 'DE', boss_id: 'p1', note: 'n2' },
    ]);
    expect(await byHand('select count(*) as n from people', nothing)).toEqual([{ n: '3' }]);
    const query = `{
      people { totalCount nodes { id country boss { id country } } }
      peopleGrouped(by: [{field: country}]) { nodes { key { country } count } }
      _entities(representations: [{__typename: "Person", id: "p3"}]) { ... on Person { id country } }
    }`;
    const { data, errors } = await domain.ask(query, {}, nothing);
    expect(errors).toBeUndefined();
    expect(data).toEqual((await domain.ask(query)).data);
  });

  test('is filtered by a guarded column all the same', async () => {
    const filter = { ...nothing, rows: { Person: [{ field: 'email', op: '<=', value: 'b' }] } };
    const { data, errors } = await domain.ask('{ people { nodes { id email } } }', {}, filter);
    expect(data).toEqual({ people: { nodes: [{ id: 'p1', email: null }] } });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a caller who may use one', () => {
  test('reads it, by hand and through the kit', async () => {
    const one = { denied: { Person: { read: ['email'], filter: pii, aggregate: pii } } };
    expect(await byHand('select name from people order by id', one)).toEqual([
      { name: 'Ann' },
      { name: 'Bob' },
      { name: 'Cid' },
    ]);
    const { data } = await domain.ask('{ people(first: 1) { nodes { name } } }', {}, one);
    expect(data).toEqual({ people: { nodes: [{ name: 'Ann' }] } });
  });

  test('may be one who only adds it up', async () => {
    const sums = { denied: { Person: { read: pii, filter: pii, aggregate: ['email'] } } };
    const { data } = await domain.ask('{ peopleGrouped(by: []) { nodes { sum { salary } } } }', {}, sums);
    expect(data).toEqual({ peopleGrouped: { nodes: [{ sum: { salary: '60' } }] } });
  });

  test('leaves nothing to the next on the same connection', async () => {
    const turns = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? {} : nothing));
    const answers = await Promise.all(turns.map((each) => byHand('select email from people', each)));
    expect(answers.map((answer) => Array.isArray(answer))).toEqual(turns.map((each) => each !== nothing));
  });
});

describe('grants', () => {
  const readable = (url: string) =>
    as(url, (run) =>
      run(`select attname from pg_attribute where attrelid = 'people'::regclass and attnum > 0 and not attisdropped
        and has_column_privilege('people', attnum, 'select') order by attname collate "C"`),
    ).then((rows) => (rows as { attname: string }[]).map(({ attname }) => attname));
  const open = ['boss_id', 'country', 'id', 'note'];

  test('are of columns that no key and no reference needs', async () => {
    expect(await readable(database.appUrl)).toEqual(open);
    await as(database.appUrl, async (run) => {
      await expect(run('select email from people')).rejects.toThrow('permission denied for table people');
      await run(`set role ${guardedRole(database.appUrl)}`);
      await run('select email from people');
    });
  });

  test('stay when the database is provisioned again, and come back where they were lost', async () => {
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const passwordOf = (role: string) => {
      const url = new URL(role.endsWith('_owner') ? database.ownerUrl : database.appUrl);
      return decodeURIComponent(url.password);
    };
    await provision({ admin: suiteServer(), name, password: async (role) => passwordOf(role) });
    expect(await readable(database.appUrl)).toEqual(open);
    const role = new URL(database.appUrl).username;
    await as(database.ownerUrl, (run) => run(`grant select on people to ${role}`));
    expect(await readable(database.appUrl)).toHaveLength(7);
    await bring();
    expect(await readable(database.appUrl)).toEqual(open);
  });

  test('follow a migration and the schema', async () => {
    await writeFile(
      join(folder, 'migrations', '002_more.sql'),
      'alter table people add column city text, add column phone text;',
    );
    await writeFile(
      join(folder, 'schema.graphql'),
      sdl.replace('country: String', 'city: String phone: String @tag(name: "pii") country: String'),
    );
    await bring();
    expect(await readable(database.appUrl)).toEqual(['boss_id', 'city', 'country', 'id', 'note']);
  });

  test('are not made where they would hold nobody back', async () => {
    const other = await createTestDatabase();
    try {
      const [role, beside] = [new URL(other.appUrl).username, guardedRole(other.appUrl)];
      await as(suiteServer(), (run) =>
        run(`revoke ${beside} from ${role}; alter role ${role} inherit; grant ${beside} to ${role}`),
      );
      await expect(bring(other.ownerUrl)).rejects.toThrow(`The role ${role} has the rights of ${beside}`);
      await as(suiteServer(), (run) => run(`revoke ${beside} from ${role}`));
      await expect(bring(other.ownerUrl)).rejects.toThrow('no role that reads it has one beside it');
    } finally {
      await other.drop();
    }
  });
});
