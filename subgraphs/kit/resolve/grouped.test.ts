/** Groups over a real database: buckets over both DST days, exact aggregates, having, order, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';
import { mediaResolvers, mediaRows, mediaSdl, mediaTables } from '../fixture/media.ts';

let database: TestDatabase;
let domain: TestDomain;

/** A play in every half hour around both ends of summer time. */
const halfHours = `
  insert into plays (id, sequence, played_at, media_type, seconds)
  select 'h' || at, extract(epoch from at)::bigint, at, 'hourly', 1 from (
    select generate_series('2025-03-29T00:00Z', '2025-03-31T23:30Z', interval '30 minutes') as at
    union all select generate_series('2025-10-25T00:00Z', '2025-10-27T23:30Z', interval '30 minutes')
  ) as instants;
`;

beforeAll(async () => {
  database = await createTestDatabase();
  await connected(database.ownerUrl, (client) => client.query(mediaTables + mediaRows + halfHours));
  domain = await openTestDomain(database.appUrl, { sdl: mediaSdl, resolvers: mediaResolvers });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
});

async function answer(query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { data, errors } = await domain.ask(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

async function refusal(query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { errors } = await domain.ask(query, variables);
  return errors?.map(({ message, extensions }) => ({ message, code: extensions['code'] }));
}

/** The rows of the media fixture, without the half hours. */
const few = 'where: {playedAt: {gte: "2026-01-01T00:00:00Z"}}';

describe('time buckets', () => {
  const buckets = `query ($unit: TimeUnit!, $zone: String!, $from: DateTime!, $to: DateTime!) {
    playsGrouped(
      by: [{bucket: {field: playedAt, unit: $unit}}], timeZone: $zone, where: {playedAt: {gte: $from, lt: $to}}
    ) { nodes { key { playedAt } count } }
  }`;

  test('days of Berlin have 23 hours in spring and 25 in autumn', async () => {
    const days = (from: string, to: string): Promise<unknown> =>
      answer(buckets, { unit: 'DAY', zone: 'Europe/Berlin', from, to });
    expect(await days('2025-03-28T23:00:00Z', '2025-03-31T22:00:00Z')).toEqual({
      playsGrouped: {
        nodes: [
          { key: { playedAt: '2025-03-28T23:00:00Z' }, count: '46' },
          { key: { playedAt: '2025-03-29T23:00:00Z' }, count: '46' },
          { key: { playedAt: '2025-03-30T22:00:00Z' }, count: '48' },
        ],
      },
    });
    expect(await days('2025-10-25T22:00:00Z', '2025-10-27T23:00:00Z')).toEqual({
      playsGrouped: {
        nodes: [
          { key: { playedAt: '2025-10-25T22:00:00Z' }, count: '50' },
          { key: { playedAt: '2025-10-26T23:00:00Z' }, count: '48' },
        ],
      },
    });
  });

  test('both hours that autumn repeats are hours of their own', async () => {
    const range = { from: '2025-10-26T00:00:00Z', to: '2025-10-26T02:00:00Z' };
    expect(await answer(buckets, { unit: 'HOUR', zone: 'Europe/Berlin', ...range })).toEqual({
      playsGrouped: {
        nodes: [
          { key: { playedAt: '2025-10-26T00:00:00Z' }, count: '2' },
          { key: { playedAt: '2025-10-26T01:00:00Z' }, count: '2' },
        ],
      },
    });
  });

  test.each(['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'])(
    '%s is what SQL says, in any zone',
    async (unit) => {
      for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns']) {
        const expected = await domain.sql(
          `select date_trunc($1, played_at, $2) as "playedAt", count(*) as count from plays
         where played_at >= '2025-03-29T23:00Z' and played_at < '2025-10-26T03:00Z' group by 1 order by 1`,
          [unit.toLowerCase(), zone],
        );
        const range = { from: '2025-03-29T23:00:00Z', to: '2025-10-26T03:00:00Z' };
        expect(await answer(buckets, { unit, zone, ...range })).toEqual({
          playsGrouped: { nodes: expected.map(({ playedAt, count }) => ({ key: { playedAt }, count })) },
        });
      }
    },
  );

  test('weeks begin on Monday', async () => {
    const range = { from: '2025-03-29T00:00:00Z', to: '2025-04-01T00:00:00Z' };
    expect(await answer(buckets, { unit: 'WEEK', zone: 'UTC', ...range })).toEqual({
      playsGrouped: {
        nodes: [
          { key: { playedAt: '2025-03-24T00:00:00Z' }, count: '96' },
          { key: { playedAt: '2025-03-31T00:00:00Z' }, count: '48' },
        ],
      },
    });
  });

  test('a date is in no zone', async () => {
    const query = `query ($zone: String!) {
      playsGrouped(by: [{bucket: {field: day, unit: MONTH}}], timeZone: $zone, ${few}) { nodes { key { day playedAt } count } }
    }`;
    const expected = {
      playsGrouped: {
        nodes: [
          { key: { day: '2026-03-01', playedAt: null }, count: '4' },
          { key: { day: '2026-10-01', playedAt: null }, count: '1' },
          { key: { day: null, playedAt: null }, count: '2' },
        ],
      },
    };
    expect(await answer(query, { zone: 'Pacific/Auckland' })).toEqual(expected);
    expect(await answer(query, { zone: 'America/Los_Angeles' })).toEqual(expected);
  });

  test.each(['Europe/Nowhere', '', '+02:00', "UTC'; drop table plays", 'UTC\0', 'FOO5BAR'])(
    'the zone %j is refused',
    async (zone) => {
      const range = { from: '2025-03-29T00:00:00Z', to: '2025-04-01T00:00:00Z' };
      expect(await refusal(buckets, { unit: 'DAY', zone, ...range })).toEqual([
        { message: expect.stringContaining('no IANA time zone'), code: 'BAD_USER_INPUT' },
      ]);
    },
  );

  test('fine buckets need a filter that bounds their field from both sides', async () => {
    const query = `query ($where: PlayWhere, $unit: TimeUnit!) {
      playsGrouped(by: [{bucket: {field: playedAt, unit: $unit}}], where: $where) { nodes { count } }
    }`;
    const [from, to] = [{ gte: '2025-03-29T00:00:00Z' }, { lt: '2025-03-29T01:00:00Z' }];
    for (const where of [
      null,
      { playedAt: from },
      { playedAt: to },
      { or: [{ playedAt: { ...from, ...to } }] },
      { day: { eq: '2026-01-01' } },
    ]) {
      expect(await refusal(query, { where, unit: 'MINUTE' })).toEqual([
        { message: expect.stringContaining('bounds playedAt from both sides'), code: 'BAD_USER_INPUT' },
      ]);
    }
    for (const where of [
      { playedAt: { ...from, ...to } },
      { playedAt: from, and: [{ playedAt: to }] },
      { playedAt: { in: [] } },
    ]) {
      await answer(query, { where, unit: 'HOUR' });
    }
    const ofDate = `{ playsGrouped(by: [{bucket: {field: day, unit: HOUR}}], where: {day: {eq: "2026-01-01"}}) { nodes { count } } }`;
    expect(await refusal(ofDate)).toEqual([
      { message: expect.stringContaining('day is a date'), code: 'BAD_USER_INPUT' },
    ]);
  });
});

describe('aggregates', () => {
  test('are exact, and null where no row has a value', async () => {
    const data = await answer(`{
      playsGrouped(by: [{field: country}], ${few}) {
        nodes {
          key { country device } count countDistinct { device bytes }
          sum { seconds bytes amount ratio } avg { seconds amount } min { amount playedAt day } max { bytes ratio }
        }
      }
    }`);
    expect(data).toEqual({
      playsGrouped: {
        nodes: [
          {
            key: { country: 'DE', device: null },
            count: '3',
            countDistinct: { device: '2', bytes: '3' },
            sum: { seconds: '90', bytes: '9232379236109516806', amount: '0.00', ratio: expect.closeTo(0.9) },
            avg: { seconds: '30.0000000000000000', amount: '0.00000000000000000000' },
            min: { amount: '-0.30', playedAt: '2026-03-28T23:30:00.000001Z', day: '2026-03-29' },
            max: { bytes: '9223372036854775807', ratio: 0.6 },
          },
          {
            key: { country: 'FR', device: null },
            count: '2',
            countDistinct: { device: '1', bytes: '2' },
            sum: { seconds: '90', bytes: '9', amount: '0.30', ratio: 0.9 },
            avg: { seconds: '45.0000000000000000', amount: '0.30000000000000000000' },
            min: { amount: '0.30', playedAt: '2026-03-29T22:30:00Z', day: '2026-03-30' },
            max: { bytes: '5', ratio: 0.5 },
          },
          {
            key: { country: null, device: null },
            count: '2',
            countDistinct: { device: '1', bytes: '1' },
            sum: {
              seconds: '70',
              bytes: '7',
              amount: '100000000000000000000000000000000000000.00',
              ratio: 0.7,
            },
            avg: {
              seconds: '70.0000000000000000',
              amount: expect.stringMatching(/^50000000000000000000000000000000000000\.0+$/),
            },
            min: { amount: '1.00', playedAt: '2026-03-29T01:30:00.5Z', day: '2026-03-30' },
            max: { bytes: '7', ratio: 0.7 },
          },
        ],
      },
    });
  });

  test('of no key are one group of all rows, of no rows too', async () => {
    const all = (where: string): Promise<unknown> =>
      answer(
        `{ playsGrouped(by: [], where: ${where}) { edges { cursor node { key { country } count sum { bytes } } } pageInfo { hasNextPage } } }`,
      );
    const edge = (count: string, bytes: string | null): unknown => ({
      playsGrouped: {
        edges: [{ cursor: expect.any(String), node: { key: { country: null }, count, sum: { bytes } } }],
        pageInfo: { hasNextPage: false },
      },
    });
    expect(await all('{id: {in: ["p4", "p5"]}}')).toEqual(edge('2', '9'));
    expect(await all('{or: []}')).toEqual(edge('0', null));
  });

  test('are computed only if selected, filtered or ordered by, in one statement', async () => {
    const { statements } = await domain.ask(`{
      playsGrouped(by: [{field: country}], having: {max: {seconds: {gt: 1}}}, orderBy: [{field: avg_ratio}]) {
        nodes { __typename sum { __typename amount } }
      }
    }`);
    expect(statements).toHaveLength(1);
    const computed = statements[0]?.sql.match(/\b(sum|avg|min|max|count)\(/g);
    expect(computed).toEqual(['count(', 'sum(', 'avg(', 'max(']);
  });
});

describe('groups', () => {
  const countries = async (args: string): Promise<unknown> => {
    const { playsGrouped } = (await answer(
      `{ playsGrouped(by: [{field: country}], ${few}, ${args}) { nodes { key { country } } } }`,
    )) as {
      readonly playsGrouped: {
        readonly nodes: readonly { readonly key: { readonly country: string | null } }[];
      };
    };
    return playsGrouped.nodes.map(({ key }) => key.country);
  };

  test.each<[string, readonly (string | null)[]]>([
    ['having: {count: {gt: 2}}', ['DE']],
    ['having: {sum: {amount: {gte: "0.30"}}}', ['FR', null]],
    ['having: {not: {sum: {amount: {gte: "0.30"}}}}', ['DE']],
    ['having: {or: [{min: {seconds: {eq: 10}}}, {max: {seconds: {eq: 70}}}]}', ['DE', null]],
    ['having: {countDistinct: {device: {eq: 1}}, count: {eq: 2}}', ['FR', null]],
    ['having: {avg: {seconds: {in: ["45", "70"]}}}', ['FR', null]],
    ['orderBy: [{field: key_country, direction: DESC}]', [null, 'FR', 'DE']],
    ['orderBy: [{field: sum_seconds, direction: DESC}]', ['FR', 'DE', null]],
    ['orderBy: [{field: count}, {field: max_bytes}]', ['FR', null, 'DE']],
  ])('%s', async (args, expected) => {
    expect(await countries(args)).toEqual(expected);
  });

  test.each<[string, RegExp]>([
    ['by: [{}]', /exactly one of field and bucket/],
    ['by: [{field: country, bucket: {field: playedAt, unit: DAY}}]', /exactly one of field and bucket/],
    ['by: [{field: null}]', /exactly one of field and bucket/],
    ['by: [{field: country}, {field: country}]', /one part of the key only/],
    ['by: [{field: playedAt}, {bucket: {field: playedAt, unit: DAY}}]', /one part of the key only/],
    ['by: [{field: country}], orderBy: [{field: key_device}]', /key_device is not part of the key/],
    ['by: [{field: country}], first: 1001', /0 to 1000/],
    ['by: [{field: country}], having: {count: {eq: null}}', /isNull/],
    ['by: [{field: country}], having: {sum: null}', /"sum" out/],
    ['by: [{field: country}], after: "x"', /no cursor/],
  ])('%s is refused', async (args, message) => {
    expect(await refusal(`{ playsGrouped(${args}) { nodes { count } } }`)).toEqual([
      { message: expect.stringMatching(message), code: 'BAD_USER_INPUT' },
    ]);
  });

  test('of an interface cover its types', async () => {
    expect(
      await answer('{ titlesGrouped(by: []) { nodes { count sum { budget } max { releasedOn } } } }'),
    ).toEqual({
      titlesGrouped: {
        nodes: [
          {
            count: '3',
            sum: { budget: '12345678901234567890123456789012345678.00000000000000000000000000000000000001' },
            max: { releasedOn: '2021-01-01' },
          },
        ],
      },
    });
  });
});
