/** The viewers of streams as they change, over the tables and the trigger of the migrations. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { createTestIssuer, type TestIssuer } from '@portcullis/kit/identity/testing';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { overEventStream, type Way } from '@portcullis/kit/subscribe/testing';
import { Client } from 'pg';
import { resolvers } from './resolvers.ts';

let database: TestDatabase;
let folder: string;
let gateway: TestIssuer;
let live: RunningSubgraph;
let way: Way;
let counter: Client;
const told: string[] = [];

beforeAll(async () => {
  [database, folder, gateway] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'portcullis live ')),
    createTestIssuer(),
  ]);
  await migrate(database.ownerUrl, join(import.meta.dirname, 'migrations'));
  const keys = join(folder, 'keys.json');
  await writeFile(keys, JSON.stringify(gateway.jwks));
  live = await serve({
    folder: import.meta.dirname,
    resolvers,
    port: 0,
    environment: {
      LIVE_DATABASE_URL: database.appUrl,
      TXN_TOKEN_ISSUER: gateway.issuer,
      TXN_TOKEN_JWKS: keys,
      LOG_LEVEL: 'silent',
    },
  });
  way = overEventStream(live.url, () => gateway.token('live'));
  counter = new Client({ connectionString: database.ownerUrl });
  await counter.connect();
  counter.on('notification', ({ payload }) => told.push(String(payload)));
  await counter.query('listen viewer_counts');
  await counter.query(
    `insert into streams (id, title, kind, status, region, country, city, starts_at, blackout_countries, updated_at)
     select 'liv_000000' || n, 'Final ' || n, 'SPORT', 'LIVE', 'EMEA', 'DE', 'Kiel', now(), '{}', now()
     from generate_series(1, 3) as n`,
  );
});
beforeEach(async () => {
  await counter.query('delete from viewer_counts');
  await counter.query(`insert into viewer_counts select id, 100, now() from streams`);
  await changes();
});
afterAll(async () => {
  await way?.close();
  await live?.close();
  await counter?.end();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** What has been notified since it was last asked. */
async function changes(): Promise<readonly string[]> {
  // Notifications of this session's own statements come with the answer to the next.
  await counter.query('select 1');
  return told.splice(0).sort();
}

const count = (id: string, viewers: number | string) =>
  counter.query('update viewer_counts set viewers = $2, counted_at = now() where stream_id = $1', [
    id,
    viewers,
  ]);
const query = /* GraphQL */ `
  subscription ($id: ID!) {
    viewers(streamId: $id) {
      streamId
      viewers
      stream {
        title
        viewerCount {
          viewers
        }
      }
    }
  }
`;
const watched = (viewers: string) => ({
  data: {
    viewers: { streamId: 'liv_0000001', viewers, stream: { title: 'Final 1', viewerCount: { viewers } } },
  },
});

describe('a subscription to the viewers of a stream', () => {
  test('tells how many there are, then each change, and null when the stream is over', async () => {
    const reading = way.subscribe({ query, variables: { id: 'liv_0000001' } });
    expect(await reading.next()).toEqual(watched('100'));
    await count('liv_0000001', '9007199254740993');
    await count('liv_0000002', 7);
    expect(await reading.next()).toEqual(watched('9007199254740993'));
    await counter.query(`delete from viewer_counts where stream_id = 'liv_0000001'`);
    expect(await reading.next()).toEqual({ data: { viewers: null } });
    await reading.leave();
  });

  test('tells no more than four times a second, and always the last', async () => {
    const reading = way.subscribe({ query, variables: { id: 'liv_0000001' } });
    await reading.next();
    const started = performance.now();
    for (let viewers = 1; viewers <= 200; viewers += 1) await count('liv_0000001', viewers);
    let results = 0;
    for (let last: unknown; last !== '200'; results += 1) {
      const { data } = await reading.next();
      last = Object(data?.['viewers']).viewers;
    }
    expect(results).toBeLessThanOrEqual(Math.ceil((performance.now() - started) / 250));
    await reading.leave();
  });
});

describe('the trigger', () => {
  test('names each stream once that has other viewers after a statement, and no other', async () => {
    await counter.query('update viewer_counts set viewers = viewers + 1');
    expect(await changes()).toEqual(['liv_0000001', 'liv_0000002', 'liv_0000003']);
    await counter.query('update viewer_counts set counted_at = now(), viewers = viewers + 0');
    expect(await changes()).toEqual([]);
    await counter.query(
      `update viewer_counts set viewers = case stream_id when 'liv_0000002' then 5 else viewers end`,
    );
    expect(await changes()).toEqual(['liv_0000002']);
  });

  test('names streams that come and go, and nothing of what is rolled back', async () => {
    await counter.query(`delete from viewer_counts where stream_id <> 'liv_0000003'`);
    expect(await changes()).toEqual(['liv_0000001', 'liv_0000002']);
    await counter.query(`insert into viewer_counts values ('liv_0000001', 1, now())`);
    expect(await changes()).toEqual(['liv_0000001']);
    await counter.query('begin');
    await count('liv_0000001', 2);
    await counter.query('rollback');
    expect(await changes()).toEqual([]);
    await counter.query('update viewer_counts set stream_id = $1 where stream_id = $2', [
      'liv_0000002',
      'liv_0000001',
    ]);
    expect(await changes()).toEqual(['liv_0000001', 'liv_0000002']);
  });

  test('tells only which stream, not how many', async () => {
    await count('liv_0000001', 424_242);
    expect(await changes()).toEqual(['liv_0000001']);
  });
});
