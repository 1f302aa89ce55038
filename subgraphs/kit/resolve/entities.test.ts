/** Entities over a real database: one statement per type and level, whatever asks for them. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { type Answer, openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { mediaResolvers, mediaRows, mediaSdl, mediaTables } from '../fixture/media.ts';

let database: TestDatabase;
let domain: TestDomain;

beforeAll(async () => {
  database = await createTestDatabase();
  await connected(database.ownerUrl, (client) => client.query(mediaTables + mediaRows));
  domain = await openTestDomain(database.appUrl, { sdl: mediaSdl, resolvers: mediaResolvers });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
});

function entities(representations: readonly unknown[], selection: string): Promise<Answer> {
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
  return domain.ask(query, { representations });
}

describe('representations', () => {
  test('of one type are one statement, in the order asked, null where no row has the key', async () => {
    const ids = ['p3', 'p1', 'nowhere', 'p3'];
    const { data, statements } = await entities(
      ids.map((id) => ({ __typename: 'Play', id })),
      '... on Play { id country }',
    );
    const p3 = { id: 'p3', country: null };
    expect(data).toEqual({ _entities: [p3, { id: 'p1', country: 'DE' }, null, p3] });
    expect(statements).toHaveLength(1);
    expect(statements[0]?.parameters).toEqual([['p3', 'p1', 'nowhere']]);
  });

  test('may use another key', async () => {
    const { data } = await entities(
      ['9007199254740993', 2, '9007199254740992'].map((sequence) => ({ __typename: 'Play', sequence })),
      '... on Play { id }',
    );
    expect(data).toEqual({ _entities: [{ id: 'p1' }, { id: 'p2' }, null] });
  });

  test('with compound keys match whole keys', async () => {
    const keys = [
      { titleId: 's1', number: 10 },
      { titleId: 's1', number: 3 },
      { titleId: 'm1', number: 1 },
      { titleId: 's1', number: 1 },
    ];
    const { data, statements } = await entities(
      keys.map((key) => ({ __typename: 'Season', ...key })),
      '... on Season { titleId number }',
    );
    expect(data).toEqual({ _entities: [keys[0], null, null, keys[3]] });
    expect(statements.map(({ parameters }) => parameters)).toEqual([
      [['s1', 's1', 'm1', 's1'], [10, 3, 1, 1].map(String)],
    ]);
  });

  test('of an interface become their concrete types', async () => {
    const { data, statements } = await entities(
      ['m1', 's1', 'x1'].map((id) => ({ __typename: 'Title', id })),
      '... on Title { __typename name } ... on Movie { minutes }',
    );
    expect(data).toEqual({
      _entities: [
        { __typename: 'Movie', name: 'Alpha', minutes: 90 },
        { __typename: 'Series', name: '100%_\\sure' },
        null,
      ],
    });
    expect(statements).toHaveLength(1);
  });

  test('of a concrete type find only rows of its kind', async () => {
    const { data } = await entities(
      [
        { __typename: 'Movie', id: 's1' },
        { __typename: 'Series', id: 's1' },
      ],
      '... on Title { id }',
    );
    expect(data).toEqual({ _entities: [null, { id: 's1' }] });
  });

  test('bring the external fields that @requires names', async () => {
    const { data } = await entities(
      [
        { __typename: 'Season', titleId: 's1', number: 2, currency: 'EUR', number_: 'x' },
        { __typename: 'Season', titleId: 's1', number: 1 },
      ],
      '... on Season { price currency }',
    );
    expect(data).toEqual({
      _entities: [
        { price: '2 EUR', currency: 'EUR' },
        { price: null, currency: null },
      ],
    });
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['no key', {}],
    ['a null key', { id: null }],
    ['an object for a key', { id: { toString: 'p1' } }],
    ['a list for a key', { id: ['p1'] }],
    ['a NUL', { id: 'p1\0' }],
    ['a number beyond int64', { sequence: '9223372036854775808' }],
    ['half a compound key', { __typename: 'Season', titleId: 's1' }],
    ['no key of another domain’s type', { __typename: 'Listener' }],
    ['a key of another type', { __typename: 'Season', titleId: 's1', number: '1 or true' }],
  ])('with %s are refused, and the others are served', async (_, bad) => {
    const { data, errors } = await entities(
      [
        { __typename: 'Play', ...bad },
        { __typename: 'Play', id: 'p1' },
      ],
      '__typename ... on Play { country }',
    );
    expect(data).toEqual({ _entities: [null, { __typename: 'Play', country: 'DE' }] });
    expect(errors?.map(({ extensions, path }) => [extensions['code'], path])).toEqual([
      ['BAD_USER_INPUT', ['_entities', 0]],
    ]);
  });

  test.each<[string, unknown]>([
    ['no __typename', { id: 'p1' }],
    ['an object for a __typename', { __typename: { toString: 'Play' }, id: 'p1' }],
    ['__proto__ for a __typename', JSON.parse('{"__typename":"__proto__","id":"p1"}')],
    ['its __typename in a __proto__', JSON.parse('{"__proto__":{"__typename":"Play"},"id":"p1"}')],
    ['an unknown type', { __typename: 'Nothing', id: 'p1' }],
    ['a type that is no entity', { __typename: 'Query' }],
    ['an input type', { __typename: 'PlayWhere' }],
    ['a scalar type', { __typename: 'Long' }],
    ['the union itself', { __typename: '_Entity', id: 'p1' }],
    ['a text', 'Play'],
    ['a number', 7],
    ['a list', [{ __typename: 'Play', id: 'p1' }]],
    ['an object for the key of another domain’s type', { __typename: 'Listener', id: {} }],
    [
      'an object for a field of another domain',
      { __typename: 'Season', titleId: 's1', number: 2, currency: {} },
    ],
  ])('that are none (%s) are refused without a word of them, and the others are served', async (_, bad) => {
    const { data, errors } = await entities(
      [{ __typename: 'Play', id: 'p2' }, bad, { __typename: 'Play', id: 'p1' }],
      '... on Play { id } ... on Listener { id } ... on Season { currency price }',
    );
    expect(data).toEqual({ _entities: [{ id: 'p2' }, null, { id: 'p1' }] });
    expect(errors?.map(({ extensions, path }) => [extensions['code'], path])).toEqual([
      ['BAD_USER_INPUT', ['_entities', 1]],
    ]);
    expect(errors?.[0]?.message).toMatch(/^a representation /);
    expect(errors?.[0]?.message).not.toMatch(/__proto__|Nothing|p1/);
  });

  test('are values to the database', async () => {
    const { data } = await entities(
      ["p1' or '1'='1", '{p1,p2}', '"', '\\'].map((id) => ({ __typename: 'Play', id })),
      '... on Play { id }',
    );
    expect(data).toEqual({ _entities: [null, null, null, null] });
  });
});

describe('references', () => {
  test('of a whole list are one statement per type, whatever the depth and the aliases', async () => {
    const { data, statements } = await domain.ask(`{
      plays {
        nodes {
          id
          media { __typename ... on Movie { name } ... on Title { releasedOn } }
          again: media { ... on Movie { minutes } }
          season { number title { name ... on Series { seasons { totalCount nodes { number } } } } }
        }
      }
    }`);
    expect(
      (data as { readonly plays: { readonly nodes: readonly unknown[] } }).plays.nodes.slice(0, 5),
    ).toEqual([
      {
        id: 'p1',
        media: { __typename: 'Movie', name: 'Alpha', releasedOn: '2020-02-29' },
        again: { minutes: 90 },
        season: null,
      },
      {
        id: 'p2',
        media: { __typename: 'Movie', name: 'Beta', releasedOn: null },
        again: { minutes: null },
        season: null,
      },
      {
        id: 'p3',
        media: { __typename: 'Series', releasedOn: '2021-01-01' },
        again: {},
        season: {
          number: 1,
          title: {
            name: '100%_\\sure',
            seasons: { totalCount: '3', nodes: [{ number: 1 }, { number: 2 }, { number: 10 }] },
          },
        },
      },
      { id: 'p4', media: { __typename: 'Song' }, again: {}, season: null },
      { id: 'p5', media: null, again: null, season: expect.objectContaining({ number: 2 }) },
    ]);
    // plays, movies, series, seasons, their titles, the seasons of these, their count.
    expect(statements).toHaveLength(7);
  });

  test('read of each type what is selected on it', async () => {
    const { statements } = await domain.ask(
      '{ plays { nodes { media { ... on Movie { budget } ... on Series { name } ... on Title { releasedOn } } } } }',
    );
    const columns = statements
      .slice(1)
      .map(({ sql }) => sql.match(/"t"\."(\w+)" as/g)?.map((column) => column.slice(5, -4)));
    expect(columns).toEqual([
      ['id', 'budget', 'released_on'],
      ['id', 'name', 'released_on'],
    ]);
  });

  test('to a type that is not of the union are null', async () => {
    await connected(database.ownerUrl, (client) =>
      client.query(
        "insert into plays (id, sequence, played_at, media_type, media_id) values ('p8', 8, now(), 'Listener', 'l1')",
      ),
    );
    const { data, errors } = await domain.ask(
      '{ plays(where: {id: {eq: "p8"}}) { nodes { media { __typename } } } }',
    );
    expect([data, errors]).toEqual([{ plays: { nodes: [{ media: null }] } }, undefined]);
  });

  test('to another domain are keys, without a statement', async () => {
    const { data, statements } = await domain.ask(
      '{ plays(where: {id: {in: ["p1", "p5"]}}) { nodes { listener { __typename id greeting } } } }',
    );
    expect(data).toEqual({
      plays: {
        nodes: [{ listener: { __typename: 'Listener', id: 'l1', greeting: 'Hello l1' } }, { listener: null }],
      },
    });
    expect(statements).toHaveLength(1);
  });
});

describe('collections', () => {
  const listeners = ['l1', 'l2', 'l3', 'nobody', 'l1'].map((id) => ({ __typename: 'Listener', id }));

  test('of many parents are one statement, each with its own page', async () => {
    const { data, statements } = await entities(
      listeners,
      `... on Listener {
        id
        plays(first: 2, orderBy: [{field: seconds, direction: DESC}], where: {skipped: {isNull: false}}) {
          totalCount nodes { id } edges { node { seconds } } pageInfo { hasNextPage }
        }
      }`,
    );
    const page = (
      totalCount: string,
      plays: readonly (readonly [string, number])[],
      hasNextPage: boolean,
    ): unknown => ({
      totalCount,
      nodes: plays.map(([id]) => ({ id })),
      edges: plays.map(([, seconds]) => ({ node: { seconds } })),
      pageInfo: { hasNextPage },
    });
    const l1 = {
      id: 'l1',
      plays: page(
        '3',
        [
          ['p4', 40],
          ['p2', 20],
        ],
        true,
      ),
    };
    expect(data).toEqual({
      _entities: [
        l1,
        { id: 'l2', plays: page('1', [['p6', 60]], false) },
        { id: 'l3', plays: page('1', [['p7', 70]], false) },
        { id: 'nobody', plays: page('0', [], false) },
        l1,
      ],
    });
    expect(statements).toHaveLength(2);
    expect(statements.map(({ parameters }) => parameters[0])).toContainEqual(['l1', 'l2', 'l3', 'nobody']);
  });

  test('go on after a cursor, for all parents', async () => {
    const first = await entities(
      listeners.slice(0, 1),
      '... on Listener { plays(first: 1) { pageInfo { endCursor } } }',
    );
    const [{ plays }] = (
      first.data as unknown as {
        readonly _entities: [{ readonly plays: { readonly pageInfo: { readonly endCursor: string } } }];
      }
    )._entities;
    const next = await entities(
      listeners.slice(0, 2),
      `... on Listener { plays(first: 1, after: "${plays.pageInfo.endCursor}") { nodes { id } pageInfo { hasPreviousPage } } }`,
    );
    const page = (id: string): unknown => ({
      plays: { nodes: [{ id }], pageInfo: { hasPreviousPage: true } },
    });
    expect(next.data).toEqual({ _entities: [page('p2'), page('p3')] });
  });

  test('asked for twice alike are read once; differently, twice', async () => {
    const { statements } = await entities(
      listeners,
      '... on Listener { a: plays(first: 1) { nodes { id } } b: plays(first: 1) { nodes { id } } c: plays(first: 2) { nodes { id } } }',
    );
    expect(statements).toHaveLength(2);
  });

  test('of a compound key, and of the types of an interface together', async () => {
    const { data, statements } = await domain.ask(`{
      titles { nodes { id seasons { nodes { number plays { nodes { id } } } } } }
    }`);
    const none = { nodes: [] };
    expect(data).toEqual({
      titles: {
        nodes: [
          { id: 'm1', seasons: none },
          { id: 'm2', seasons: none },
          {
            id: 's1',
            seasons: {
              nodes: [
                { number: 1, plays: { nodes: [{ id: 'p3' }] } },
                { number: 2, plays: { nodes: [{ id: 'p5' }] } },
                { number: 10, plays: none },
              ],
            },
          },
        ],
      },
    });
    expect(statements).toHaveLength(3);
  });

  test('have their own maximum', async () => {
    const { errors } = await entities(
      listeners.slice(0, 1),
      '... on Listener { plays(first: 1001) { nodes { id } } }',
    );
    expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

describe('resolvers of a domain', () => {
  test('get what they need, and answer with keys that are loaded together', async () => {
    const { data, statements } = await domain.ask(
      '{ titles { nodes { id similar { __typename id name } } } }',
    );
    expect(data).toEqual({
      titles: {
        nodes: [
          {
            id: 'm1',
            similar: [
              { __typename: 'Series', id: 's1', name: '100%_\\sure' },
              { __typename: 'Movie', id: 'm2', name: 'Beta' },
            ],
          },
          { id: 'm2', similar: [] },
          { id: 's1', similar: [] },
        ],
      },
    });
    expect(statements).toHaveLength(2);
    expect(statements[0]?.sql).toContain('"name"');
  });

  test("may answer with a union: rows are loaded, other domains' entities are keys, misses are null", async () => {
    const { data, statements } = await domain.ask(
      '{ search(text: "z9") { __typename ... on Series { name } ... on Song { id } ... on Movie { minutes } } }',
    );
    expect(data).toEqual({
      search: [
        { __typename: 'Series', name: '100%_\\sure' },
        null,
        { __typename: 'Song', id: 'z9' },
        { __typename: 'Movie', minutes: 90 },
        null,
      ],
    });
    expect(statements).toHaveLength(2);
  });
});
