/** One operation over the domains gives what SQL gives over their databases, for a bounded number of steps. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DomainName } from '@portcullis/demo/data/domains';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '@portcullis/kit/database/connect';
import { type Answer, type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let scratch: TestDatabase;
beforeAll(async () => {
  [mesh, scratch] = await Promise.all([startMesh(), createTestDatabase()]);
}, 120_000);
afterAll(async () => {
  await mesh?.close();
  await scratch?.drop();
});

/** Tables of different domains in one database, as no production has them: so that SQL can join them. */
async function gather(
  tables: readonly { domain: DomainName; name: string; columns: string }[],
): Promise<void> {
  for (const { domain, name, columns } of tables) {
    const names = columns.replaceAll(/ (text|integer|bigint|numeric|timestamptz)/g, '');
    const rows = await connected(mesh.databases[domain].ownerUrl, (client) =>
      client.query<{ rows: string }>(
        `select coalesce(json_agg(t), '[]')::text as rows from (select ${names} from ${name}) t`,
      ),
    );
    await connected(scratch.ownerUrl, (client) =>
      client.query(`create table ${name} as select * from json_to_recordset($1::json) as t(${columns})`, [
        rows.rows[0]?.rows,
      ]),
    );
  }
}

async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
  return connected(scratch.ownerUrl, async (client) => (await client.query(text)).rows);
}

describe('one operation over four domains', () => {
  const query = /* GraphQL */ `
    query Concerts {
      streams(where: { kind: { eq: CONCERT } }, first: 50) {
        nodes {
          id
          title
          peakViewers
          headliner { name country monthlyListeners }
          plays(first: 5) {
            nodes {
              id
              device
              secondsWatched
              subscriber {
                country
                invoices(first: 3) { nodes { number totalAmount currency } }
              }
            }
          }
        }
      }
    }`;

  it('equals the same join in SQL', async () => {
    await gather([
      {
        domain: 'live',
        name: 'streams',
        columns: 'id text, title text, kind text, headliner_id text, peak_viewers bigint',
      },
      {
        domain: 'music',
        name: 'artists',
        columns: 'id text, name text, country text, monthly_listeners bigint',
      },
      {
        domain: 'audience',
        name: 'plays',
        columns: 'id text, media_id text, subscriber_id text, device text, seconds_watched bigint',
      },
      { domain: 'audience', name: 'subscribers', columns: 'id text, country text' },
      {
        domain: 'billing',
        name: 'invoices',
        columns: 'id text, number text, subscriber_id text, total_amount numeric, currency text',
      },
    ]);
    // Exact numbers as text, as they go over the wire; `collate "C"` as the domains order their keys.
    const expected = await sql(`
      select json_build_object(
        'id', s.id, 'title', s.title, 'peakViewers', s.peak_viewers::text,
        'headliner', (select json_build_object('name', a.name, 'country', a.country, 'monthlyListeners', a.monthly_listeners::text)
                      from artists a where a.id = s.headliner_id),
        'plays', json_build_object('nodes', coalesce((
          select json_agg(p.row order by p.id collate "C") from (
            select p.id, json_build_object(
              'id', p.id, 'device', p.device, 'secondsWatched', p.seconds_watched::text,
              'subscriber', json_build_object('country', b.country, 'invoices', json_build_object('nodes', coalesce((
                select json_agg(i.row order by i.id collate "C") from (
                  select i.id, json_build_object('number', i.number, 'totalAmount', i.total_amount::text, 'currency', i.currency) as row
                  from invoices i where i.subscriber_id = b.id order by i.id collate "C" limit 3) i), '[]')))) as row
            from plays p join subscribers b on b.id = p.subscriber_id
            where p.media_id = s.id order by p.id collate "C" limit 5) p), '[]'))) as row
      from streams s where s.kind = 'CONCERT' order by s.id collate "C" limit 50`);
    const answer = await mesh.ask(await mesh.tokens.token('steward'), query);
    expect(answer.errors).toEqual([]);
    expect(answer.data).toEqual({ streams: { nodes: expected.map(({ row }) => row) } });
    const plays = expected.flatMap(({ row }) => (row as { plays: { nodes: unknown[] } }).plays.nodes);
    expect(plays.length).toBeGreaterThan(20);
    expect(new Set(answer.cost.fetches.map(({ subgraph }) => subgraph))).toEqual(
      new Set(['live', 'music', 'audience', 'billing']),
    );
  });
});

describe('a page of 100 titles with their plays and the invoices of who played them', () => {
  const query = (first: number) => /* GraphQL */ `
    query Titles {
      titles(first: ${first}) {
        nodes {
          id
          title
          revenue { amount currency }
          ... on Movie { plays(first: 10) { nodes { playedAt subscriber { country invoices(first: 5) { nodes { totalAmount } } } } } }
          ... on Series { plays(first: 10) { nodes { playedAt subscriber { country invoices(first: 5) { nodes { totalAmount } } } } } }
        }
      }
    }`;
  const steps = ({ cost }: Answer) => ({ fetches: cost.fetches.length, statements: cost.statements.length });

  it('takes as many requests and statements as a page of ten', async () => {
    const token = await mesh.tokens.token('steward');
    const ten = await mesh.ask(token, query(10));
    const hundred = await mesh.ask(token, query(100));
    expect([...ten.errors, ...hundred.errors]).toEqual([]);
    const nodes = (hundred.data as { titles: { nodes: { plays: { nodes: unknown[] } }[] } }).titles.nodes;
    expect(nodes).toHaveLength(100);
    expect(nodes.flatMap(({ plays }) => plays.nodes).length).toBeGreaterThan(100);
    expect(steps(hundred)).toEqual(steps(ten));
    // Titles; plays and revenue of them; invoices, once for each place in the query that asks for them.
    expect(steps(hundred).fetches).toBeLessThanOrEqual(5);
    expect(steps(hundred).statements).toBeLessThanOrEqual(8);
  });
});
