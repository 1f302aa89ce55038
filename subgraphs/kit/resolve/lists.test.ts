/** Lists over a real database: exact values, filters, orders, cursors, counts, and the statements they take. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
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

interface Nodes {
  readonly list: { readonly nodes: readonly Readonly<Record<string, unknown>>[] };
}

/** The ids that a filter leaves, in the order of the key. */
async function idsWhere(where: unknown): Promise<readonly unknown[]> {
  const { data, errors } = await domain.ask(
    'query ($where: PlayWhere) { list: plays(where: $where) { nodes { id } } }',
    { where },
  );
  expect(errors).toBeUndefined();
  return (data as unknown as Nodes).list.nodes.map(({ id }) => id);
}

/** The single refusal of a query. */
async function refusal(query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { errors } = await domain.ask(query, variables);
  return errors?.map(({ message, extensions }) => ({ message, code: extensions['code'] }));
}

describe('values', () => {
  test('are exact: 2^53+1, 38 digits, microseconds, scale', async () => {
    const { data } = await domain.ask(`{
      plays(first: 3) { nodes { sequence bytes amount playedAt day labels skipped ratio seconds } }
      titles { nodes { budget releasedOn } }
    }`);
    expect(data).toEqual({
      plays: {
        nodes: [
          {
            sequence: '9007199254740993',
            bytes: '9007199254740993',
            amount: '0.10',
            playedAt: '2026-03-28T23:30:00.000001Z',
            day: '2026-03-29',
            labels: ['a', 'b c'],
            skipped: true,
            ratio: 0.1,
            seconds: 10,
          },
          {
            sequence: '2',
            bytes: '9223372036854775807',
            amount: '0.20',
            playedAt: '2026-03-29T00:30:00Z',
            day: '2026-03-29',
            labels: [],
            skipped: false,
            ratio: 0.2,
            seconds: 20,
          },
          {
            sequence: '3',
            bytes: null,
            amount: '99999999999999999999999999999999999999',
            playedAt: '2026-03-29T01:30:00.5Z',
            day: '2026-03-30',
            labels: null,
            skipped: null,
            ratio: null,
            seconds: null,
          },
        ],
      },
      titles: {
        nodes: [
          { budget: '12345678901234567890123456789012345678', releasedOn: '2020-02-29' },
          { budget: '0.00000000000000000000000000000000000001', releasedOn: null },
          { budget: null, releasedOn: '2021-01-01' },
        ],
      },
    });
  });

  test('are filtered exactly: neighbours of 2^53 and of a microsecond differ', async () => {
    expect(await idsWhere({ bytes: { eq: '9007199254740993' } })).toEqual(['p1']);
    expect(await idsWhere({ bytes: { eq: '9007199254740992' } })).toEqual([]);
    expect(await idsWhere({ amount: { gt: '99999999999999999999999999999999999998' } })).toEqual(['p3']);
    expect(await idsWhere({ playedAt: { lt: '2026-03-28T23:30:00.000001Z' } })).toEqual([]);
    expect(await idsWhere({ playedAt: { lte: '2026-03-29T00:30:00.000001+01:00' } })).toEqual(['p1']);
  });
});

describe('where', () => {
  test.each<[unknown, readonly string[]]>([
    [{}, ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']],
    [null, ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']],
    [{ country: { eq: 'DE' } }, ['p1', 'p2', 'p6']],
    [{ country: { ne: 'DE' } }, ['p3', 'p4', 'p5', 'p7']],
    [{ not: { country: { eq: 'DE' } } }, ['p3', 'p4', 'p5', 'p7']],
    [{ not: { not: { country: { eq: 'DE' } } } }, ['p1', 'p2', 'p6']],
    [{ country: { isNull: true } }, ['p3', 'p7']],
    [{ country: { isNull: false }, device: { in: ['TV', 'GAME'] } }, ['p1', 'p5', 'p6']],
    [{ country: { in: [] } }, []],
    [{ skipped: { eq: false } }, ['p2', 'p6']],
    [{ seconds: { gte: 20, lt: 60 } }, ['p2', 'p4', 'p5']],
    [{ or: [{ country: { eq: 'FR' } }, { seconds: { isNull: true } }] }, ['p3', 'p4', 'p5']],
    [{ or: [] }, []],
    [{ and: [] }, ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']],
    [{ and: [{ or: [{ id: { eq: 'p1' } }, { id: { eq: 'p2' } }] }, { not: { id: { eq: 'p2' } } }] }, ['p1']],
    [{ day: { eq: '2026-03-30' } }, ['p3', 'p4']],
    [{ ratio: { gt: 0.55 } }, ['p6', 'p7']],
  ])('%j', async (where, ids) => {
    expect(await idsWhere(where)).toEqual(ids);
  });

  test('patterns are text: % and _ and \\ stand for themselves', async () => {
    const names = async (filter: unknown): Promise<unknown> =>
      (
        await domain.ask('query ($f: StringFilter) { titles(where: {name: $f}) { nodes { name } } }', {
          f: filter,
        })
      ).data;
    const found = { titles: { nodes: [{ name: '100%_\\sure' }] } };
    expect(await names({ startsWith: '100%_\\' })).toEqual(found);
    expect(await names({ contains: '%_\\s' })).toEqual(found);
    expect(await names({ contains: '_' })).toEqual(found);
    expect(await names({ startsWith: '%' })).toEqual({ titles: { nodes: [] } });
  });

  test.each([`'; drop table plays; --`, `DE' or '1'='1`, '$1', '\\', '"', '{a,b}', '{"a":null}', 'NULL'])(
    'the value %j is a value',
    async (value) => {
      expect(await idsWhere({ country: { eq: value } })).toEqual([]);
      expect(await idsWhere({ country: { in: [value] } })).toEqual([]);
      expect(await idsWhere({ country: { contains: value } })).toEqual([]);
      expect(await idsWhere({ country: { eq: 'DE' } })).toHaveLength(3);
    },
  );

  test.each<[unknown, RegExp]>([
    [{ country: { eq: null } }, /eq: null .*isNull/],
    [{ country: { in: null } }, /in: null .*isNull/],
    [{ country: null }, /"country" out/],
    [{ not: null }, /"not" out/],
    [{ and: [{ or: null }] }, /"or" out/],
    [{ country: { eq: 'a\0b' } }, /NUL/],
    [{ country: { in: ['a\0b'] } }, /NUL/],
    [{ or: Array.from({ length: 501 }, () => ({ id: { eq: 'p1' } })) }, /500 conditions/],
  ])('%j is refused', async (where, message) => {
    const query = 'query ($where: PlayWhere) { plays(where: $where) { nodes { id } } }';
    expect(await refusal(query, { where })).toEqual([
      { message: expect.stringMatching(message), code: 'BAD_USER_INPUT' },
    ]);
  });
});

describe('order', () => {
  const order = async (orderBy: unknown): Promise<readonly unknown[]> => {
    const { data } = await domain.ask(
      'query ($orderBy: [PlayOrderBy!]) { list: plays(orderBy: $orderBy) { nodes { id } } }',
      { orderBy },
    );
    return (data as unknown as Nodes).list.nodes.map(({ id }) => id);
  };

  test('NULLs are the largest: last ascending, first descending', async () => {
    expect(await order([{ field: 'country' }])).toEqual(['p1', 'p2', 'p6', 'p4', 'p5', 'p3', 'p7']);
    expect(await order([{ field: 'country', direction: 'DESC' }])).toEqual([
      'p7',
      'p3',
      'p5',
      'p4',
      'p6',
      'p2',
      'p1',
    ]);
  });

  test('directions mix, and a second mention changes nothing', async () => {
    const mixed = [{ field: 'country', direction: 'DESC' }, { field: 'seconds' }];
    expect(await order(mixed)).toEqual(['p7', 'p3', 'p4', 'p5', 'p1', 'p2', 'p6']);
    expect(await order([...mixed, { field: 'country', direction: 'ASC' }])).toEqual(await order(mixed));
    expect(await order(null)).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
  });
});

describe('pages', () => {
  interface PageData {
    readonly plays: {
      readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
      readonly pageInfo: Readonly<
        Record<'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor', unknown>
      >;
    };
  }
  const pageQuery = `query ($first: Int!, $after: String, $where: PlayWhere, $orderBy: [PlayOrderBy!]) {
    plays(first: $first, after: $after, where: $where, orderBy: $orderBy) {
      edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;
  const page = async (variables: Readonly<Record<string, unknown>>): Promise<PageData['plays']> =>
    ((await domain.ask(pageQuery, variables)).data as unknown as PageData).plays;

  test('follow each other and say where they lie', async () => {
    const first = await page({ first: 3 });
    const second = await page({ first: 4, after: first.pageInfo.endCursor });
    expect([first, second].map(({ edges }) => edges.map(({ node }) => node.id))).toEqual([
      ['p1', 'p2', 'p3'],
      ['p4', 'p5', 'p6', 'p7'],
    ]);
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.edges[0]?.cursor,
      endCursor: first.edges[2]?.cursor,
    });
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('of no rows have no cursors', async () => {
    const empty = { hasPreviousPage: false, startCursor: null, endCursor: null };
    expect(await page({ first: 0 })).toEqual({ edges: [], pageInfo: { ...empty, hasNextPage: true } });
    expect(await page({ first: 1, where: { or: [] } })).toEqual({
      edges: [],
      pageInfo: { ...empty, hasNextPage: false },
    });
  });

  test.each([-1, 1001, 2147483647])('first: %d is refused', async (first) => {
    expect(await refusal(pageQuery, { first })).toEqual([
      { message: expect.stringContaining('0 to 1000 rows'), code: 'BAD_USER_INPUT' },
    ]);
  });

  test('a cursor of another order, filter or list is refused', async () => {
    const { endCursor: after } = (await page({ first: 1, orderBy: [{ field: 'country' }] })).pageInfo;
    const foreign = {
      message: expect.stringContaining('another list, order or filter'),
      code: 'BAD_USER_INPUT',
    };
    expect(await refusal(pageQuery, { first: 1, after })).toEqual([foreign]);
    expect(
      await refusal(pageQuery, { first: 1, after, orderBy: [{ field: 'country', direction: 'DESC' }] }),
    ).toEqual([foreign]);
    expect(
      await refusal(pageQuery, { first: 1, after, orderBy: [{ field: 'country' }], where: { and: [] } }),
    ).toEqual([foreign]);
    expect(
      await refusal('query ($after: String) { titles(after: $after) { nodes { id } } }', { after }),
    ).toEqual([foreign]);
  });

  test('a cursor goes on however its filter is written', async () => {
    const query = (where: string): string =>
      `{ plays(first: 1, where: ${where}) { pageInfo { endCursor } } }`;
    const cursor = async (where: string): Promise<unknown> => (await domain.ask(query(where))).data;
    expect(await cursor('{country: {eq: "DE"}, device: {eq: TV}}')).toEqual(
      await cursor('{device: {eq: TV}, country: {eq: "DE"}}'),
    );
  });

  test('a cursor is worth no more than its values: forged ones are refused or are parameters', async () => {
    const { endCursor } = (await page({ first: 1, orderBy: [{ field: 'sequence' }] })).pageInfo;
    const [binding] = JSON.parse(Buffer.from(String(endCursor), 'base64url').toString()) as [string];
    const forged = (...values: readonly unknown[]): string =>
      Buffer.from(JSON.stringify([binding, ...values])).toString('base64url');
    const refused = { message: expect.stringContaining('this is no cursor'), code: 'BAD_USER_INPUT' };
    const orderBy = [{ field: 'sequence' }];
    for (const after of [
      '',
      'x',
      '%',
      Buffer.from('{}').toString('base64url'),
      forged(),
      forged('1'),
      forged('1', 'p1', 'p2'),
      forged(1, 'p1'),
      forged('1; drop table plays', 'p1'),
      forged('99999999999999999999', 'p1'),
      forged(null, 'p1'),
      forged('1', 'p\0'),
      forged(['1'], 'p1'),
    ]) {
      expect(await refusal(pageQuery, { first: 1, after, orderBy })).toEqual([refused]);
    }
    const injected = await page({ first: 10, after: forged('1', `' or true; --`), orderBy });
    expect(injected.edges).toHaveLength(7);
  });
});

describe('statements', () => {
  test('read what is selected, the key and the order, nothing else', async () => {
    const { statements } = await domain.ask(
      `
      query ($yes: Boolean!) {
        plays(orderBy: [{field: day}]) {
          edges { node { ...Part ... on Play { ratio @skip(if: $yes) } amount @include(if: $yes) } }
          nodes { bytes: seconds }
        }
      }
      fragment Part on Play { __typename device }`,
      { yes: true },
    );
    expect(statements).toHaveLength(1);
    const columns = statements[0]?.sql.split(' from ')[0]?.match(/"t"\."(\w+)"/g);
    expect(columns?.map((column) => column.slice(5, -1)).sort()).toEqual([
      'amount',
      'day',
      'device',
      'id',
      'seconds',
    ]);
  });

  test('count only if the count is selected, and read no page for it', async () => {
    const counting = await domain.ask(
      '{ plays(where: {country: {eq: "DE"}}, first: 1) { ...C } } fragment C on PlayConnection { n: totalCount }',
    );
    expect(counting.data).toEqual({ plays: { n: '3' } });
    expect(counting.statements.map(({ sql }) => /count\(/.test(sql))).toEqual([true]);
    const without = await domain.ask(
      'query ($no: Boolean!) { plays { totalCount @include(if: $no) pageInfo { hasNextPage } } }',
      { no: false },
    );
    expect(without.statements.map(({ sql }) => /count\(/.test(sql))).toEqual([false]);
  });

  test('keep their text whatever the values are', async () => {
    const text = async (ids: readonly string[]): Promise<unknown> =>
      (await domain.ask('query ($ids: [ID!]) { plays(where: {id: {in: $ids}}) { nodes { id } } }', { ids }))
        .statements[0]?.sql;
    expect(await text(['p1'])).toBe(await text(['p1', 'p2', `'`]));
  });
});

test('an interface lists rows of its types only, each with its own fields', async () => {
  const { data, statements } = await domain.ask(`{
    titles { totalCount nodes { __typename id ... on Movie { minutes } ... on Series { seasons { nodes { number } } } } }
  }`);
  expect(data).toEqual({
    titles: {
      totalCount: '3',
      nodes: [
        { __typename: 'Movie', id: 'm1', minutes: 90 },
        { __typename: 'Movie', id: 'm2', minutes: null },
        {
          __typename: 'Series',
          id: 's1',
          seasons: { nodes: [{ number: 1 }, { number: 2 }, { number: 10 }] },
        },
      ],
    },
  });
  expect(statements).toHaveLength(3);
});
