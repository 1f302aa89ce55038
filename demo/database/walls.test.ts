/** On the server that is ours, where we are superuser: what a domain's serving role cannot do besides writing rows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connected } from '@portcullis/kit/database/connect';
import { findBinaries } from './binaries.ts';
import { type Database, openDatabase } from './database.ts';
import { prepareHome } from './home.ts';
import { type DomainUrls, provision } from './provision.ts';

let dir: string;
let server: Database;
let live: DomainUrls;
const password = async () => 'a test password';
const run = (url: string, sql: string) => connected(url, async (client) => (await client.query(sql)).rows);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portcullis walls '));
  // As an earlier version left a server: its databases exist, and are open.
  server = await openDatabase({ dir, environment: {} });
  live = await provision({ admin: server.url, name: 'portcullis_live', password });
  await run(server.url, 'grant connect on database postgres, template1 to public');
  await run(server.url, 'alter role portcullis_live_app reset all');
  const inLive = new URL(server.url);
  inLive.pathname = '/portcullis_live';
  await run(inLive.href, 'grant execute on all functions in schema pg_catalog to public');
  expect(await run(live.appUrl, 'select lo_create(0) > 0 as made')).toEqual([{ made: true }]);
  await server.stop();
  server = await openDatabase({ dir, environment: {} });
  live = await provision({ admin: server.url, name: 'portcullis_live', password });
});

afterAll(async () => {
  await server.stop();
  const { folder } = await prepareHome(dir, await findBinaries());
  await rm(folder, { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
});

test.each([
  'lo_create(0)',
  'lo_creat(-1)',
  `lo_from_bytea(0, '\\x00')`,
  `lo_put(1, 0, '\\x00')`,
  'lo_open(1, 131072)',
  `lo_import('/etc/passwd')`,
  `lowrite(0, '\\x00')`,
])('it makes no large object by %s', async (call) => {
  await connected(live.appUrl, async (client) => {
    await client.query('set default_transaction_read_only = off');
    await expect(client.query(`select ${call}`)).rejects.toThrow('permission denied for function lo');
  });
});

test('it opens no database but its own; the administrator opens all', async () => {
  for (const name of ['postgres', 'template1']) {
    const [theirs, ours] = [new URL(live.appUrl), new URL(server.url)];
    for (const url of [theirs, ours]) url.pathname = `/${name}`;
    await expect(run(theirs.href, 'select 1')).rejects.toThrow('permission denied for database');
    expect(await run(ours.href, 'select 1 as one')).toEqual([{ one: 1 }]);
  }
  expect(await run(live.appUrl, 'show default_transaction_read_only')).toEqual([
    { default_transaction_read_only: 'on' },
  ]);
});
