import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connected } from '@portcullis/kit/database/connect';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { Client } from 'pg';
import { loadData } from '../data/load.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { keepViewersMoving } from './viewers.ts';

let database: TestDatabase;
let client: Client;
const told: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.ownerUrl, join(import.meta.dirname, '../../subgraphs/live/migrations'));
  await loadData({ ownerUrls: { live: database.ownerUrl }, scale: 'small' });
  client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  client.on('notification', ({ payload }) => told.push(String(payload)));
  await client.query('listen viewer_counts');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function onTheAir(): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from streams where status = 'LIVE' order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Waits until so many changes have been told. */
async function changes(count: number): Promise<void> {
  told.length = 0;
  while (told.length < count) await client.query('select pg_sleep(0.02)');
}

const start = () => keepViewersMoving({ ownerUrl: database.ownerUrl, everyMs: 20 });

test('viewers of all streams that are on the air change, until it is stopped', async () => {
  const stop = start();
  await changes(50);
  await stop();
  expect(new Set(told)).toEqual(new Set(await onTheAir()));
  await client.query('select pg_sleep(0.1)');
  const before = told.length;
  await client.query('select pg_sleep(0.2)');
  expect(told).toHaveLength(before);
});

test('a database that ends its connection is tried again', async () => {
  const stop = start();
  await changes(5);
  await connected(database.ownerUrl, (other) =>
    other.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like '%update viewer_counts%' and pid <> pg_backend_pid()`,
    ),
  );
  await changes(20);
  await stop();
});
