/** Columns that a caller may not use: the field is refused, nothing is read for it, and no statement names the column. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import fc from 'fast-check';
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

const denied = { message: 'Access to this field is denied.', code: 'FORBIDDEN' };

const refusals = ({ errors = [] }: Answer) =>
  errors.map(({ message, path, extensions }) => ({ message, code: extensions['code'], path }));

/** Whether any statement names a column. */
const names = ({ statements }: Answer, column: string) =>
  statements.some(({ sql }) => sql.includes(`"${column}"`));

describe('a column that may not be read', () => {
  const noCountry = { denied: { Play: { read: ['country'] } } };

  test('is refused where it is selected, and the rest is answered', async () => {
    const answer = await domain.ask('{ plays(first: 2) { nodes { id country device } } }', {}, noCountry);
    expect(answer.data).toEqual({
      plays: {
        nodes: [
          { id: 'p1', country: null, device: 'TV' },
          { id: 'p2', country: null, device: 'PHONE' },
        ],
      },
    });
    expect(refusals(answer)).toEqual(
      [0, 1].map((row) => ({ ...denied, path: ['plays', 'nodes', row, 'country'] })),
    );
    expect(names(answer, 'country')).toBe(false);
    expect(names(answer, 'device')).toBe(true);
  });

  test.each([
    [
      'an entity',
      '{ _entities(representations: [{__typename: "Play", id: "p1"}]) { ... on Play { id country } } }',
    ],
    [
      'an entity by another key',
      '{ _entities(representations: [{__typename: "Play", sequence: 2}]) { ... on Play { id country } } }',
    ],
    [
      'a collection',
      '{ _entities(representations: [{__typename: "Listener", id: "l1"}]) { ... on Listener { plays { nodes { id country } } } } }',
    ],
  ])('is not read for %s', async (_, query) => {
    const answer = await domain.ask(query, {}, noCountry);
    expect(new Set(refusals(answer).map(({ code }) => code))).toEqual(new Set(['FORBIDDEN']));
    expect(JSON.stringify(answer.data)).not.toContain('DE');
    expect(names(answer, 'country')).toBe(false);
  });

  test.each([
    'plays(where: {country: {eq: "DE"}}) { totalCount }',
    'plays(where: {or: [{id: {eq: "p1"}}, {not: {country: {isNull: true}}}]}) { nodes { id } }',
    'plays(orderBy: [{field: country}]) { nodes { id } }',
    'playsGrouped(by: [{field: country}]) { nodes { count } }',
    'playsGrouped(by: [], where: {country: {eq: "DE"}}) { nodes { count } }',
    'playsGrouped(by: []) { nodes { countDistinct { country } } }',
    'playsGrouped(by: [], having: {countDistinct: {country: {gt: "1"}}}) { nodes { count } }',
    'playsGrouped(by: [], orderBy: [{field: countDistinct_country}]) { nodes { count } }',
    'playsGrouped(by: [{field: device}], orderBy: [{field: key_country}]) { nodes { count } }',
  ])('is not used for %s', async (field) => {
    const answer = await domain.ask(`{ ${field} }`, {}, noCountry);
    expect(new Set(refusals(answer).map(({ code }) => code))).toEqual(new Set(['FORBIDDEN']));
    expect(answer.statements).toEqual([]);
  });

  test('may still be added up, as its smallest value may not be told', async () => {
    const noSeconds = { denied: { Play: { read: ['seconds'] } } };
    const sum = await domain.ask('{ playsGrouped(by: []) { nodes { sum { seconds } } } }', {}, noSeconds);
    expect(sum.data).toEqual({ playsGrouped: { nodes: [{ sum: { seconds: '250' } }] } });
    for (const name of ['min', 'max']) {
      const answer = await domain.ask(
        `{ playsGrouped(by: []) { nodes { ${name} { seconds } } } }`,
        {},
        noSeconds,
      );
      expect(refusals(answer)).toMatchObject([denied]);
      expect(answer.statements).toEqual([]);
    }
  });

  test('is a column of the rows of its own type only', async () => {
    const answer = await domain.ask(
      '{ titles(orderBy: [{field: id}]) { nodes { id budget releasedOn } } }',
      {},
      { denied: { Movie: { read: ['budget'] } } },
    );
    expect(answer.data).toEqual({
      titles: {
        nodes: [
          { id: 'm1', budget: null, releasedOn: '2020-02-29' },
          { id: 'm2', budget: null, releasedOn: null },
          { id: 's1', budget: null, releasedOn: '2021-01-01' },
        ],
      },
    });
    expect(refusals(answer).map(({ path }) => path)).toEqual(
      [0, 1].map((row) => ['titles', 'nodes', row, 'budget']),
    );
    // Nor does the budget of a film leave the database.
    const [statement] = answer.statements;
    const rows = await domain.sql(statement?.sql ?? '', statement?.parameters);
    expect(rows.map(({ budget }) => budget)).toEqual([null, null, null]);
  });

  test('filters no shared table that has rows of its type', async () => {
    const answer = await domain.ask(
      '{ titles(where: {budget: {gt: "1"}}) { totalCount } }',
      {},
      { denied: { Movie: { filter: ['budget'] } } },
    );
    expect(refusals(answer)).toMatchObject([denied]);
    expect(answer.statements).toEqual([]);
  });
});

test('a column that cannot be null is refused in all rows at once, whichever of them wait for a statement', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    // The first play waits for its film, the fourth has a song of another domain and waits for nothing.
    const answer = await domain.ask(
      '{ plays { nodes { media { ... on Movie { name } } playedAt } } }',
      {},
      { denied: { Play: { read: ['playedAt'] } } },
    );
    expect(answer.data).toEqual({ plays: null });
    expect(refusals(answer)).toEqual([{ ...denied, path: ['plays', 'nodes', 0, 'playedAt'] }]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

test('all columns of a type may be denied: keys still join, and rows keep their kinds', async () => {
  const all = { denied: { Movie: { read: '*' }, Play: { read: '*' } } };
  const answer = await domain.ask(
    '{ titles { nodes { __typename id } } plays(first: 1) { nodes { id sequence day } } }',
    {},
    all,
  );
  expect(answer.data).toEqual({
    titles: {
      nodes: [
        { __typename: 'Movie', id: 'm1' },
        { __typename: 'Movie', id: 'm2' },
        { __typename: 'Series', id: 's1' },
      ],
    },
    plays: { nodes: [{ id: 'p1', sequence: '9007199254740993', day: null }] },
  });
  expect(refusals(answer).map(({ path }) => path)).toEqual([['plays', 'nodes', 0, 'day']]);
});

test.each([
  [
    'a reference',
    '{ plays(first: 1) { nodes { listener { id } } } }',
    { Play: { read: ['listener'] } },
    'listener_id',
  ],
  [
    'a collection',
    '{ _entities(representations: [{__typename: "Listener", id: "l1"}]) { ... on Listener { plays { totalCount } } } }',
    { Listener: { read: '*' } },
    'plays',
  ],
  [
    'what is computed',
    '{ _entities(representations: [{__typename: "Listener", id: "l1"}]) { ... on Listener { greeting } } }',
    { Listener: { read: ['greeting'] } },
    'plays',
  ],
  [
    'what is computed of it',
    '{ titles(first: 1, orderBy: [{field: id}]) { nodes { similar { id } } } }',
    { Movie: { read: ['name'] }, Series: { read: '*' } },
    'name',
  ],
])('%s may be denied', async (_, query, deniedFields, column) => {
  const answer = await domain.ask(query, {}, { denied: deniedFields });
  expect(refusals(answer)).toMatchObject([denied]);
  expect(names(answer, column)).toBe(false);
});

test('a type of another name denies nothing, not even that of a prototype', async () => {
  const query = '{ plays(first: 1) { nodes { country } } }';
  const others = JSON.parse('{"denied":{"__proto__":{"read":"*"},"Plays":{"read":"*"}}}') as unknown;
  expect((await domain.ask(query, {}, others)).data).toEqual((await domain.ask(query)).data);
});

describe('whoever counts', () => {
  const noCounts = { denied: { Play: { aggregate: ['id'] } } };

  test.each([
    'plays { totalCount }',
    'playsGrouped(by: []) { nodes { count } }',
    'playsGrouped(by: [{field: country}]) { nodes { key { country } } }',
    'playsGrouped(by: [{field: country}]) { suppressed }',
    '_entities(representations: [{__typename: "Listener", id: "l1"}]) { ... on Listener { plays { totalCount } } }',
  ])('needs leave to aggregate the key: %s', async (field) => {
    const answer = await domain.ask(`{ ${field} }`, {}, noCounts);
    expect(refusals(answer)).toMatchObject([denied]);
    expect(answer.statements).toEqual([]);
  });

  test('not so whoever reads', async () => {
    const { data } = await domain.ask('{ plays(first: 1) { nodes { id } } }', {}, noCounts);
    expect(data).toEqual({ plays: { nodes: [{ id: 'p1' }] } });
  });
});

/** Uses of one column, by the column that the statement would name. */
const uses: Readonly<Record<string, readonly string[]>> = {
  country: [
    'plays { nodes { country } }',
    'plays(where: {country: {ne: "x"}}) { nodes { id } }',
    'playsGrouped(by: [{field: country}]) { nodes { count } }',
  ],
  seconds: [
    'plays { nodes { seconds } }',
    'plays(orderBy: [{field: seconds}]) { nodes { id } }',
    'playsGrouped(by: []) { nodes { sum { seconds } } }',
    'playsGrouped(by: [{field: device}], having: {avg: {seconds: {gt: "0"}}}) { nodes { count } }',
    'playsGrouped(by: [], orderBy: [{field: max_seconds}]) { nodes { count } }',
  ],
  day: [
    'plays { nodes { day } }',
    'playsGrouped(by: [{bucket: {field: day, unit: MONTH}}]) { nodes { count } }',
    'playsGrouped(by: []) { nodes { min { day } } }',
  ],
  labels: ['plays { nodes { labels } }'],
};

test('whatever is asked for together: what is denied is named by no statement, and the rest is answered', async () => {
  const columns = Object.keys(uses);
  const asked = fc.constantFrom(...columns).chain((column) => fc.constantFrom(...(uses[column] ?? [])));
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(columns, { minLength: 1 }),
      fc.uniqueArray(asked, { minLength: 1, maxLength: 6 }),
      async (hidden, fields) => {
        const query = `{ ${fields.map((field, index) => `f${index}: ${field}`).join(' ')} }`;
        const answer = await domain.ask(
          query,
          {},
          { denied: { Play: { read: hidden, filter: hidden, aggregate: hidden } } },
        );
        for (const column of hidden) expect(names(answer, column)).toBe(false);
        const refused = new Set(refusals(answer).map(({ path }) => path?.[0]));
        const expected = fields.flatMap((field, index) =>
          hidden.some((column) => uses[column]?.includes(field)) ? [`f${index}`] : [],
        );
        expect(refused).toEqual(new Set(expected));
        const { data: all } = await domain.ask(query);
        for (const [index] of fields.entries()) {
          const name = `f${index}`;
          if (!refused.has(name)) expect(answer.data?.[name]).toEqual(all?.[name]);
        }
      },
    ),
    { numRuns: 40 },
  );
});
