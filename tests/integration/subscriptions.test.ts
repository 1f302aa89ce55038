/** Subscriptions of the live domain as it is, through the gateway, over either protocol that a subgraph can speak. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connected } from '@portcullis/kit/database/connect';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let stream: string;
beforeAll(async () => {
  mesh = await startMesh();
  // Not one that is on the air: the recipes of the documentation, tested beside, count there.
  const [row] = await live(
    `select id from streams where headliner_id is not null and status <> 'LIVE' order by id limit 1`,
  );
  stream = String(row?.['id']);
}, 120_000);
afterAll(async () => {
  await live('delete from viewer_counts where stream_id = $1', [stream]);
  await mesh?.close();
});

const live = (statement: string, values: readonly unknown[] = []) =>
  connected(
    mesh.databases.live.ownerUrl,
    async (client) => (await client.query<Record<string, unknown>>(statement, [...values])).rows,
  );

const count = (viewers: number) =>
  live(
    `insert into viewer_counts values ($1, $2, now())
     on conflict (stream_id) do update set viewers = excluded.viewers, counted_at = excluded.counted_at`,
    [stream, viewers],
  );

async function until(check: () => boolean, seen?: unknown): Promise<void> {
  const end = Date.now() + 20_000;
  while (!check()) {
    if (Date.now() > end) throw new Error(`it did not come: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * The live domain is asked over WebSocket from now on, and over SSE before. Composing anew takes the very thread in which all of
 * this runs: where nothing has to change, nothing is written.
 */
async function speakWs(): Promise<void> {
  const { generation } = mesh.gateway.ready();
  const text = await readFile(mesh.source, 'utf8');
  await writeFile(mesh.source, text.replace(/(\n {2}live: .*) }/, '$1, subscriptions: ws }'));
  await until(() => mesh.gateway.ready().generation !== generation);
}

interface Result {
  readonly data?: { readonly viewers: Record<string, unknown> | null };
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

/** The results as they come, in a list that grows, until it is left. */
async function open(persona: string, selection: string) {
  const leaving = new AbortController();
  const { status, body } = await mesh.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await mesh.tokens.token(persona)}`,
    },
    body: Buffer.from(
      JSON.stringify({
        query: `subscription ($id: ID!) { viewers(streamId: $id) { ${selection} } }`,
        variables: { id: stream },
      }),
    ),
    signal: leaving.signal,
  });
  const results: Result[] = [];
  const reading = (async () => {
    if (typeof body === 'string' || !(Symbol.asyncIterator in body)) throw new Error(`no stream: ${status}`);
    for await (const piece of body) {
      const json = /^data: (\{.*)$/m.exec(piece)?.[1];
      if (json !== undefined) results.push(JSON.parse(json) as Result);
    }
  })();
  return {
    results,
    async leave() {
      leaving.abort(new DOMException('left', 'AbortError'));
      await reading;
    },
  };
}

describe.each(['sse', 'ws'] as const)('viewers over %s', (protocol) => {
  beforeAll(async () => {
    if (protocol === 'ws') await speakWs();
  });

  it('come as they change, joined with the stream and with the artist of another domain', async () => {
    await count(10);
    const { results, leave } = await open(
      'analyst',
      'viewers stream { id headliner { name monthlyListeners } }',
    );
    await until(() => results.length === 1, results);
    await count(20);
    await until(() => results.length === 2, results);
    await count(30);
    await until(() => results.length === 3, results);
    expect(results.map(({ data }) => data?.viewers?.['viewers'])).toEqual(['10', '20', '30']);
    for (const { data, errors } of results) {
      expect(errors).toBeUndefined();
      expect(data?.viewers?.['stream']).toMatchObject({
        id: stream,
        headliner: { name: expect.any(String), monthlyListeners: expect.any(String) },
      });
    }
    await leave();
  });

  it('lose what another domain adds while that is down, and nothing else', async () => {
    await count(10);
    const { results, leave } = await open(
      'analyst',
      'viewers stream { headliner { name monthlyListeners } }',
    );
    await until(() => results.length === 1, results);
    await mesh.stop('music');
    await count(11);
    await until(() => results.length === 2, results);
    await mesh.start('music');
    expect(results[1]?.data?.viewers?.['viewers']).toBe('11');
    expect(results[1]?.data?.viewers?.['stream']).toMatchObject({ headliner: { monthlyListeners: null } });
    expect(results[1]?.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      service: 'music',
    });
    await leave();
  });

  it('end with an error when their domain stops, and begin again after it', async () => {
    await count(10);
    const { results, leave } = await open('analyst', 'viewers');
    await until(() => results.length === 1, results);
    await mesh.stop('live');
    await until(() => results.length === 2, results);
    expect(results[1]?.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      service: 'live',
    });
    await leave();
    await mesh.start('live');
    const again = await open('analyst', 'viewers');
    await until(() => again.results.length === 1);
    expect(again.results[0]?.data?.viewers).toEqual({ viewers: '10' });
    await again.leave();
  });
});
