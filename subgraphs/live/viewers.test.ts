/** The viewers of streams as they change, over the tables and the trigger of the migrations. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { connected } from '@portcullis/kit/database/connect';
import { createTestIssuer, type TestIssuer } from '@portcullis/kit/identity/testing';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { overEventStream, type Way } from '@portcullis/kit/subscribe/testing';
import { resolvers } from './resolvers.ts';

let database: TestDatabase;
let folder: string;
let gateway: TestIssuer;
let live: RunningSubgraph;
let way: Way;

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
  await write(
    `insert into streams (id, title, kind, status, region, country, city, starts_at, blackout_countries, updated_at)
     select 'liv_000000' || n, 'Final ' || n, 'SPORT', 'LIVE', 'EMEA', 'DE', 'Kiel', now(), '{}', now()
     from generate_series(1, 3) as n`,
  );
});
beforeEach(async () => {
  await write(`delete from viewer_counts; insert into viewer_counts select id, 100, now() from streams`);
});
afterAll(async () => {
  await way?.close();
  await live?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs statements as the owner of the tables, and returns what is notified of them. */
function write(sql: string): Promise<readonly string[]> {
  return connected(database.ownerUrl, async (client) => {
    const told: string[] = [];
    client.on('notification', ({ payload }) => told.push(String(payload)));
    await client.query('listen viewer_counts');
    await client.query(sql);
    // What a session notifies itself of comes before the end of its next statement at the latest.
    await client.query('select 1');
    return told.sort();
  });
}

const count = (id: string, viewers: number | string) =>
  write(`update viewer_counts set viewers = ${viewers}, counted_at = now() where stream_id = '${id}'`);
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
    await write(`delete from viewer_counts where stream_id = 'liv_0000001'`);
    expect(await reading.next()).toEqual({ data: { viewers: null } });
    await reading.leave();
  });

  test('tells no more than four times a second, and always the last', async () => {
    const reading = way.subscribe({ query, variables: { id: 'liv_0000001' } });
    await reading.next();
    const started = performance.now();
    for (let viewers = 1; viewers <= 50; viewers += 1) await count('liv_0000001', viewers);
    let results = 0;
    for (let last: unknown; last !== '50'; results += 1) {
      const { data } = await reading.next();
      last = Object(data?.['viewers']).viewers;
    }
    expect(results).toBeLessThanOrEqual(Math.ceil((performance.now() - started) / 250));
    await reading.leave();
  });
});

test.each([
  ['update viewer_counts set viewers = viewers + 1', ['liv_0000001', 'liv_0000002', 'liv_0000003']],
  ['update viewer_counts set counted_at = now(), viewers = viewers + 0', []],
  [
    `update viewer_counts set viewers = case stream_id when 'liv_0000002' then 5 else viewers end`,
    ['liv_0000002'],
  ],
  [`delete from viewer_counts where stream_id <> 'liv_0000003'`, ['liv_0000001', 'liv_0000002']],
  [`update viewer_counts set viewers = 1 where stream_id = 'nobody'`, []],
  [
    `delete from viewer_counts where stream_id = 'liv_0000001';
     insert into viewer_counts values ('liv_0000001', 1, now())`,
    ['liv_0000001'],
  ],
  [
    `delete from viewer_counts where stream_id = 'liv_0000002';
     update viewer_counts set stream_id = 'liv_0000002' where stream_id = 'liv_0000001'`,
    ['liv_0000001', 'liv_0000002'],
  ],
  [`begin; update viewer_counts set viewers = 2; rollback`, []],
])(
  'the trigger names each stream once that has other viewers after it, and says no more: %s',
  async (sql, told) => {
    expect(await write(sql)).toEqual(told);
  },
);
