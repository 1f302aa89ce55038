/** Minimum sizes of groups over a real database: what is shown, what is left out, and what cannot be asked around. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import fc from 'fast-check';
import { connected } from '../database/connect.ts';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  "Somebody was somewhere."
  type Visit @key(fields: "id") @table(name: "visits") @dataProduct(subject: "person") {
    id: ID!
    person: ID @dimension
    country: String @dimension
    device: String @dimension
    seconds: Int @dimension @measure
    salary: Int @measure
    place: Place @reference(by: ["place_id"])
  }

  type Place @key(fields: "id") @table(name: "places") {
    id: ID!
    visits: VisitConnection! @collection(by: ["place_id"])
  }
`;

interface Visit {
  readonly person: string | null;
  readonly country: string | null;
  readonly device: string;
  readonly seconds: number;
  readonly salary: number;
}

let database: TestDatabase;
let domain: TestDomain;

beforeAll(async () => {
  database = await createTestDatabase();
  await connected(database.ownerUrl, (client) =>
    client.query(`
      create table places (id text primary key);
      insert into places values ('l1'), ('l2'), ('l3');
      create table visits (id text primary key, person text, country text, device text, seconds integer, salary integer, place_id text);
    `),
  );
  domain = await openTestDomain(database.appUrl, { sdl });
});

afterAll(async () => {
  await domain?.close();
  await database?.drop();
});

async function fill(visits: readonly Visit[]): Promise<void> {
  await connected(database.ownerUrl, async (client) => {
    await client.query('delete from visits');
    await client.query(
      `insert into visits select 'v' || n, person, country, device, seconds, salary, 'l1' from rows from (
         json_to_recordset($1) as (person text, country text, device text, seconds integer, salary integer)
       ) with ordinality as r(person, country, device, seconds, salary, n)`,
      [JSON.stringify(visits)],
    );
  });
}

/** So many people in each country, one visit each; the first of all earns 1000, the others 10. */
function people(countries: Readonly<Record<string, number>>): readonly Visit[] {
  return Object.entries(countries).flatMap(([country, count]) =>
    Array.from({ length: count }, (_, index) => ({
      person: `${country}${index}`,
      country,
      device: index % 2 === 0 ? 'TV' : 'PHONE',
      seconds: index,
      salary: index === 0 ? 1000 : 10,
    })),
  );
}

const three = { groups: { Visit: { salary: 3 } } };
const counted = { groups: { Visit: { id: 3 } } };

async function ask(field: string, obligations: unknown = three): Promise<unknown> {
  const { data, errors } = await domain.ask(`{ ${field} }`, {}, obligations);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0];
}

const sums = (where = '', rest = '') =>
  `visitsGrouped(by: [{field: country}] ${where && `where: ${where}`} ${rest}) { nodes { key { country } sum { salary } } suppressed }`;
const group = (country: string, salary: number) => ({ key: { country }, sum: { salary: String(salary) } });

describe('a group of too few', () => {
  beforeEach(() => fill(people({ DE: 4, FR: 3, IT: 2, MT: 1 })));

  test('is left out; that a minimum holds is said, whether there was one or not', async () => {
    expect(await ask(sums())).toEqual({
      nodes: [group('DE', 1030), group('FR', 1020)],
      suppressed: true,
    });
    // One person, or nobody: the same answer.
    const [some, none] = [await ask(sums('{person: {eq: "MT0"}}')), await ask(sums('{person: {eq: "MT9"}}'))];
    expect(some).toEqual({ nodes: [], suppressed: true });
    expect(none).toEqual(some);
  });

  test('is shown to those without a minimum, or where its columns have none', async () => {
    expect(await ask(sums(), {})).toMatchObject({ nodes: { length: 4 }, suppressed: false });
    const counts = 'visitsGrouped(by: [{field: country}]) { nodes { count } suppressed }';
    expect(await ask(counts)).toMatchObject({ nodes: { length: 4 }, suppressed: false });
    expect(await ask(counts, counted)).toMatchObject({ nodes: { length: 2 }, suppressed: true });
  });

  test('counts people and not their visits', async () => {
    await fill([...people({ DE: 3 }), ...people({ MT: 1 }), ...people({ MT: 1 }), ...people({ MT: 1 })]);
    expect(await ask(sums())).toEqual({ nodes: [group('DE', 1020)], suppressed: true });
  });

  test('counts nobody for rows about nobody', async () => {
    await fill([...people({ DE: 3 }), ...people({ IT: 5 }).map((visit) => ({ ...visit, person: null }))]);
    expect(await ask(sums())).toEqual({ nodes: [group('DE', 1020)], suppressed: true });
  });

  test('may be the only one', async () => {
    await fill(people({ DE: 2 }));
    const all = 'visitsGrouped(by: []) { nodes { sum { salary } } suppressed }';
    expect(await ask(all)).toEqual({ nodes: [], suppressed: true });
    await fill([]);
    expect(await ask(all)).toEqual({ nodes: [], suppressed: true });
  });

  test.each<[string, string, readonly string[]]>([
    ['having', 'having: {sum: {salary: {gt: "1025"}}}', ['DE']],
    ['having what only it has', 'having: {sum: {salary: {lt: "1015"}}}', []],
    ['having a count', 'having: {count: {lte: "2"}}', []],
    ['an order', 'orderBy: [{field: sum_salary, direction: ASC}]', ['FR', 'DE']],
    ['a filter of the key', 'where: {country: {eq: "MT"}}', []],
    ['a filter of all keys', 'where: {country: {in: ["MT", "FR"]}}', ['FR']],
    ['a filter of large keys', 'where: {country: {in: ["DE", "FR"]}}', ['DE', 'FR']],
    ['a filter of the key within others', 'where: {and: [{country: {eq: "MT"}}]}', []],
    ['a filter that only it passes', 'where: {person: {eq: "MT0"}}', []],
  ])('is not found by %s', async (_, rest, left) => {
    expect(
      await ask(
        `visitsGrouped(by: [{field: country}], ${rest}) {
          nodes { key { country } sum { salary } } pageInfo { hasNextPage hasPreviousPage } suppressed
        }`,
      ),
    ).toEqual({
      nodes: left.map((country) => group(country, country === 'DE' ? 1030 : 1020)),
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
      suppressed: true,
    });
  });

  test('is not found by what the minimum is about being only compared or ordered by', async () => {
    for (const rest of ['having: {sum: {salary: {gt: "0"}}}', 'orderBy: [{field: sum_salary}]']) {
      expect(
        await ask(`visitsGrouped(by: [{field: country}], ${rest}) { nodes { key { country } } }`),
      ).toMatchObject({ nodes: { length: 2 } });
    }
  });

  test('has no page of its own behind a cursor', async () => {
    const page = (after: string) =>
      ask(
        `visitsGrouped(by: [{field: country}], first: 1 ${after}) { nodes { key { country } sum { salary } } pageInfo { endCursor hasNextPage } }`,
      ) as Promise<{ nodes: unknown[]; pageInfo: { endCursor: string; hasNextPage: boolean } }>;
    const first = await page('');
    const second = await page(`after: "${first.pageInfo.endCursor}"`);
    expect([first.nodes, second.nodes, second.pageInfo.hasNextPage]).toEqual([
      [group('DE', 1030)],
      [group('FR', 1020)],
      false,
    ]);
  });
});

describe('two groups that differ by too few', () => {
  beforeEach(() => fill(people({ DE: 8 })));
  const all = (where: string) => sums(where);

  test.each([
    ['everybody but one', '{person: {ne: "DE0"}}'],
    ['everybody but two', '{not: {person: {in: ["DE0", "DE1"]}}}'],
    ['one', '{person: {eq: "DE0"}}'],
    ['everybody but one, said otherwise', '{or: [{seconds: {gt: 0}}]}'],
    ['those who are few, and those who are not there', '{seconds: {lt: 2}}'],
    ['nobody', '{seconds: {lt: 0}}'],
  ])('are never both shown: %s', async (_, where) => {
    expect(await ask(all(''))).toMatchObject({ nodes: [group('DE', 1070)] });
    expect(await ask(all(where))).toMatchObject({ nodes: [] });
  });

  test('are both shown where as many are on each side', async () => {
    expect(await ask(all('{seconds: {gte: 3}}'))).toEqual({ nodes: [group('DE', 50)], suppressed: true });
    expect(await ask(all('{seconds: {lt: 3}}'))).toEqual({ nodes: [group('DE', 1020)], suppressed: true });
  });

  test('are so for what the caller may see: hidden rows are on no side', async () => {
    const obligations = { ...three, rows: { Visit: [{ field: 'seconds', op: '<=', value: 4 }] } };
    expect(await ask(all(''), obligations)).toMatchObject({ nodes: [group('DE', 1040)] });
    // Three on this side; of the five on the other, two are visible.
    expect(await ask(all('{seconds: {lt: 3}}'), obligations)).toMatchObject({ nodes: [] });
  });
});

describe('a count', () => {
  beforeEach(() => fill(people({ DE: 8 })));

  test.each([
    ['', '8'],
    ['(where: {seconds: {gte: 3}})', '5'],
    ['(where: {seconds: {lt: 2}})', null],
    ['(where: {person: {ne: "DE0"}})', null],
    ['(where: {person: {eq: "nobody"}})', null],
  ])('of rows %s tells of enough or of nothing', async (where, totalCount) => {
    expect(await ask(`visits${where} { totalCount }`, counted)).toEqual({ totalCount });
    const ofPlaces = `_entities(representations: [{__typename: "Place", id: "l1"}, {__typename: "Place", id: "l2"}]) {
      ... on Place { visits${where} { totalCount } }
    }`;
    expect(await ask(ofPlaces, counted)).toEqual([
      { visits: { totalCount } },
      { visits: { totalCount: null } },
    ]);
    expect(await ask(ofPlaces, three)).toMatchObject([{}, { visits: { totalCount: '0' } }]);
  });
});

/** Groups of all countries, without SQL: a group is shown where both sides of the filter are large enough. */
function expected(visits: readonly Visit[], chosen: (visit: Visit) => boolean, least: number) {
  const people = (some: readonly Visit[]) =>
    new Set(some.flatMap(({ person }) => (person === null ? [] : [person]))).size;
  const groups = [...new Set(visits.map(({ country }) => country))].map((country) => {
    const ofCountry = visits.filter((visit) => visit.country === country);
    const inside = ofCountry.filter(chosen);
    const outside = ofCountry.filter((visit) => !chosen(visit));
    const enough = people(inside) >= least && (outside.length === 0 || people(outside) >= least);
    const salary = inside.reduce((sum, visit) => sum + visit.salary, 0);
    return { country, inside, enough, salary };
  });
  const there = groups.filter(({ inside }) => inside.length > 0);
  const shown = there.filter(({ enough }) => enough).toSorted(byCountry);
  return { shown, isLessThanAll: shown.length < there.length };
}

/** NULL is the last. */
function byCountry(a: { readonly country: string | null }, b: { readonly country: string | null }): number {
  const [left, right] = [a.country ?? '\uffff', b.country ?? '\uffff'];
  return left < right ? -1 : Number(left > right);
}

test('of any rows, filter and minimum, what is shown is what the reference shows', async () => {
  const visit: fc.Arbitrary<Visit> = fc.record({
    person: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { freq: 6 }),
    country: fc.option(fc.constantFrom('DE', 'FR', 'IT'), { freq: 8 }),
    device: fc.constantFrom('TV', 'PHONE'),
    seconds: fc.integer({ min: 0, max: 9 }),
    salary: fc.integer({ min: 0, max: 9 }),
  });
  let crossing = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(visit, { maxLength: 40 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 2, max: 4 }),
      async (visits, bound, least) => {
        await fill(visits);
        const { shown, isLessThanAll } = expected(visits, ({ seconds }) => seconds < bound, least);
        expect(
          await ask(sums(`{seconds: {lt: ${bound}}}`), { groups: { Visit: { salary: least } } }),
        ).toEqual({
          nodes: shown.map(({ country, salary }) => group(country as string, salary)),
          suppressed: true,
        });
        runs += 1;
        if (isLessThanAll) crossing += 1;
      },
    ),
    { numRuns: 60 },
  );
  expect(crossing / runs).toBeGreaterThan(0.3);
});
