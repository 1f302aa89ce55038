/** Values are exact from the column to the client's bytes, and buckets follow the calendar of their zone. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playFixtures, streamFixture, subscriberFixture, trackFixture } from '@portcullis/demo/data/fixtures';
import { connected } from '@portcullis/kit/database/connect';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let token: string;
beforeAll(async () => {
  mesh = await startMesh();
  token = await mesh.tokens.token('steward');
}, 120_000);
afterAll(() => mesh?.close());

describe('exact values', () => {
  it('keeps 2^53 + 1', async () => {
    const { data } = await mesh.ask(
      token,
      'query($id: ID!) { streams(where: { id: { eq: $id } }) { nodes { bytesDelivered } } }',
      { id: streamFixture.id },
    );
    expect(data).toEqual({ streams: { nodes: [{ bytesDelivered: '9007199254740993' }] } });
  });

  it('finds 2^53 + 1 and not its neighbour', async () => {
    const find = (value: unknown) =>
      mesh.ask(token, 'query($v: Long) { streams(where: { bytesDelivered: { eq: $v } }) { nodes { id } } }', {
        v: value,
      });
    expect((await find(streamFixture.bytesDelivered)).data).toEqual({
      streams: { nodes: [{ id: streamFixture.id }] },
    });
    expect((await find('9007199254740992')).data).toEqual({ streams: { nodes: [] } });
  });

  it('keeps 38 digits', async () => {
    const { data } = await mesh.ask(
      token,
      'query($id: ID!) { tracks(where: { id: { eq: $id } }) { nodes { playRate } } }',
      { id: trackFixture.id },
    );
    expect(data).toEqual({ tracks: { nodes: [{ playRate: trackFixture.playRate }] } });
  });

  it('keeps microseconds, in UTC', async () => {
    const ids = playFixtures.map(({ id }) => id);
    const { data } = await mesh.ask(
      token,
      'query($ids: [ID!]) { plays(where: { id: { in: $ids } }) { nodes { id playedAt } } }',
      { ids },
    );
    expect(data).toEqual({ plays: { nodes: playFixtures.map(({ id, playedAt }) => ({ id, playedAt })) } });
  });
});

describe('groups', () => {
  it('are days of Berlin, of 23 and of 25 hours', async () => {
    const { data, errors } = await mesh.ask(
      token,
      `query($who: ID!, $from: DateTime!) {
        playsGrouped(by: [{ bucket: { field: playedAt, unit: DAY } }], timeZone: "Europe/Berlin",
                     where: { subscriberId: { eq: $who }, id: { gte: "ply_9000000001" }, playedAt: { gte: $from } }) {
          nodes { key { playedAt } count }
        }
      }`.replace(
        'id: { gte: "ply_9000000001" }, ',
        `id: { in: ${JSON.stringify(playFixtures.map(({ id }) => id))} }, `,
      ),
      { who: subscriberFixture.id, from: '2026-01-01T00:00:00Z' },
    );
    expect(errors).toEqual([]);
    // Midnight in Berlin is 23:00 UTC before the clocks go forward, 22:00 before they go back.
    expect(data).toEqual({
      playsGrouped: {
        nodes: [
          { key: { playedAt: '2026-03-28T23:00:00Z' }, count: '4' },
          { key: { playedAt: '2026-10-24T22:00:00Z' }, count: '4' },
        ],
      },
    });
  });

  it('sum money as SQL does', async () => {
    const { data } = await mesh.ask(
      token,
      '{ invoicesGrouped(by: [{ field: currency }, { field: status }]) { nodes { key { currency status } count sum { totalAmount } avg { totalAmount } min { issuedAt } } } }',
    );
    const expected = await connected(mesh.databases.billing.ownerUrl, async (client) =>
      (
        await client.query<{ row: unknown }>(`
          select json_build_object('key', json_build_object('currency', currency, 'status', status), 'count', count(*)::text,
                   'sum', json_build_object('totalAmount', trim_scale(sum(total_amount))::text)) as row
          from invoices group by currency, status order by currency, status`)
      ).rows.map(({ row }) => row),
    );
    const nodes = (
      data as { invoicesGrouped: { nodes: { key: unknown; count: string; sum: { totalAmount: string } }[] } }
    ).invoicesGrouped.nodes;
    const plain = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
    expect(
      nodes.map(({ key, count, sum }) => ({ key, count, sum: { totalAmount: plain(sum.totalAmount) } })),
    ).toEqual(expected);
    expect(nodes.length).toBeGreaterThan(5);
  });

  it('count rows only when asked to', async () => {
    const without = await mesh.ask(token, '{ plays(first: 1) { nodes { id } } }');
    const with_ = await mesh.ask(token, '{ plays(first: 1) { nodes { id } totalCount } }');
    expect(without.cost.statements).toHaveLength(1);
    expect(with_.cost.statements).toHaveLength(2);
  });
});
