import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type House, openHouse } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])';
let isReady: () => void;
let ready: Promise<void>;

const titles: SubgraphFixture = {
  name: 'titles',
  sdl: `${link} type Query { titles: [Title] title: Title nothing: Title }
    type Title @key(fields: "id") { id: ID! name: String similar: [Title] }`,
  resolvers: {
    Query: {
      titles: () => [{ id: '1', name: 'a' }, null, { id: '2', name: 'b' }],
      title: () => ({ id: '1', name: 'a', similar: [{ id: '2', name: 'b' }] }),
    },
  },
};

/** Answers when it is told to. */
const reviews: SubgraphFixture = {
  name: 'reviews',
  sdl: `${link} type Title @key(fields: "id") {
      id: ID! stars: Int! quick: Int secret: String @requiresScopes(scopes: [["secret"]]) }`,
  resolvers: {
    Title: {
      __resolveReference: async ({ id }: { id: string }) => {
        await ready;
        return { id };
      },
      stars: ({ id }: { id: string }) => (id === '3' ? null : Number(id)),
      quick: () => 1,
    },
  },
};

let house: House;
beforeAll(async () => {
  house = await openHouse([titles, reviews]);
});
beforeEach(() => {
  house.forget();
  ready = new Promise((resolve) => {
    isReady = resolve;
  });
});
afterAll(() => house.close());

async function send(query: string, accept: string, variables?: Record<string, unknown>) {
  const response = await house.gateway.handle({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', accept },
    body: Buffer.from(JSON.stringify({ query, variables })),
    signal: new AbortController().signal,
  });
  return response;
}

const multipart = 'multipart/mixed;deferSpec=20220824, application/json;q=0.9';

async function* partsOf(query: string, variables?: Record<string, unknown>) {
  const { body, status } = await send(query, multipart, variables);
  expect(status).toBe(200);
  if (typeof body === 'string' || !(Symbol.asyncIterator in body)) throw new Error(String(body));
  for await (const piece of body) {
    const json = /\{.*\}/s.exec(piece)?.[0];
    if (json !== undefined) yield JSON.parse(json);
  }
}

describe('a deferred fragment', () => {
  it('comes when it is there; what it does not need comes before', async () => {
    const parts = partsOf('{ title { name ... @defer(label: "later") { stars } } }');
    expect((await parts.next()).value).toEqual({ data: { title: { name: 'a' } }, hasNext: true });
    isReady();
    expect((await parts.next()).value).toEqual({
      incremental: [{ data: { stars: 1 }, path: ['title'], label: 'later' }],
      hasNext: false,
    });
    expect((await parts.next()).done).toBe(true);
  });

  it('comes for each object on which it stands', async () => {
    isReady();
    const parts = [];
    for await (const part of partsOf(
      '{ titles { id ...Later @defer } } fragment Later on Title { stars name }',
    ))
      parts.push(part);
    expect(parts).toEqual([
      { data: { titles: [{ id: '1' }, null, { id: '2' }] }, hasNext: true },
      {
        incremental: [
          { data: { stars: 1, name: 'a' }, path: ['titles', 0] },
          { data: { stars: 2, name: 'b' }, path: ['titles', 2] },
        ],
        hasNext: false,
      },
    ]);
  });

  it('adds nothing where there is nothing', async () => {
    const parts = [];
    for await (const part of partsOf('{ nothing { id ... @defer { stars } } }')) parts.push(part);
    expect(parts).toEqual([
      { data: { nothing: null }, hasNext: true },
      { incremental: [], hasNext: false },
    ]);
  });

  it('is one of a few: each could be a request of its own', async () => {
    const fragments = (count: number) =>
      Array.from({ length: count }, (_, index) => `a${index}: title { ... @defer { stars } }`).join(' ');
    const { body } = await send(`{ ${fragments(33)} }`, multipart);
    expect(JSON.parse(String(body)).errors).toMatchObject([{ extensions: { code: 'COST_LIMIT' } }]);
    expect(house.asked()).toBe('');
  });

  describe('on more objects than may be told one by one', () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ id: String(index + 4), name: 'n' }));
    const setTitles = (data: unknown) => {
      const running = house.subgraphs.get('titles');
      if (running === undefined) throw new Error('no subgraph');
      running.instead = { body: JSON.stringify({ data }) };
      return () => {
        running.instead = undefined;
      };
    };
    const all = async (query: string) => {
      const parts = [];
      for await (const part of partsOf(query)) parts.push(part);
      return parts;
    };
    const titled = (list: typeof many) => list.map((each) => ({ __typename: 'Title', ...each }));

    it('comes with the first part', async () => {
      isReady();
      const reset = setTitles({ titles: titled(many) });
      try {
        expect(await all('{ titles { id ... @defer { name stars } } }')).toEqual([
          {
            data: { titles: many.map(({ id, name }) => ({ id, name, stars: Number(id) })) },
            hasNext: false,
          },
        ]);
      } finally {
        reset();
      }
    });

    it('counts together with others: those that there is room for are deferred', async () => {
      isReady();
      const some = many.slice(0, 60);
      const reset = setTitles({ titles: titled(some) });
      try {
        const query = '{ titles { id ... @defer(label: "a") { stars } ... @defer(label: "b") { quick } } }';
        const [initial, ...later] = await all(query);
        expect(initial).toEqual({
          data: { titles: some.map(({ id }) => ({ id, quick: 1 })) },
          hasNext: true,
        });
        const told = later.flatMap(({ incremental }) => incremental);
        expect(told).toHaveLength(60);
        expect(told[0]).toEqual({ data: { stars: 4 }, path: ['titles', 0], label: 'a' });
      } finally {
        reset();
      }
    });

    it('comes with the fragment that it is within', async () => {
      isReady();
      const reset = setTitles({ title: { __typename: 'Title', id: '1', similar: titled(many) } });
      try {
        const query =
          '{ title { id ... @defer(label: "outer") { similar { id ... @defer(label: "inner") { stars } } } } }';
        expect(await all(query)).toEqual([
          { data: { title: { id: '1' } }, hasNext: true },
          {
            incremental: [
              {
                data: { similar: many.map(({ id }) => ({ id, stars: Number(id) })) },
                path: ['title'],
                label: 'outer',
              },
            ],
            hasNext: false,
          },
        ]);
      } finally {
        reset();
      }
    });

    it('has its errors with the part that it comes with', async () => {
      isReady();
      const reset = setTitles({ titles: titled(many.map((each) => ({ ...each, id: '3' }))) });
      try {
        const [initial] = await all('{ titles { id ... @defer { name stars } } }');
        expect(initial.data).toEqual({ titles: many.map(() => null) });
        expect(initial.errors[0]).toMatchObject({
          path: ['titles', 0, 'stars'],
          extensions: { service: 'reviews' },
        });
      } finally {
        reset();
      }
    });
  });

  it('waits for the fragment that tells where it stands', async () => {
    const query = `{ title { id ... @defer(label: "outer") {
      similar { id ... @defer(label: "inner") { name } } stars } } }`;
    const parts = partsOf(query);
    expect((await parts.next()).value).toEqual({ data: { title: { id: '1' } }, hasNext: true });
    isReady();
    const rest = [];
    for await (const { incremental } of parts) rest.push(...incremental);
    expect(rest).toEqual([
      { data: { similar: [{ id: '2' }], stars: 1 }, path: ['title'], label: 'outer' },
      { data: { name: 'b' }, path: ['title', 'similar', 0], label: 'inner' },
    ]);
  });

  it('can hold another one', async () => {
    isReady();
    const parts = [];
    const query = '{ title { id ... @defer(label: "outer") { name ... @defer(label: "inner") { stars } } } }';
    for await (const part of partsOf(query)) parts.push(part);
    expect(parts[0]).toEqual({ data: { title: { id: '1' } }, hasNext: true });
    expect(parts.slice(1).flatMap(({ incremental }) => incremental)).toEqual([
      { data: { name: 'a' }, path: ['title'], label: 'outer' },
      { data: { stars: 1 }, path: ['title'], label: 'inner' },
    ]);
  });

  it('comes with the first part where it is not in force', async () => {
    isReady();
    const query = 'query ($defer: Boolean!) { title { name ... @defer(if: $defer) { stars } } }';
    const response = await send(query, multipart, { defer: false });
    expect(JSON.parse(String(response.body))).toEqual({ data: { title: { name: 'a', stars: 1 } } });
  });

  it('has the error of a subgraph that does not say where it arose', async () => {
    const failing = house.subgraphs.get('reviews');
    if (failing === undefined) throw new Error('no subgraph');
    failing.instead = { body: '{"errors":[{"message":"the database is away"}]}' };
    try {
      const parts = [];
      for await (const part of partsOf('{ titles { id ... @defer { quick } } }')) parts.push(part);
      expect(parts[1]).toMatchObject({
        incremental: [
          { data: { quick: null }, errors: [{ extensions: { code: 'SUBGRAPH_ERROR', service: 'reviews' } }] },
          { data: { quick: null } },
        ],
      });
    } finally {
      failing.instead = undefined;
    }
  });

  it('is null with an error when its subgraph is down, and takes nothing else along', async () => {
    isReady();
    const down = house.subgraphs.get('reviews');
    await down?.stop();
    try {
      const parts = [];
      for await (const part of partsOf('{ title { name ... @defer { stars } } }')) parts.push(part);
      expect(parts[0]).toEqual({ data: { title: { name: 'a' } }, hasNext: true });
      expect(parts[1]).toMatchObject({
        incremental: [
          {
            data: null,
            path: ['title'],
            errors: [{ path: ['title', 'stars'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
          },
        ],
      });
    } finally {
      await down?.start();
    }
  });

  it('is denied as any other: told at once, and nobody is asked for it', async () => {
    isReady();
    const parts = [];
    for await (const part of partsOf('{ title { name ... @defer { secret quick } } }')) parts.push(part);
    expect(parts).toMatchObject([
      { errors: [{ path: ['title', 'secret'], extensions: { code: 'FORBIDDEN' } }], hasNext: true },
      { incremental: [{ data: { secret: null, quick: 1 } }], hasNext: false },
    ]);
    expect(house.asked()).not.toContain('secret');
  });
});

describe('a client', () => {
  const query = '{ title { name ... @defer { quick } } }';

  it('that takes an answer as a whole is told what to do, and nobody is asked', async () => {
    const newer = 'multipart/mixed;incrementalSpec=v0.2, application/json';
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*', newer]) {
      const { status, body } = await send(query, accept);
      expect(status).toBe(406);
      expect(String(body)).toContain('multipart/mixed;deferSpec=20220824');
    }
    expect(house.asked()).toBe('');
  });

  it.each([['application/json'], ['*/*'], ['multipart/mixed'], ['multipart/mixed;deferSpec=20220824']])(
    'that accepts %s, and then what its refusal says, is answered in parts',
    async (accept) => {
      isReady();
      const refused = await send(query, accept);
      expect(refused.status).toBe(406);
      const [{ message }] = JSON.parse(String(refused.body)).errors;
      const advised = /"(multipart[^"]+)"/.exec(message)?.[1] ?? '';
      const { status, headers } = await send(query, advised);
      expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^multipart\/mixed/)]);
    },
  );

  it('can take an event stream', async () => {
    isReady();
    const { headers, body } = await send(query, 'text/event-stream');
    expect(headers['content-type']).toContain('text/event-stream');
    if (typeof body === 'string' || !(Symbol.asyncIterator in body)) throw new Error(String(body));
    let text = '';
    for await (const piece of body) text += piece;
    expect(text).toBe(
      ':\n\nevent: next\ndata: {"data":{"title":{"name":"a"}},"hasNext":true}\n\n' +
        'event: next\ndata: {"incremental":[{"data":{"quick":1},"path":["title"]}],"hasNext":false}\n\n' +
        'event: complete\ndata:\n\n',
    );
  });

  it.each([
    [
      'twice the same label',
      '{ title { ... @defer(label: "a") { name } ... @defer(label: "a") { quick } } }',
    ],
    ['a label that is a variable', 'query ($l: String) { title { ... @defer(label: $l) { name } } }'],
    ['@stream', '{ titles @stream { name } }'],
  ])('may not use %s', async (_, text) => {
    expect((await send(text, multipart)).status).toBe(200);
    expect(String((await send(text, multipart)).body)).toContain('GRAPHQL_VALIDATION_FAILED');
  });
});
