/** Properties of lists and groups on random rows: pages are the list, filters are two-valued logic. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import fc from 'fast-check';
import { Client } from 'pg';
import { openTestDomain, type TestDomain } from '../fixture/domain.ts';

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Item @key(fields: "a b") @table(name: "items") @dataProduct {
    a: ID!
    b: Int!
    text: String @dimension
    whole: Long @dimension @measure
    exact: Decimal @measure @dimension
    at: DateTime @dimension @measure
    day: Date @dimension
    real: Float @measure
    flag: Boolean @dimension
    must: Int! @measure @dimension
  }
`;

const tables = `create table items (
  a text, b integer, text text, whole bigint, exact numeric, at timestamptz, day date, real double precision,
  flag boolean, must integer not null, primary key (a, b)
)`;

interface Item {
  readonly a: string;
  readonly b: number;
  readonly text: string | null;
  readonly whole: string | null;
  readonly exact: string | null;
  readonly at: string | null;
  readonly day: string | null;
  readonly real: number | null;
  readonly flag: boolean | null;
  readonly must: number;
}

/** Few distinct values, so that rows tie; NULLs often; neighbours that floats would merge. */
const items = fc.uniqueArray(
  fc.record<Item>({
    a: fc.constantFrom('x', 'Y', 'ä'),
    b: fc.integer({ min: -2, max: 9 }),
    text: fc.constantFrom(null, '', 'a', 'B', 'ß', "'", '%', '\\'),
    whole: fc.constantFrom(null, '9007199254740992', '9007199254740993', '-9223372036854775808'),
    exact: fc.constantFrom(null, '0.1', '0.10', '0.10000000000000000000000000000000000001', '-5'),
    at: fc.constantFrom(
      null,
      '2026-03-29T00:59:59.999999Z',
      '2026-03-29T01:00:00Z',
      '2026-10-25T00:30:00.5Z',
    ),
    day: fc.constantFrom(null, '2024-02-29', '2026-01-01'),
    real: fc.constantFrom(null, 0.1, 1e300, -1e-300),
    flag: fc.constantFrom(null, true, false),
    must: fc.integer({ min: 0, max: 2 }),
  }),
  { selector: ({ a, b }) => `${a} ${b}`, maxLength: 25 },
);

let database: TestDatabase;
let domain: TestDomain;
let owner: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(tables);
  domain = await openTestDomain(database.appUrl, { sdl });
});

afterAll(async () => {
  await owner?.end();
  await domain?.close();
  await database?.drop();
});

beforeEach(() => store([]));

async function store(rows: readonly Item[]): Promise<void> {
  await owner.query('truncate items');
  await owner.query('insert into items select * from jsonb_populate_recordset(null::items, $1)', [
    JSON.stringify(rows),
  ]);
}

interface PageOf {
  readonly list: {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Every page of a query that takes `$after`, one after the other. */
async function pages(
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<readonly PageOf['list'][]> {
  const found: PageOf['list'][] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await domain.ask(query, { ...variables, after });
    if (errors !== undefined) throw errors[0];
    const { list } = data as unknown as PageOf;
    found.push(list);
    if (!list.pageInfo.hasNextPage) return found;
    after = list.pageInfo.endCursor;
  }
}

const direction = fc.constantFrom('ASC', 'DESC');
const columns = ['a', 'b', 'text', 'whole', 'exact', 'at', 'day', 'real', 'flag', 'must'] as const;
const orders = fc.uniqueArray(fc.record({ field: fc.constantFrom(...columns), direction }), {
  selector: ({ field }) => field,
  maxLength: 4,
});

test('pages, one after the other, are the list in the order that SQL gives', async () => {
  const query = `query ($orderBy: [ItemOrderBy!], $first: Int!, $after: String) {
    list: items(orderBy: $orderBy, first: $first, after: $after) { nodes { a b } pageInfo { hasNextPage endCursor } }
  }`;
  await fc.assert(
    fc.asyncProperty(items, orders, fc.integer({ min: 1, max: 7 }), async (rows, orderBy, first) => {
      await store(rows);
      const last = orderBy.at(-1)?.direction ?? 'ASC';
      const terms = [...orderBy, { field: 'a', direction: last }, { field: 'b', direction: last }];
      const expected = await domain.sql(
        `select a, b from items order by ${terms.map(({ field, direction: way }) => `"${field}" ${way}`).join(', ')}`,
      );
      const found = await pages(query, { orderBy, first });
      expect(found.flatMap(({ nodes }) => nodes)).toEqual(expected);
      expect(found.every(({ nodes }, index) => index === found.length - 1 || nodes.length === first)).toBe(
        true,
      );
    }),
    { numRuns: 40 },
  );
});

test('group pages, one after the other, are the groups that SQL gives', async () => {
  const keys = ['text', 'whole', 'exact', 'at', 'day', 'flag', 'must'] as const;
  const query = `query ($by: [ItemGroupKey!]!, $orderBy: [ItemGroupOrderBy!], $first: Int!, $after: String) {
    list: itemsGrouped(by: $by, orderBy: $orderBy, first: $first, after: $after) {
      nodes { key { ${keys.join(' ')} } count sum { whole exact must } avg { exact } min { at } max { whole real } countDistinct { text } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const grouping = fc.tuple(
    fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1, maxLength: 3 }),
    direction,
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(
      items,
      grouping,
      fc.integer({ min: 1, max: 5 }),
      async (rows, [by, way, bySum], first) => {
        // Equal decimals of different scale are one group, and either text may stand for it.
        await store(rows.map((row) => (row.exact === '0.10' ? { ...row, exact: '0.1' } : row)));
        const expected = await domain.sql(`
        select ${by.map((key) => `"${key}"`).join(', ')}, count(*) as n, sum(whole)::numeric as w, sum(exact) as e,
          sum(must)::numeric as m, avg(exact) as ae, min(at) as mi, max(whole) as mw, max(real) as mr, count(distinct text) as d
        from items group by ${by.map((key) => `"${key}"`).join(', ')}
        order by ${bySum ? `sum(whole) ${way}, ` : ''} ${by.map((key) => `"${key}" ${way}`).join(', ')}`);
        const orderBy = bySum
          ? [{ field: 'sum_whole', direction: way }]
          : by.map((key) => ({ field: `key_${key}`, direction: way }));
        const found = await pages(query, { by: by.map((field) => ({ field })), orderBy, first });
        const none = Object.fromEntries(keys.map((key) => [key, null]));
        expect(found.flatMap(({ nodes }) => nodes)).toEqual(
          expected.map(({ n, w, e, m, ae, mi, mw, mr, d, ...key }) => ({
            key: { ...none, ...key },
            count: n,
            sum: { whole: w, exact: e, must: m },
            avg: { exact: ae },
            min: { at: mi },
            max: { whole: mw, real: mr },
            countDistinct: { text: d },
          })),
        );
      },
    ),
    { numRuns: 40 },
  );
});

/** A condition, and whether a row meets it. */
interface Condition {
  readonly where: Readonly<Record<string, unknown>>;
  readonly holds: (item: Item) => boolean;
}

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom('', 'a', 'B', "'", '%').map((value) => ({
    where: { text: { eq: value } },
    holds: ({ text }: Item) => text === value,
  })),
  fc
    .constantFrom('a', 'B')
    .map((value) => ({ where: { text: { ne: value } }, holds: ({ text }: Item) => text !== value })),
  fc.boolean().map((value) => ({
    where: { flag: { isNull: value } },
    holds: ({ flag }: Item) => (flag === null) === value,
  })),
  fc
    .boolean()
    .map((value) => ({ where: { flag: { eq: value } }, holds: ({ flag }: Item) => flag === value })),
  fc.constantFrom('9007199254740992', '9007199254740993').map((value) => ({
    where: { whole: { gte: value } },
    holds: ({ whole }: Item) => whole !== null && BigInt(whole) >= BigInt(value),
  })),
  fc
    .subarray([0, 1, 2])
    .map((values) => ({ where: { must: { in: values } }, holds: ({ must }: Item) => values.includes(must) })),
  fc.constantFrom('2024-02-29', '2026-01-01').map((value) => ({
    where: { day: { lt: value } },
    holds: ({ day }: Item) => day !== null && day < value,
  })),
);

const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('tree').map((inner) => ({ where: { not: inner.where }, holds: (item: Item) => !inner.holds(item) })),
    fc.array(tie('tree'), { maxLength: 3 }).map((parts) => ({
      where: { and: parts.map(({ where }) => where) },
      holds: (item: Item) => parts.every(({ holds }) => holds(item)),
    })),
    fc.array(tie('tree'), { maxLength: 3 }).map((parts) => ({
      where: { or: parts.map(({ where }) => where) },
      holds: (item: Item) => parts.some(({ holds }) => holds(item)),
    })),
  ),
}));

test('a filter takes the rows for which it holds, and its opposite takes the others', async () => {
  const query = `query ($where: ItemWhere!) {
    list: items(where: $where, first: 1000) { nodes { a b } totalCount }
    rest: items(where: {not: $where}, first: 1000) { totalCount }
  }`;
  await fc.assert(
    fc.asyncProperty(items, tree, async (rows, { where, holds }) => {
      await store(rows);
      const { data, errors } = await domain.ask(query, { where });
      expect(errors).toBeUndefined();
      const names = (list: readonly unknown[]): readonly string[] =>
        list.map((each) => JSON.stringify(each)).sort();
      const { list, rest } = data as unknown as {
        readonly list: { readonly nodes: readonly unknown[]; readonly totalCount: string };
        readonly rest: { readonly totalCount: string };
      };
      expect(names(list.nodes)).toEqual(names(rows.filter(holds).map(({ a, b }) => ({ a, b }))));
      expect(Number(list.totalCount) + Number(rest.totalCount)).toBe(rows.length);
    }),
    { numRuns: 80 },
  );
});
