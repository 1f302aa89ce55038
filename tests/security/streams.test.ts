/** Rights of what comes later: events and parts. Group J of the catalogue of attacks, as far as it is about policies. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import { openToAll } from '@portcullis/gateway/fixture/rules';
import { type OpenLibrary, openLibrary, overEventStream } from '../../subgraphs/kit/subscribe/testing.ts';
import { human, inParts, openWatched, type Watched } from './kit/people.ts';
import { until } from './kit/until.ts';

describe('at the gateway', () => {
  let watched: Watched;
  beforeEach(async () => {
    watched = await openWatched();
  });
  afterEach(async () => {
    watched.scan();
    await watched.house.close();
  });

  it('J06 a stream is decided again when rules change, within two seconds, though nothing happens on it', async () => {
    const { house, people } = watched;
    const results = house.subscribe('subscription { renamed { name card } }', human);
    const first = results.next();
    await until(() => people.events.subscribers === 1);
    people.events.publish({ id: '1', name: 'n', card: '4111111111111234' });
    expect((await first).value).toEqual({ data: { renamed: { name: 'n', card: '************1234' } } });
    house.forget();
    const started = Date.now();
    const next = results.next();
    await house.writeRules(
      `${openToAll} @id("global.shut") forbid (principal, action, resource in Type::"Person");`,
    );
    const { value } = await next;
    watched.saw(JSON.stringify(value));
    expect(value.data).toBeUndefined();
    expect(value.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(Date.now() - started).toBeLessThan(2_500);
    expect((await results.next()).done).toBe(true);
    await until(() => people.events.subscribers === 0);
    expect(house.asked()).toBe('');
  });

  it('J11 a subscription is as deep as a query may be, and no deeper', async () => {
    const deep = `subscription { renamed { ${'boss { '.repeat(20)} name ${'} '.repeat(20)} } }`;
    const results = watched.house.subscribe(deep, human);
    const { value } = await results.next();
    expect(value.errors).toHaveLength(1);
    expect(value.data).toBeUndefined();
    expect((await results.next()).done).toBe(true);
    expect(watched.people.events.subscribers).toBe(0);
    expect(watched.house.asked()).toBe('');
  });

  it('J14 what is denied is denied in a later part too, and is not fetched for it', async () => {
    const text = await inParts(watched, '{ me { name ... @defer { email card } } }');
    expect(text).toContain('"email":null');
    expect(text).toContain('"card":"************1234"');
    expect(text.match(/FORBIDDEN/g)).toHaveLength(1);
    expect(watched.house.asked()).not.toContain('email');
  });
});

describe('in a subgraph with a filter of rows', () => {
  let database: TestDatabase;
  let library: OpenLibrary;
  beforeAll(async () => {
    database = await createTestDatabase();
    library = await openLibrary({ ...database, admin: suiteServer() });
  });
  beforeEach(() => library.tidy());
  afterEach(() => library.stop());
  afterAll(async () => {
    await library.close();
    await database.drop();
  });

  const obligations = { rows: { Book: [{ field: 'title', op: '<=', value: 'M' }] } };
  const query = 'subscription ($id: ID!) { book(id: $id) { id title } }';
  async function subscribed() {
    const { subgraph } = await library.start();
    const way = overEventStream(subgraph.url, () => library.token({ obligations }));
    return { reading: way.subscribe({ query, variables: { id: 'b1' } }), close: () => way.close() };
  }
  const book = (title: string) => ({ data: { book: { id: 'b1', title } } });

  it('J09 a change of a row that is filtered out is no event, not even an empty one', async () => {
    await library.rename('b1', 'Zebra');
    const { reading, close } = await subscribed();
    expect(await reading.next()).toEqual({ data: { book: null } });
    for (const title of ['Zebra 1', 'Zebra 2', 'Zebra 3']) await library.rename('b1', title);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await library.rename('b1', 'Antelope');
    expect(await reading.next()).toEqual(book('Antelope'));
    await close();
  });

  it('J10 a row that leaves the view is absent, one that comes is there as it is then, and neither tells old values', async () => {
    const { reading, close } = await subscribed();
    expect(await reading.next()).toEqual(book('Book 1'));
    await library.rename('b1', 'Zebra');
    expect(await reading.next()).toEqual({ data: { book: null } });
    await library.rename('b1', 'Bear');
    expect(await reading.next()).toEqual(book('Bear'));
    await close();
  });
});
