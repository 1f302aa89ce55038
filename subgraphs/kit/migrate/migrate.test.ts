/** Migrations on a real database: once, in order, all or nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { migrate, pending } from './migrate.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'portcullis migrations '));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const put = (name: string, sql: string) => writeFile(join(folder, name), sql);

const ask = (sql: string): Promise<unknown[]> =>
  connected(database.appUrl, async (client) =>
    (await client.query({ text: sql, rowMode: 'array' })).rows.flat(),
  );

test('each file runs once, in order, and the serving role sees what is missing', async () => {
  await put('001_one.sql', 'create table one (id int); create index on one (id);');
  await put(
    '002_two.sql',
    `create function two() returns int language plpgsql as $$ begin return 2; end $$;`,
  );
  expect(await pending(database.appUrl, folder)).toEqual(['001_one.sql', '002_two.sql']);
  expect(await migrate(database.ownerUrl, folder)).toEqual(['001_one.sql', '002_two.sql']);
  expect(await migrate(database.ownerUrl, folder)).toEqual([]);
  await put('003_three.sql', 'insert into one values (3);');
  expect(await pending(database.appUrl, folder)).toEqual(['003_three.sql']);
  expect(await migrate(database.ownerUrl, folder)).toEqual(['003_three.sql']);
  expect(await pending(database.appUrl, folder)).toEqual([]);
  expect(await ask('select id from one')).toEqual([3]);
  expect(
    await ask(
      'select version, name, length(checksum), at <= now() from portcullis_migrations where version = 3',
    ),
  ).toEqual([3, '003_three.sql', 64, true]);
});

test('a file that fails half way leaves nothing of itself and all before it', async () => {
  await put('001_one.sql', 'create table one (id int);');
  await put(
    '002_two.sql',
    'create table two (id int);\n\nalter table one\n  add column a int,\n  add colunm b int;\n',
  );
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(
    new RegExp(
      `Migration ${folder}/002_two.sql failed and was rolled back:.*syntax error.*line 5, column 16`,
      's',
    ),
  );
  expect(await ask(`select to_regclass('one') is null, to_regclass('two') is null`)).toEqual([false, true]);
  expect(await pending(database.appUrl, folder)).toEqual(['002_two.sql']);
  await put('002_two.sql', 'create table two (id int);');
  expect(await migrate(database.ownerUrl, folder)).toEqual(['002_two.sql']);
});

test('a failure while running names the statement and what PostgreSQL adds', async () => {
  await put(
    '001_one.sql',
    `create table one (id int primary key);\ninsert into one values (1);\ninsert into one values (1);`,
  );
  const failure = await migrate(database.ownerUrl, folder).catch(String);
  expect(failure).toContain('duplicate key value');
  expect(failure).toContain('(statement 3)');
  expect(failure).toContain('Key (id)=(1) already exists.');
  expect(await ask(`select to_regclass('one') is null`)).toEqual([true]);
});

test('a file that was changed after it ran is refused, line ends aside', async () => {
  await put('001_one.sql', 'create table one (\n  id int\n);\n');
  await migrate(database.ownerUrl, folder);
  await put('001_one.sql', 'create table one (\r\n  id int\r\n);\r\n');
  expect(await migrate(database.ownerUrl, folder)).toEqual([]);
  await put('001_one.sql', 'create table one (\n  id bigint\n);\n');
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow('001_one.sql is not what ran');
  await expect(pending(database.appUrl, folder)).rejects.toThrow('001_one.sql is not what ran');
});

test.each([
  [['001_one.sql', '003_three.sql'], '003_three.sql is number 3, but 002 comes next'],
  [['001_one.sql', '001_two.sql'], '001_two.sql is number 1, but 002 comes next'],
  [['001_one.sql', '2_two.sql'], '2_two.sql is not named like a migration: call it 002_'],
])('%j is refused before anything runs', async (names, message) => {
  for (const name of names) await put(name, 'create table one (id int);');
  await expect(migrate(database.ownerUrl, folder)).rejects.toThrow(message);
  expect(await ask(`select to_regclass('one') is null`)).toEqual([true]);
});

test.each(['commit;', '  BEGIN;', 'Start Transaction isolation level serializable;', 'rollback;'])(
  'a file with %j of its own is refused',
  async (sql) => {
    await put('001_one.sql', `create table one (id int);\n${sql}\nselect 1/0;`);
    await expect(migrate(database.ownerUrl, folder)).rejects.toThrow('begins or ends a transaction');
    expect(await ask(`select to_regclass('one') is null`)).toEqual([true]);
  },
);

test('several processes at once run each file once', async () => {
  await put('001_one.sql', 'create table one (id int); select pg_sleep(0.2);');
  await put('002_two.sql', 'insert into one values (1);');
  const ran = await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, folder)));
  expect(ran.flat().toSorted()).toEqual(['001_one.sql', '002_two.sql']);
  expect(await ask('select count(*)::int from one')).toEqual([1]);
});

test('a database that is ahead is left alone', async () => {
  await put('001_one.sql', 'create table one (id int);');
  await put('002_two.sql', 'create table two (id int);');
  await migrate(database.ownerUrl, folder);
  await rm(join(folder, '002_two.sql'));
  expect(await migrate(database.ownerUrl, folder)).toEqual([]);
  expect(await pending(database.appUrl, folder)).toEqual([]);
});
