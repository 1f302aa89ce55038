/** One subgraph stopped takes its own fields with it and nothing else; when it is back, so are they. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainName, domainNames } from '@portcullis/demo/data/domains';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
}, 120_000);
afterAll(() => mesh?.close());

/** Each root field is nullable or in a request of its own, so that one domain's null is that domain's alone. */
const roots: Readonly<Record<DomainName, string>> = {
  video: 'titles',
  music: 'tracks',
  podcasts: 'shows',
  live: 'streams',
  audience: 'plays',
  billing: 'plans',
};

describe.each(domainNames)('without %s', (stopped) => {
  it('its fields are null with SUBGRAPH_UNAVAILABLE, all others come, and it comes back', async () => {
    const token = await mesh.tokens.token('steward');
    const ask = () =>
      mesh.ask(
        token,
        `{ ${domainNames.map((domain) => `${domain}: ${roots[domain]}(first: 1) { nodes { __typename } }`).join(' ')} }`,
      );
    const before = await ask();
    expect(before.errors).toEqual([]);

    await mesh.stop(stopped);
    const during = await ask();
    expect(during.status).toBe(200);
    expect(during.errors).toMatchObject([
      { path: [stopped], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: stopped, retryable: true } },
    ]);
    expect(during.data).toEqual({ ...before.data, [stopped]: null });

    await mesh.start(stopped);
    const after = await ask();
    expect(after.errors).toEqual([]);
    expect(after.data).toEqual(before.data);
  });
});

describe('a join', () => {
  it('keeps the rows of a list when the domain of a linked field is away', async () => {
    const token = await mesh.tokens.token('steward');
    const query =
      '{ plays(first: 3) { nodes { id subscriber { id invoices(first: 1) { nodes { number } } } } } }';
    const before = await mesh.ask(token, query);
    await mesh.stop('billing');
    const during = await mesh.ask(token, query);
    await mesh.start('billing');
    const nodes = (before.data as { plays: { nodes: { id: string; subscriber: { id: string } }[] } }).plays
      .nodes;
    expect(during.data).toEqual({
      plays: {
        nodes: nodes.map(({ id, subscriber }) => ({ id, subscriber: { id: subscriber.id, invoices: null } })),
      },
    });
    expect(during.errors).toMatchObject(
      nodes.map((_, index) => ({
        path: ['plays', 'nodes', index, 'subscriber', 'invoices'],
        extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'billing' },
      })),
    );
  });
});
