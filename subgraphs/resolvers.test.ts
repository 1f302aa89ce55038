/** What the domains resolve themselves, over the demo's data. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadData } from '@portcullis/demo/data/load';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { openTestDomain, type TestDomain } from '@portcullis/kit/fixture/domain';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { resolvers as audienceResolvers } from './audience/resolvers.ts';
import { resolvers as billingResolvers } from './billing/resolvers.ts';
import { resolvers as liveResolvers } from './live/resolvers.ts';
import { resolvers as videoResolvers } from './video/resolvers.ts';

const withResolvers = {
  video: videoResolvers,
  live: liveResolvers,
  audience: audienceResolvers,
  billing: billingResolvers,
} as const;
type Name = keyof typeof withResolvers;

const databases: TestDatabase[] = [];
const open = new Map<Name, TestDomain>();

beforeAll(async () => {
  const ownerUrls: Partial<Record<Name, string>> = {};
  for (const [name, resolvers] of Object.entries(withResolvers) as [Name, (typeof withResolvers)[Name]][]) {
    const database = await createTestDatabase();
    databases.push(database);
    const folder = join(import.meta.dirname, name);
    await migrate(database.ownerUrl, join(folder, 'migrations'));
    ownerUrls[name] = database.ownerUrl;
    const sdl = await readFile(join(folder, 'schema.graphql'), 'utf8');
    // As the role that serves, so that a missing grant shows.
    open.set(name, await openTestDomain(database.appUrl, { sdl, resolvers }));
  }
  await loadData({ ownerUrls, scale: 'small' });
}, 120_000);

afterAll(async () => {
  await Promise.all([...open.values()].map((domain) => domain.close()));
  await Promise.all(databases.map((database) => database.drop()));
});

function domain(name: Name): TestDomain {
  const found = open.get(name);
  if (found === undefined) throw new Error(`${name} is not open`);
  return found;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not passed on.
type Data = any;

async function ask(name: Name, query: string, variables = {}): Promise<{ data: Data; statements: number }> {
  const { data, errors, statements } = await domain(name).ask(query, variables);
  expect(errors).toBeUndefined();
  return { data, statements: statements.length };
}

const entities = /* GraphQL */ `query ($of: [_Any!]!) { _entities(representations: $of) `;

describe('search', () => {
  const tooMuch = 'search(text:) takes at most 200 characters and 10 words';
  const search =
    'query ($text: String!, $first: Int! = 10) { search(text: $text, first: $first) { __typename ... on Movie { id } ... on Series { id } ... on Track { id } ... on Episode { id } ... on Stream { id } } }';

  test('finds media of every domain by beginnings of words, the most popular first', async () => {
    const { data } = await ask('audience', search, { text: 'silv', first: 100 });
    expect(new Set(data.search.map((each: Data) => each.__typename)).size).toBeGreaterThanOrEqual(4);
    const ids = data.search.map((each: Data) => each.id);
    const rows = await domain('audience').sql(
      `select id from media where name ~* '\\msilv' order by rank, id limit 100`,
    );
    expect(ids).toEqual(rows.map(({ id }) => id));
  });

  test('wants all words, in any order and case', async () => {
    const { data } = await ask('audience', search, { text: 'KINGDOM rav' });
    expect(data.search.length).toBeGreaterThan(0);
    const names = await domain('audience').sql('select name from media where id = any($1)', [
      data.search.map((each: Data) => each.id),
    ]);
    for (const { name } of names) expect(name).toMatch(/Raven.*Kingdom|Kingdom.*Raven/);
  });

  test.each(["it's", 'a & | ! ( ) :* <->', "x'); drop table media; --", 'back\\slash', 'é', '夏'])(
    'takes %j as words and never as an operator',
    async (text) => {
      await expect(ask('audience', search, { text })).resolves.toBeDefined();
    },
  );

  test('refuses a million words without asking the database', async () => {
    const { errors, statements } = await domain('audience').ask(search, { text: 'word '.repeat(1_000_000) });
    expect(errors).toMatchObject([{ message: tooMuch, extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(statements).toEqual([]);
  });

  test('takes a text as long as it may be', async () => {
    const words = 'abcdefghij'.split('').map((letter) => letter.repeat(19));
    await expect(ask('audience', search, { text: `${words.join(' ')}!` })).resolves.toBeDefined();
    await expect(ask('audience', search, { text: '𠮷'.repeat(200) })).resolves.toBeDefined();
  });

  test.each([
    [{ text: ' ?! ' }, 'search(text:) must have a letter or a digit'],
    [{ text: 'x'.repeat(201) }, tooMuch],
    [{ text: 'a b c d e f g h i j k' }, tooMuch],
    [{ text: 'a', first: 0 }, 'search(first:) must be from 1 to 100'],
    [{ text: 'a', first: 101 }, 'search(first:) must be from 1 to 100'],
  ])('refuses %j', async (variables, message) => {
    const { errors } = await domain('audience').ask(search, variables);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('hours watched are the sum of the plays, for a page of subscribers in one statement', async () => {
  const { data, statements } = await ask(
    'audience',
    '{ subscribers(first: 200) { nodes { id hoursWatched } } }',
  );
  expect(statements).toBe(2);
  const rows = await domain('audience').sql(
    `select s.id, round(coalesce(sum(p.seconds_watched), 0) / 3600, 2) as hours
       from subscribers s left join plays p on p.subscriber_id = s.id group by s.id order by s.id limit 200`,
  );
  const plain = (hours: unknown) => Number(hours).toFixed(2);
  expect(data.subscribers.nodes.map(({ id, hoursWatched }: Data) => [id, plain(hoursWatched)])).toEqual(
    rows.map(({ id, hours }) => [id, plain(hours)]),
  );
});

test('a play leads to the media of its kind, whoever owns it', async () => {
  const { data } = await ask(
    'audience',
    '{ plays(first: 300) { nodes { mediaKind mediaId media { __typename id } } } }',
  );
  const kinds = new Set<string>();
  for (const { mediaKind, mediaId, media } of data.plays.nodes) {
    expect(media.id).toBe(mediaId);
    expect(media.__typename.toUpperCase()).toBe(mediaKind);
    kinds.add(mediaKind);
  }
  expect(kinds.size).toBeGreaterThanOrEqual(4);
});

describe('the tax rate', () => {
  const of = (country: unknown) => ({ __typename: 'Subscriber', id: 'sub_0000001', country });
  const query = `${entities} { ... on Subscriber { taxRate } } }`;

  test('is that of the country that audience sends along, in one statement for all', async () => {
    const { data, statements } = await ask('billing', query, {
      of: [of('DE'), of('SE'), of('DE'), of('US')],
    });
    expect(data._entities.map(({ taxRate }: Data) => Number(taxRate))).toEqual([0.19, 0.25, 0.19, 0]);
    expect(statements).toBe(1);
  });

  test('is null where we do not sell, and where the country is not known', async () => {
    const { data } = await ask('billing', query, { of: [of('AQ'), of(null)] });
    expect(data._entities).toEqual([{ taxRate: null }, { taxRate: null }]);
  });
});

test('the revenue of titles is what their lines amount to, void invoices left out, in one statement', async () => {
  const rows = await domain('billing').sql(
    `select title_id as id, line.currency, sum(line.net_amount) as amount from invoice_lines line
       join invoices invoice on invoice.id = invoice_id where status <> 'VOID' and title_id is not null
      group by 1, 2 order by 1, 2`,
  );
  const ids = [...new Set(rows.map(({ id }) => id))].slice(0, 100);
  const of = [...ids, 'ttl_9999999'].map((id) => ({ __typename: 'Title', id }));
  const { data, statements } = await ask(
    'billing',
    `${entities} { ... on Title { id revenue { amount currency } } } }`,
    { of },
  );
  expect(statements).toBe(1);
  expect(data._entities).toEqual([
    ...ids.map((id) => ({
      id,
      revenue: rows.filter((row) => row['id'] === id).map(({ amount, currency }) => ({ amount, currency })),
    })),
    { id: 'ttl_9999999', revenue: [] },
  ]);
});

test('a line for a season names it by both parts of its key; other lines name none', async () => {
  const { data } = await ask(
    'billing',
    '{ invoiceLines(where: { kind: { eq: PURCHASE } }, first: 100) { nodes { titleId seasonNumber season { seriesId number } title { id } } } }',
  );
  const nodes: Data[] = data.invoiceLines.nodes;
  expect(nodes.some(({ season }) => season !== null)).toBe(true);
  for (const { titleId, seasonNumber, season, title } of nodes) {
    expect(title).toEqual({ id: titleId });
    expect(season).toEqual(seasonNumber === null ? null : { seriesId: titleId, number: seasonNumber });
  }
});

test('money is the amount and its currency, or null', async () => {
  const plans = await ask(
    'billing',
    '{ planPrices(first: 100) { nodes { planId currency monthlyAmount yearlyAmount monthly { amount currency } yearly { amount } } } }',
  );
  for (const price of plans.data.planPrices.nodes) {
    expect(price.monthly).toEqual({ amount: price.monthlyAmount, currency: price.currency });
    expect(price.yearly).toEqual(price.yearlyAmount === null ? null : { amount: price.yearlyAmount });
  }
  const invoices = await ask(
    'billing',
    '{ invoices(first: 5) { nodes { totalAmount total { amount currency } } } }',
  );
  for (const { totalAmount, total } of invoices.data.invoices.nodes) expect(total.amount).toBe(totalAmount);
  const licences = await ask(
    'video',
    '{ licences(first: 50) { nodes { costAmount costCurrency cost { amount currency } title { id } } } }',
  );
  for (const { costAmount, costCurrency, cost } of licences.data.licences.nodes) {
    expect(cost).toEqual(costAmount === null ? null : { amount: costAmount, currency: costCurrency });
  }
});

test('a headliner comes with the name of the announcement; other streams have none', async () => {
  const { data, statements } = await ask(
    'live',
    '{ streams(first: 200) { nodes { kind headlinerId headlinerName headliner { id name } } } }',
  );
  expect(statements).toBe(1);
  for (const { kind, headlinerId, headlinerName, headliner } of data.streams.nodes) {
    expect(headliner).toEqual(kind === 'CONCERT' ? { id: headlinerId, name: headlinerName } : null);
  }
});

describe('the catalogue', () => {
  test('gives a title its type, wherever it comes from', async () => {
    const of = [1, 2, 3, 4, 5, 6].map((n) => ({ __typename: 'Title', id: `ttl_000000${n}` }));
    const { data, statements } = await ask(
      'video',
      `${entities} { ... on Title { __typename id title ... on Series { seasons { nodes { number } } } } } }`,
      { of },
    );
    const rows = await domain('video').sql(
      `select id, initcap(kind) as type, title from titles order by id limit 6`,
    );
    expect(data._entities.map(({ __typename: type, id, title }: Data) => ({ id, type, title }))).toEqual(
      rows,
    );
    expect(statements).toBe(2);
  });

  test('finds seasons by series and number', async () => {
    const [season] = await domain('video').sql(
      'select series_id, number, episode_count from seasons limit 1',
    );
    const of = [
      { __typename: 'Season', seriesId: season?.['series_id'], number: season?.['number'] },
      { __typename: 'Season', seriesId: season?.['series_id'], number: 99 },
    ];
    const { data } = await ask('video', `${entities} { ... on Season { number episodeCount } } }`, { of });
    expect(data._entities).toEqual([
      { number: season?.['number'], episodeCount: season?.['episode_count'] },
      null,
    ]);
  });
});
