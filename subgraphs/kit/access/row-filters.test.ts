/** Row filters over a real database: whichever way rows are asked for, they are those that a reference leaves. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import fc from 'fast-check';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { mediaResolvers, mediaRows, mediaSdl, mediaTables } from '../fixture/media.ts';
import { operators, type RowCondition } from '../identity/obligations.ts';
import {
  anyCondition,
  comparable,
  examples,
  isVisible,
  replacePlays,
  type StoredPlay,
  somePlays,
} from './testing.ts';

let database: TestDatabase;
let domain: TestDomain;
let rows: readonly StoredPlay[];

beforeAll(async () => {
  database = await createTestDatabase();
  rows = somePlays();
  await connected(database.ownerUrl, async (client) => {
    await client.query(mediaTables + mediaRows);
    await replacePlays(client, rows);
  });
  domain = await openTestDomain(database.appUrl, { sdl: mediaSdl, resolvers: mediaResolvers });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
});

const everyWay = `query ($plays: [_Any!]!, $listeners: [_Any!]!) {
  plays(first: 1000) { totalCount nodes { id } }
  filtered: plays(first: 1000, where: {not: {country: {eq: "FR"}}}) { totalCount nodes { id } }
  page: plays(first: 7, orderBy: [{field: seconds, direction: DESC}]) { pageInfo { endCursor hasNextPage } nodes { id } }
  all: playsGrouped(by: []) { nodes { count countDistinct { device } } }
  byCountry: playsGrouped(by: [{field: country}]) { nodes { key { country } count } suppressed }
  entities: _entities(representations: $plays) { ... on Play { id } }
  listeners: _entities(representations: $listeners) { ... on Listener { plays(first: 1000) { totalCount nodes { id } } } }
}`;

const pages = `query ($after: String) {
  plays(first: 7, after: $after, orderBy: [{field: seconds, direction: DESC}]) { pageInfo { endCursor hasNextPage } nodes { id } }
}`;

interface Page {
  readonly plays: {
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    readonly nodes: readonly { readonly id: string }[];
  };
}

/** All rows of a list, page by page. */
async function walked(obligations: unknown): Promise<readonly string[]> {
  const found: string[] = [];
  let after: string | null = null;
  do {
    const { data, errors } = await domain.ask(pages, { after }, obligations);
    expect(errors).toBeUndefined();
    const { plays } = data as unknown as Page;
    found.push(...plays.nodes.map(({ id }) => id));
    after = plays.pageInfo.hasNextPage ? plays.pageInfo.endCursor : null;
  } while (after !== null);
  return found;
}

const key = (id: string) => ({ id });
const idsOf = (found: readonly StoredPlay[]) => found.map(({ id }) => String(id)).toSorted();
const countsBy = (found: readonly StoredPlay[], field: string): ReadonlyMap<unknown, string> => {
  const counts = new Map<unknown, number>();
  for (const row of found) counts.set(row[field], (counts.get(row[field]) ?? 0) + 1);
  return new Map([...counts].map(([value, count]) => [value, String(count)]));
};

/** Asks in every way, and compares with what the reference leaves. */
async function check(conditions: readonly RowCondition[]): Promise<void> {
  const obligations = { rows: { Play: conditions } };
  const left = rows.filter((row) => isVisible(row, conditions));
  const notFrench = left.filter(({ country }) => country !== 'FR');
  const { data, errors, statements } = await domain.ask(
    everyWay,
    {
      plays: rows.map(({ id }) => ({ __typename: 'Play', id })),
      listeners: ['l1', 'l2', 'l3'].map((id) => ({ __typename: 'Listener', id })),
    },
    obligations,
  );
  expect(errors).toBeUndefined();
  const nodes = (found: readonly StoredPlay[]) => ({
    totalCount: String(found.length),
    nodes: idsOf(found).map(key),
  });
  const ordered = await walked(obligations);
  expect(ordered.toSorted()).toEqual(idsOf(left));
  const groups = (data as { byCountry: { nodes: { key: { country: unknown }; count: string }[] } }).byCountry
    .nodes;
  expect(new Map(groups.map((group) => [group.key.country, group.count]))).toEqual(countsBy(left, 'country'));
  expect(data).toEqual({
    plays: nodes(left),
    filtered: nodes(notFrench),
    page: {
      pageInfo: expect.objectContaining({ hasNextPage: left.length > 7 }),
      nodes: ordered.slice(0, 7).map(key),
    },
    all: {
      nodes: [
        {
          count: String(left.length),
          countDistinct: { device: String(new Set(left.map(({ device }) => device).filter(Boolean)).size) },
        },
      ],
    },
    byCountry: { nodes: groups, suppressed: false },
    entities: rows.map(({ id }) => (left.some((row) => row['id'] === id) ? { id } : null)),
    listeners: ['l1', 'l2', 'l3'].map((id) => ({
      plays: nodes(left.filter(({ listener }) => listener === id)),
    })),
  });
  // Values travel beside the text, whatever is in them.
  for (const { value } of conditions) {
    for (const text of typeof value === 'object' ? value : [value]) {
      if (typeof text === 'string' && text.includes(';')) {
        expect(statements.filter(({ sql }) => sql.includes(text))).toEqual([]);
      }
    }
  }
}

describe('a row filter', () => {
  const each = Object.entries(comparable).flatMap(([field, scalar]) =>
    operators.map((op) => [field, op, scalar] as const),
  );

  test.each(each)('on %s with %s leaves what the reference leaves', async (field, op, scalar) => {
    for (const value of examples[scalar]) {
      await check([{ field, op, value: op === 'in' ? [value, examples[scalar][0] ?? ''] : value }]);
    }
  });

  test('of any conditions leaves what the reference leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCondition, { maxLength: 3 }), (conditions) => check(conditions)),
      { numRuns: 40 },
    );
  });

  test.each<[string, RowCondition]>([
    ['an empty set', { field: 'country', op: 'in', value: [] }],
    ['a set of what the principal lacks', { field: 'country', op: 'in', value: ['', 'none'] }],
    ['an attribute that the principal lacks', { field: 'country', op: '=', value: 'none' }],
    ['an empty attribute', { field: 'country', op: '=', value: '' }],
    ['a lacking bound', { field: 'country', op: '>=', value: '' }],
  ])('with %s leaves nothing, and nothing is wrong', async (_, condition) => {
    const { data, unenforceable } = await plain([condition]);
    expect(data).toEqual({ plays: { totalCount: '0', nodes: [] } });
    expect(unenforceable).toEqual([]);
  });

  test.each<[string, RowCondition, string]>([
    ['a field that is none', { field: 'colour', op: '=', value: 'red' }, 'Play.colour is no column'],
    ['a reference', { field: 'listener', op: '=', value: 'l1' }, 'Play.listener is no column'],
    ['a name of a prototype', { field: 'constructor', op: '=', value: 'x' }, 'Play.constructor is no column'],
    ['a list', { field: 'labels', op: '=', value: 'a' }, 'Play.labels is a list'],
    [
      'a text for a number',
      { field: 'seconds', op: '<=', value: 'x' },
      'the value for Play.seconds is no Int',
    ],
    [
      'a number for a text',
      { field: 'country', op: '=', value: 4 },
      'the value for Play.country is no String',
    ],
    ['a NUL', { field: 'country', op: '=', value: 'D\0E' }, 'the value for Play.country is no String'],
    [
      'a number too large',
      { field: 'bytes', op: '<=', value: '9223372036854775808' },
      'the value for Play.bytes is no Long',
    ],
  ])('on %s leaves nothing, and says why', async (_, condition, reason) => {
    const { data, unenforceable } = await plain([condition]);
    expect(data).toEqual({ plays: { totalCount: '0', nodes: [] } });
    expect(unenforceable).toEqual([`Play: ${reason}`]);
  });

  test('on another type leaves all', async () => {
    const { data } = await domain.ask('{ plays { totalCount } }', {}, { rows: { Nothing: [], Title: [] } });
    expect(data).toEqual({ plays: { totalCount: String(rows.length) } });
  });

  const plain = (conditions: readonly RowCondition[]) =>
    domain.ask('{ plays { totalCount nodes { id } } }', {}, { rows: { Play: conditions } });
});

describe('rows of a shared table', () => {
  const titles = `query ($representations: [_Any!]!) {
    titles(orderBy: [{field: id}]) { totalCount nodes { id } }
    titlesGrouped(by: []) { nodes { count } }
    _entities(representations: $representations) { ... on Title { id } }
    search(text: "z") { ... on Title { id } }
  }`;
  const asked = [
    { __typename: 'Title', id: 'm1' },
    { __typename: 'Movie', id: 'm1' },
    { __typename: 'Title', id: 's1' },
    { __typename: 'Series', id: 's1' },
    { __typename: 'Movie', id: 'm2' },
  ];
  const name = (op: string, value: unknown) => [{ field: 'name', op, value }];

  test.each<[string, unknown, readonly string[]]>([
    ['none', {}, ['m1', 'm2', 's1']],
    ['one on films', { Movie: name('=', 'Alpha') }, ['m1', 's1']],
    ['one on series', { Series: name('=', 'Alpha') }, ['m1', 'm2']],
    ['one on both', { Movie: name('=', 'Beta'), Series: name('<=', '2') }, ['m2', 's1']],
    ['one on all', { Title: name('<=', 'Alpha') }, ['m1', 's1']],
    ['one on all and one on films', { Title: name('<=', 'Alpha'), Movie: name('>=', 'B') }, ['s1']],
    ['one on what only films have', { Movie: [{ field: 'minutes', op: '>=', value: 90 }] }, ['m1', 's1']],
    ['one on a union', { Media: name('=', 'Alpha') }, ['m1']],
  ])('meet the filters of their own type: %s', async (_, filters, left) => {
    const { data } = await domain.ask(titles, { representations: asked }, { rows: filters });
    const shown = (id: string) => (left.includes(id) ? { id } : null);
    expect(data).toEqual({
      titles: { totalCount: String(left.length), nodes: left.map(key) },
      titlesGrouped: { nodes: [{ count: String(left.length) }] },
      _entities: asked.map(({ id }) => shown(id)),
      search: [shown('s1'), null, {}, shown('m1'), null],
    });
  });

  test('are no rows where a filter names what one of the types has not', async () => {
    const { data, unenforceable } = await domain.ask(
      titles,
      { representations: asked },
      { rows: { Title: [{ field: 'minutes', op: '>=', value: 90 }] } },
    );
    expect(data).toMatchObject({ titles: { totalCount: '0' }, titlesGrouped: { nodes: [{ count: '0' }] } });
    expect(unenforceable).toContain('Series: Series.minutes is no column');
  });
});

describe('what leads to rows that are hidden', () => {
  test('leads to nothing, as if they were absent', async () => {
    const { data } = await domain.ask(
      `{ _entities(representations: [{__typename: "Season", titleId: "s1", number: 1}, {__typename: "Season", titleId: "s1", number: 99}]) {
        ... on Season { number title { id } }
      } }`,
      {},
      { rows: { Series: [{ field: 'name', op: '=', value: 'x' }] } },
    );
    expect(data).toEqual({ _entities: [{ number: 1, title: null }, null] });
  });

  test('is closed where the rows are in another domain: only their keys are ours', async () => {
    const asked = `{ _entities(representations: [{__typename: "Listener", id: "l1"}]) { ... on Listener { id greeting plays { totalCount } } } }`;
    const filter = { rows: { Listener: [{ field: 'region', op: '=', value: 'EMEA' }] } };
    const { data, statements, unenforceable } = await domain.ask(asked, {}, filter);
    expect(data).toEqual({ _entities: [null] });
    expect(statements).toEqual([]);
    expect(unenforceable).toEqual(['Listener: the rows of Listener are in another domain']);
  });
});
