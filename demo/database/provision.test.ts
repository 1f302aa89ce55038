/** What the roles of a domain may do and what they may not, on a real server. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connected } from '@portcullis/kit/database/connect';
import { domainDatabase } from './domain.ts';
import { provision, unprovision } from './provision.ts';
import { createTestDatabase, suiteServer, type TestDatabase } from './testing.ts';

const password = async () => 'a test password';
const run = (url: string, sql: string) => connected(url, async (client) => (await client.query(sql)).rows);

describe('the roles of a domain', () => {
  let video: TestDatabase;
  let music: TestDatabase;

  beforeAll(async () => {
    [video, music] = [await createTestDatabase(), await createTestDatabase()];
    await run(
      video.ownerUrl,
      `create table titles (id bigint primary key, name text); insert into titles values (1, 'Ä')`,
    );
  });

  afterAll(async () => {
    await video.drop();
    await music.drop();
  });

  test('the serving role reads what the owner made, later tables included', async () => {
    expect(await run(video.appUrl, 'select name from titles')).toEqual([{ name: 'Ä' }]);
    await run(video.ownerUrl, 'create table later as select 1 as one');
    expect(await run(video.appUrl, 'select one from later')).toEqual([{ one: 1 }]);
  });

  test.each([
    'insert into titles values (2, null)',
    'update titles set name = null',
    'delete from titles',
    'truncate titles',
    'drop table titles',
    'alter table titles add column spy text',
    'create table mine (id int)',
    'create temporary table mine (id int)',
    'create schema mine',
    'create role mine',
    'create database mine',
    `copy (select 1) to program 'true'`,
    'set role postgres',
  ])('the serving role is refused: %s', async (sql) => {
    await connected(video.appUrl, async (client) => {
      // Any session may leave the read-only default: its rights alone must do.
      await client.query('set default_transaction_read_only = off');
      await expect(client.query(sql)).rejects.toThrow(
        /permission denied|must be owner|must be superuser|does not exist/,
      );
    });
  });

  test('the serving role begins read-only, and cannot take all connections of the server', async () => {
    expect(await run(video.appUrl, 'show default_transaction_read_only')).toEqual([
      { default_transaction_read_only: 'on' },
    ]);
    expect(await run(video.ownerUrl, 'show default_transaction_read_only')).toEqual([
      { default_transaction_read_only: 'off' },
    ]);
    expect(await run(video.appUrl, 'select rolconnlimit from pg_roles where rolname = current_user')).toEqual(
      [{ rolconnlimit: 50 }],
    );
  });

  test('neither role has a right beyond its domain, and the serving role owns nothing', async () => {
    const roles = await run(
      video.appUrl,
      `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as powerful,
         (select count(*)::int from pg_class where relowner = oid_of.oid) as owned
       from pg_roles as oid_of where rolname = current_user`,
    );
    expect(roles).toEqual([{ powerful: false, owned: 0 }]);
  });

  test('the role of one domain cannot open the database of another', async () => {
    for (const own of [video.appUrl, video.ownerUrl]) {
      const url = new URL(own);
      url.pathname = new URL(music.appUrl).pathname;
      await expect(run(url.href, 'select 1')).rejects.toThrow('permission denied for database');
    }
  });

  test('text orders by code point whatever the server was made with', async () => {
    const rows = await run(
      video.appUrl,
      `select x from unnest(array['b','a','B','Z','ä']) as t(x) order by x`,
    );
    expect(rows.map((row) => row.x)).toEqual(['B', 'Z', 'a', 'b', 'ä']);
  });
});

describe('provisioning', () => {
  const database = new URL(suiteServer()).pathname.slice(1);
  const admins: string[] = [];
  const names: string[] = [];

  beforeAll(async () => {
    const plain = new URL(suiteServer());
    plain.username = `portcullis_test_admin_${process.pid}`;
    plain.password = 'a plain administrator';
    await run(
      suiteServer(),
      `create role ${plain.username} login createdb createrole password 'a plain administrator'`,
    );
    await run(suiteServer(), `grant connect on database ${database} to ${plain.username}`);
    admins.push(suiteServer(), plain.href);
  });

  afterAll(async () => {
    for (const name of names) await unprovision(suiteServer(), name);
    await run(
      suiteServer(),
      `revoke connect on database ${database} from portcullis_test_admin_${process.pid}`,
    );
    await run(suiteServer(), `drop role portcullis_test_admin_${process.pid}`);
  });

  test.each(['the server given', 'a plain administrator'])(
    'by %s may be repeated and undone',
    async (who) => {
      const admin = admins[who === 'a plain administrator' ? 1 : 0] ?? '';
      const name = `portcullis_test_${process.pid}_${admins.indexOf(admin)}`;
      names.push(name);
      const first = await provision({ admin, name, password });
      await run(first.ownerUrl, 'create table kept as select 1 as one');
      expect(await provision({ admin, name, password })).toEqual(first);
      expect(await run(first.appUrl, 'select one from kept')).toEqual([{ one: 1 }]);
      // What only a superuser may revoke besides is in walls.test.ts.
      await expect(run(first.appUrl, 'create table mine (id int)')).rejects.toThrow('read-only transaction');
      await connected(first.appUrl, async (client) => {
        await unprovision(admin, name);
        await expect(client.query('select 1')).rejects.toThrow();
      });
      await expect(run(first.appUrl, 'select 1')).rejects.toThrow(
        /password authentication failed|does not exist/,
      );
    },
  );

  test('is undone beside a session that the administrator may not end, as autovacuum is one', async () => {
    const [, admin = ''] = admins;
    const name = `portcullis_test_${process.pid}_busy`;
    names.push(name);
    const { ownerUrl } = await provision({ admin, name, password });
    const other = new URL(suiteServer());
    await run(ownerUrl, `grant connect on database ${name} to ${other.username}`);
    other.pathname = `/${name}`;
    const left = await connected(other.href, async () => {
      const undone = unprovision(admin, name);
      await setTimeout(500);
      return { undone };
    });
    await left.undone;
    expect(await run(admin, `select from pg_database where datname = '${name}'`)).toEqual([]);
  });

  test('refuses a role that has more rights than a domain should', async () => {
    const name = `portcullis_test_${process.pid}_rights`;
    names.push(name);
    await run(suiteServer(), `create role ${name}_app login createdb`);
    await expect(provision({ admin: suiteServer(), name, password })).rejects.toThrow('may do more than');
  });
});

describe('the database of a domain', () => {
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'portcullis passwords '));
  });

  afterAll(async () => {
    await unprovision(suiteServer(), 'portcullis_sports_data');
    await rm(dir, { recursive: true, force: true });
  });

  test('is made with passwords that only we can read, the same at the next start', async () => {
    const options = { admin: suiteServer(), dir, environment: {} };
    const first = await domainDatabase('sports-data', options);
    expect(await domainDatabase('sports-data', options)).toEqual(first);
    expect(await run(first.appUrl, 'select current_user::text as me')).toEqual([
      { me: 'portcullis_sports_data_app' },
    ]);
    const files = await readdir(dir);
    expect(files.toSorted()).toEqual([
      'portcullis_sports_data_app.password',
      'portcullis_sports_data_owner.password',
    ]);
    const secrets = new Set<string>();
    for (const file of files) {
      expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
      secrets.add(await readFile(join(dir, file), 'utf8'));
    }
    expect(secrets.size).toBe(2);
  });

  test('is the one its variables name', async () => {
    const admin = 'postgres://nobody@127.0.0.1:1/none';
    const both = { SPORTS_DATA_DATABASE_URL: 'postgres://a', SPORTS_DATA_OWNER_DATABASE_URL: 'postgres://o' };
    expect(await domainDatabase('sports-data', { admin, dir, environment: both })).toEqual({
      appUrl: 'postgres://a',
      ownerUrl: 'postgres://o',
    });
    const one = { SPORTS_DATA_DATABASE_URL: 'postgres://a' };
    expect(await domainDatabase('sports-data', { admin, dir, environment: one })).toEqual({
      appUrl: 'postgres://a',
      ownerUrl: undefined,
    });
    const half = { SPORTS_DATA_OWNER_DATABASE_URL: 'postgres://o' };
    await expect(domainDatabase('sports-data', { admin, dir, environment: half })).rejects.toThrow(
      'SPORTS_DATA_DATABASE_URL is not',
    );
  });
});
