/** Subscriptions through the front door, by stock clients, over a real database. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, suiteServer, type TestDatabase } from '@portcullis/demo/database/testing';
import { connected } from '../database/connect.ts';
import { type OpenLibrary, openLibrary, overEventStream, overSocket, until, type Way } from './testing.ts';

let database: TestDatabase;
let library: OpenLibrary;
const open: Way[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  library = await openLibrary({ ...database, admin: suiteServer() });
});
beforeEach(() => library.tidy());
afterEach(async () => {
  for (const way of open.splice(0)) await way.close();
  await library.stop();
});
afterAll(async () => {
  await library.close();
  await database.drop();
});

const ways = [
  ['server-sent events', overEventStream],
  ['WebSocket', overSocket],
] as const;

const BOOK = 'subscription ($id: ID!) { book(id: $id) { id title } }';
const book = (id: string) => ({ query: BOOK, variables: { id } });
const NOTICES = { query: 'subscription { notices }' };

describe.each(ways)('%s', (_, over) => {
  async function subscriber(environment: NodeJS.ProcessEnv = {}, token = () => library.token()) {
    const started = await library.start(environment);
    const way = over(started.subgraph.url, token);
    open.push(way);
    return { ...started, way };
  }

  test('tells what is, then each change, in order', async () => {
    const { way } = await subscriber();
    const reading = way.subscribe(book('b1'));
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'Book 1' } } });
    for (const title of ['one', 'two', 'three']) {
      await library.rename('b1', title);
      await library.rename('b2', 'not asked for');
      expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title } } });
    }
  });

  test('loses nothing and mixes up nothing while its reader keeps up', async () => {
    const { way } = await subscriber();
    const reading = way.subscribe(NOTICES);
    expect(await reading.next()).toEqual({ data: { notices: 'start ' } });
    const payloads = Array.from({ length: 50 }, (__, index) => `payload ${index}`);
    for (const payload of payloads)
      await library.write(`select pg_notify('A "quoted" channel', $1)`, payload);
    for (const payload of payloads)
      expect(await reading.next()).toEqual({ data: { notices: `change ${payload}` } });
  });

  test('reads each event as the one who subscribed: a row that is hidden is absent, and its changes are not told', async () => {
    const { way } = await subscriber();
    const reading = way.subscribe(book('b1'));
    await reading.next();
    const give = (reader: string | null) =>
      library.write(`update books set reader = $1 where id = 'b1'`, reader);
    await give('http://provider.test|ann');
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'Book 1' } } });
    await give('http://provider.test|bob');
    expect(await reading.next()).toEqual({ data: { book: null } });
    await library.rename('b1', 'for bob only');
    await library.rename('b1', 'for bob again');
    await sleep(200);
    await give(null);
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'for bob again' } } });
  });

  test('reads each event under what the token asks for: filtered rows are absent, denied columns refused', async () => {
    const rows = { Book: [{ field: 'title', op: '<=', value: 'M' }] };
    const obligations = { rows, denied: { Book: { read: ['remark'] } } };
    const { way } = await subscriber({}, () => library.token({ obligations }));
    const reading = way.subscribe(book('b1'));
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'Book 1' } } });
    await library.rename('b1', 'Zebra');
    expect(await reading.next()).toEqual({ data: { book: null } });
    await library.rename('b1', 'Zebras');
    await sleep(200);
    await library.rename('b1', 'Antelope');
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'Antelope' } } });
    const remarks = way.subscribe({ query: 'subscription { book(id: "b2") { id remark } }' });
    expect(await remarks.next()).toMatchObject({
      data: { book: { id: 'b2', remark: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('what does not exist looks like what is hidden', async () => {
    const { way } = await subscriber();
    expect(await way.subscribe(book('nothing')).next()).toEqual({ data: { book: null } });
  });

  test('lives on when its token has ended', async () => {
    const now = Math.floor(Date.now() / 1000);
    const short = () => library.token({ claims: { iat: now, exp: now + 2 } });
    const { way } = await subscriber({}, short);
    const reading = way.subscribe(book('b1'));
    await reading.next();
    await sleep(2_200);
    await library.rename('b1', 'later');
    expect(await reading.next()).toEqual({ data: { book: { id: 'b1', title: 'later' } } });
  });

  test('ends when it has lasted as long as it may, and says so', async () => {
    const { way, log } = await subscriber({ SUBSCRIPTION_LIFETIME_MS: '600' });
    const results = await way.subscribe(book('b1')).rest();
    expect(results).toEqual([
      { data: { book: { id: 'b1', title: 'Book 1' } } },
      {
        errors: [
          {
            message: 'the subscription has lasted as long as it may: subscribe again',
            extensions: { code: 'REQUEST_TIMEOUT' },
          },
        ],
      },
    ]);
    expect(log.endings()).toEqual(['expired']);
  });

  test('ends with the process, in order', async () => {
    const { way, subgraph, log } = await subscriber();
    const readings = [way.subscribe(book('b1')), way.subscribe(book('b2'))];
    for (const reading of readings) await reading.next();
    const rests = readings.map((reading) => reading.rest());
    const before = performance.now();
    await subgraph.close();
    expect(performance.now() - before).toBeLessThan(1_500);
    for (const rest of rests) {
      expect(await rest).toEqual([
        {
          errors: [
            {
              message: 'the subgraph is ending: subscribe again',
              extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
            },
          ],
        },
      ]);
    }
    expect(log.endings()).toEqual(['shutdown', 'shutdown']);
    // The server needs a moment to take notice of a goodbye.
    await until(async () => (await library.listeners()).length === 0);
  });

  test('a client that leaves takes its subscription along', async () => {
    const { way, log } = await subscriber();
    const reading = way.subscribe(book('b1'));
    await reading.next();
    await reading.leave();
    await until(() => log.endings().length === 1);
    expect(log.lines.find(({ msg }) => msg === 'subscription')).toMatchObject({
      ending: 'gone',
      events: 1,
      statements: 1,
      rows: 1,
      transaction: 'request-1',
      snapshot: 'generation-1',
    });
  });

  test('a source that ends completes it', async () => {
    const { way, log } = await subscriber();
    expect(await way.subscribe({ query: 'subscription { numbers(count: 3) }' }).rest()).toEqual(
      ['1 ', '2 ', '3 '].map((numbers) => ({ data: { numbers } })),
    );
    await until(() => log.endings().length === 1);
    expect(log.endings()).toEqual(['complete']);
  });

  test('an event that fails is told as such, without its text, and the next one comes', async () => {
    const { way, log } = await subscriber();
    const reading = way.subscribe({ query: 'subscription { book(id: "b1") { remark } }' });
    expect(await reading.next()).toEqual({ data: { book: { remark: 'fine' } } });
    await library.rename('b1', 'broken');
    expect(await reading.next()).toMatchObject({
      data: { book: { remark: null } },
      errors: [
        { message: 'an internal error occurred', path: ['book', 'remark'], extensions: { code: 'INTERNAL' } },
      ],
    });
    await library.rename('b1', 'mended');
    expect(await reading.next()).toEqual({ data: { book: { remark: 'fine' } } });
    expect(log.text()).not.toContain('4111');
    expect(log.lines.filter(({ msg }) => msg === 'a fault of the subgraph')).toHaveLength(1);
  });

  test.each([
    ['throws', []],
    ['is none', []],
    ['fails later', [{ data: { broken: 'once' } }]],
  ])('a source that %s ends it with an error, without its text', async (how, before) => {
    const { way, log } = await subscriber();
    const results = await way.subscribe({ query: `subscription { broken(how: "${how}") }` }).rest();
    expect(results.slice(0, -1)).toEqual(before);
    expect(results.at(-1)?.errors).toMatchObject([
      { message: 'an internal error occurred', extensions: { code: 'INTERNAL' } },
    ]);
    expect(JSON.stringify(results) + log.text()).not.toContain('4111');
  });

  test.each([
    ['subscription { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { boook(id: 1) { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { a: numbers(count: 1) b: numbers(count: 1) }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { __schema { types { name } } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { ', {}, 'GRAPHQL_PARSE_FAILED'],
    [BOOK, {}, 'BAD_USER_INPUT'],
    [BOOK, { id: { canary: 4711 } }, 'BAD_USER_INPUT'],
    ['{ books { nodes { id } } }', {}, 'BAD_USER_INPUT'],
    ['{ _service { sdl } }', {}, 'BAD_USER_INPUT'],
  ])('refuses %s', async (query, variables, code) => {
    const { way, log } = await subscriber();
    // A stock client of WebSockets throws what it is told in a message `error`; one of events is told it as a result.
    const told = await way
      .subscribe({ query, variables })
      .rest()
      .then(
        ([result]) => result?.errors,
        (errors: unknown) => errors,
      );
    expect(told).toMatchObject(expect.arrayContaining([expect.objectContaining({ extensions: { code } })]));
    expect(JSON.stringify(told)).not.toMatch(/did you mean|4711/i);
    expect(log.lines.filter(({ msg }) => msg === 'statement')).toEqual([]);
  });

  test.each<[string, () => Promise<string>]>([
    ['no token', async () => ''],
    ['a token for another subgraph', () => library.token({ claims: { aud: 'billing' } })],
    ['a token that has ended', () => library.token({ claims: { iat: 1, exp: 30 } })],
  ])('refuses %s', async (__, token) => {
    const { way, log } = await subscriber({}, token);
    const outcome = await way
      .subscribe(book('b1'))
      .rest()
      .then(
        () => 'answered',
        (error: { response?: Response; code?: number }) => error.response?.status ?? error.code,
      );
    expect(outcome).toBe(over === overSocket ? 4403 : 401);
    expect(log.lines.filter(({ msg }) => msg === 'token refused')).toHaveLength(1);
    expect(log.lines.filter(({ msg }) => msg === 'subscription' || msg === 'statement')).toEqual([]);
  });

  test('are no more than there may be', async () => {
    const { way } = await subscriber({ SUBSCRIPTIONS: '2' });
    const readings = [way.subscribe(book('b1')), way.subscribe(book('b1'))];
    for (const reading of readings) await reading.next();
    const outcome = await way
      .subscribe(book('b1'))
      .rest()
      .then(
        ([result]) => result?.errors,
        (error: { response?: Response }) => error.response?.status,
      );
    if (over === overEventStream) expect(outcome).toBe(503);
    else expect(outcome).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    await readings[0]?.leave();
    await until(async () =>
      way
        .subscribe(book('b1'))
        .next()
        .then(
          (result) => result.data !== undefined,
          () => false,
        ),
    );
  });

  test('share one connection that listens, however many they are, and it unlistens when the last one leaves', async () => {
    const { way } = await subscriber();
    const readings = Array.from({ length: 40 }, (__, index) =>
      way.subscribe(book(index % 2 === 0 ? 'b1' : 'b2')),
    );
    for (const reading of readings) await reading.next();
    expect(await library.listeners()).toHaveLength(1);
    await library.write(`update books set title = 'for all'`);
    for (const reading of readings) {
      expect(await reading.next()).toMatchObject({ data: { book: { title: 'for all' } } });
    }
    for (const reading of readings) await reading.leave();
    await until(async () => (await library.lastSaid()) === 'unlisten "books"');
    expect(await library.listeners()).toHaveLength(1);
  });

  test('survive a database that ends their connections, and are told what is then', async () => {
    const { way } = await subscriber();
    const reading = way.subscribe(book('b1'));
    const notices = way.subscribe(NOTICES);
    await reading.next();
    await notices.next();
    const [pid] = await library.listeners();
    const next = reading.next();
    await connected(suiteServer(), async (client) => {
      // What changes while nobody listens is not lost: the gap says to look.
      await client.query('select pg_terminate_backend($1)', [pid]);
    });
    await library.rename('b1', 'meanwhile');
    expect(await notices.next()).toEqual({ data: { notices: 'gap ' } });
    let result = await next;
    while (JSON.stringify(result) !== '{"data":{"book":{"id":"b1","title":"meanwhile"}}}')
      result = await reading.next();
    expect(await library.listeners()).not.toEqual([pid]);
    await library.write(`select pg_notify('A "quoted" channel', 'after')`);
    expect(await notices.next()).toEqual({ data: { notices: 'change after' } });
  });

  test('start with an error where the database cannot be listened to', async () => {
    const away = new URL(library.appUrl);
    away.port = '9';
    const { way } = await subscriber({
      LIBRARY_LISTEN_DATABASE_URL: away.href,
      DATABASE_CONNECT_TIMEOUT_MS: '300',
    });
    const [result] = await way.subscribe(book('b1')).rest();
    expect(result?.errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
  });
});
