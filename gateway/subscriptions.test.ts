import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { type Ask, type House, openHouse, type Result } from './fixture/house.ts';
import type { SubgraphFixture } from './fixture/subgraph.ts';
import type { StreamEnded, SubgraphAnswerFaulted, SubgraphRequestEnded } from './observe/observers.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes", "@composeDirective"])
  @link(url: "https://portcullis.dev/spec/v1.0", import: ["@usesNothing"])
  @composeDirective(name: "@usesNothing")
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION`;

const live = (subscriptions: 'sse' | 'ws'): SubgraphFixture => ({
  name: 'live',
  subscriptions,
  sdl: `${link}
    type Query { streams: [Stream] }
    type Subscription {
      viewers(stream: ID @usesNothing): Stream
      secret: Int @requiresScopes(scopes: [["live:secret"]])
    }
    type Stream @key(fields: "id") { id: ID! viewers: Int! title: String secret: Int @requiresScopes(scopes: [["live:secret"]]) }`,
  resolvers: {},
});

const music: SubgraphFixture = {
  name: 'music',
  sdl: `${link} type Stream @key(fields: "id") { id: ID! artist: String genre: String revenue: Int @requiresScopes(scopes: [["music:pay"]]) }`,
  resolvers: {
    Stream: { artist: ({ id }: { id: string }) => `artist ${id}`, genre: () => 'jazz', revenue: () => 7 },
  },
};

const bob = { scopes: ['catalog:read'] };
const joined = 'subscription { viewers { title viewers artist } }';
const event = (id: string, viewers = 1) => ({ id, viewers, title: `t${id}`, secret: 9 });

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 3_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(['sse', 'ws'] as const)('a subscription to a subgraph that speaks %s', (protocol) => {
  let house: House;
  const ended: StreamEnded[] = [];
  const faults: unknown[] = [];
  const fetches: SubgraphRequestEnded[] = [];
  const opened: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    house = await openHouse([live(protocol), music], {
      limits: { subgraphTimeoutMs: 400 },
      observers: {
        streamEnded: (stream) => void ended.push(stream),
        requestFaulted: ({ error }) => void faults.push(error),
        subgraphRequestEnded: (event) => void fetches.push(event),
      },
    });
  });
  beforeEach(() => {
    house.forget();
    fetches.length = 0;
  });
  afterEach(async () => {
    for (const leave of opened.splice(0)) await leave();
    expect(faults.splice(0)).toEqual([]);
    await until(() => source().events.subscribers === 0);
    ended.length = 0;
  });
  afterAll(() => house.close());

  const source = () => {
    const running = house.subgraphs.get('live');
    if (running === undefined) throw new Error('no subgraph');
    return running;
  };

  /** Subscribed, with the first result asked for. */
  async function open(query = joined, ask: Ask = bob) {
    const leaving = new AbortController();
    const results = house.subscribe(query, { ...ask, signal: leaving.signal });
    const leave = async () => {
      leaving.abort(new DOMException('gone', 'AbortError'));
      await results.return(undefined);
    };
    opened.push(leave);
    const first = results.next();
    await until(() => source().events.subscribers === 1);
    return {
      first: async () => (await first).value as Result,
      next: async () => (await results.next()).value as Result,
      isOver: async () => (await results.next()).done === true,
      leave,
    };
  }

  it('gives a result for each event, in order, joined with the other subgraphs', async () => {
    const { first, next, isOver } = await open();
    for (let n = 1; n <= 20; n += 1) source().events.publish(event(String(n), n));
    expect(await first()).toEqual({ data: { viewers: { title: 't1', viewers: 1, artist: 'artist 1' } } });
    for (let n = 2; n <= 20; n += 1) {
      expect(await next()).toEqual({
        data: { viewers: { title: `t${n}`, viewers: n, artist: `artist ${n}` } },
      });
    }
    source().events.complete();
    expect(await isOver()).toBe(true);
    expect(ended).toMatchObject([{ results: 20, because: 'completed' }]);
  });

  it('is sent once, with a token for that subgraph, and none of the client', async () => {
    const { leave } = await open('subscription ($s: ID) { viewers(stream: $s) { viewers } }', {
      ...bob,
      variables: { s: 'x' },
      headers: { cookie: 'a=b', 'x-request-id': 'r-9' },
    });
    const [asked, ...others] = source().asked;
    expect(others).toEqual([]);
    expect(asked?.variables).toEqual({ s: 'x' });
    expect(asked?.headers['txn-token']).toMatch(/^ey/);
    expect(asked?.headers['x-request-id']).toBe('r-9');
    expect(asked?.headers).not.toHaveProperty('authorization');
    expect(asked?.headers).not.toHaveProperty('cookie');
    // Two tokens would be nobody's identity.
    expect(asked?.connectionParams).toBeUndefined();
    await leave();
  });

  it('is closed in the subgraph when the client goes, also while nothing happens', async () => {
    const { leave } = await open();
    await leave();
    await until(() => source().events.subscribers === 0);
    await until(() => ended.length === 1);
    expect(ended).toMatchObject([{ because: 'left' }]);
  });

  it('bears that another subgraph is down: the event has an error, and the next one has none', async () => {
    const { first, next, leave } = await open();
    await house.subgraphs.get('music')?.stop();
    source().events.publish(event('1'));
    const failed = await first();
    expect(failed.data).toEqual({ viewers: { title: 't1', viewers: 1, artist: null } });
    expect(failed.errors).toMatchObject([
      { path: ['viewers', 'artist'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'music' } },
    ]);
    await house.subgraphs.get('music')?.start();
    source().events.publish(event('2'));
    expect(await next()).toEqual({ data: { viewers: { title: 't2', viewers: 1, artist: 'artist 2' } } });
    await leave();
  });

  it('reduces an event to what was asked, and tells of what it lacks', async () => {
    const { first, next, leave } = await open();
    source().events.publish({ ...event('1'), viewers: null, extra: 1 });
    expect(await first()).toMatchObject({
      data: { viewers: null },
      errors: [{ path: ['viewers', 'viewers'], extensions: { code: 'SUBGRAPH_ERROR', service: 'live' } }],
    });
    source().events.publish(null);
    expect(await next()).toEqual({ data: { viewers: null } });
    await leave();
  });

  it('ends with an error when its source is cut, and can be opened again', async () => {
    const { first, isOver } = await open();
    await source().stop();
    expect(await first()).toEqual({
      errors: [
        {
          message: 'The subgraph that serves this field is not available.',
          extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'live', retryable: true },
        },
      ],
    });
    expect(await isOver()).toBe(true);
    const [refused] = await all(house.subscribe(joined, bob));
    expect(refused?.errors[0].extensions.code).toBe('SUBGRAPH_UNAVAILABLE');
    expect(fetches.at(-1)).toMatchObject({
      subgraph: 'live',
      outcome: 'unavailable',
      code: expect.stringMatching(/^E[A-Z]+$/),
    });
    await source().start();
    const again = await open();
    source().events.publish(event('3'));
    expect((await again.first()).data.viewers.title).toBe('t3');
    await again.leave();
  });

  it('ends with an error when an event is larger than may be kept', async () => {
    const { first, isOver } = await open();
    source().events.publish({ ...event('1'), title: 'x'.repeat(200_000) });
    expect((await first()).errors[0].extensions.code).toBe('SUBGRAPH_ERROR');
    expect(await isOver()).toBe(true);
  });

  it('ends with an error, and after what was kept, when its reader is too slow', async () => {
    const { first, next } = await open('subscription { viewers { title viewers } }');
    const title = 'x'.repeat(1_000);
    for (let n = 1; n <= 500; n += 1) source().events.publish({ ...event('1', n), title });
    const seen = [(await first()).data.viewers.viewers];
    // The queue fills while nobody takes: a little more than a hundred kilobytes.
    await until(() => source().events.subscribers === 0);
    let last = await next();
    for (; last.data !== undefined; last = await next()) seen.push(last.data.viewers.viewers);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.length).toBeLessThan(110);
    expect(last.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryable: true } }]);
  });

  it('ends when the token does, though nothing happens', async () => {
    const started = Date.now();
    const { first, isOver } = await open(joined, { ...bob, lifetime: 2 });
    expect(await first()).toEqual({
      errors: [{ message: 'The access token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await isOver()).toBe(true);
    expect(Date.now() - started).toBeLessThan(2_500);
  });

  it('fetches nothing for events that waited until the token had expired', async () => {
    const { first, next } = await open(joined, { ...bob, lifetime: 2 });
    source().events.publish(event('1'));
    await first();
    source().events.publish(event('2'));
    source().events.publish(event('3'));
    await until(() => source().events.subscribers === 0);
    house.forget();
    expect((await next()).errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(house.asked()).toBe('');
  });

  it('is refused at the start, and asked of nobody, where its field is denied or the token is not good', async () => {
    expect(await all(house.subscribe('subscription { secret }', bob))).toEqual([
      {
        errors: [
          {
            message: 'Access to the field of this subscription is denied.',
            extensions: { code: 'FORBIDDEN' },
          },
        ],
      },
    ]);
    const [bad] = await all(house.subscribe(joined, { headers: { authorization: 'Bearer a.b.c' } }));
    expect(bad?.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(house.asked()).toBe('');
  });

  it('leaves out what is denied below its field', async () => {
    const { first, leave } = await open('subscription { viewers { title secret revenue } }');
    source().events.publish(event('1'));
    const { data, errors } = await first();
    expect(data).toEqual({ viewers: { title: 't1', secret: null, revenue: null } });
    expect(errors.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'viewers.secret',
      'viewers.revenue',
    ]);
    expect(house.asked('live')).not.toContain('secret');
    expect(house.asked('music')).toBe('');
    await leave();
  });

  describe('when a new snapshot serves', () => {
    const swap = async (...sources: SubgraphFixture[]) => {
      const { generation } = house.gateway.ready();
      await house.writeSource(sources);
      await until(() => house.gateway.ready().generation !== generation);
      house.forget();
    };
    const [{ sdl }] = [live(protocol)];
    const withdrawn = {
      errors: [{ message: expect.stringContaining('Subscribe again'), extensions: { code: 'FORBIDDEN' } }],
    };
    afterEach(() => swap(live(protocol), music));

    it('goes on if it may, on the same source', async () => {
      const { first, next, leave } = await open();
      source().events.publish(event('1'));
      await first();
      await swap(live(protocol), { ...music, sdl: `${music.sdl} type Other { a: Int }` });
      source().events.publish(event('2'));
      expect((await next()).data).toEqual({ viewers: { title: 't2', viewers: 1, artist: 'artist 2' } });
      expect(house.asked('live')).toBe('');
      await leave();
    });

    const key = (text: string) =>
      text.replace('@key(fields: "id") {', '@key(fields: "id number") { number: Int!');

    it.each([
      [
        'the field is denied',
        sdl.replace('@usesNothing): Stream', '@usesNothing): Stream @requiresScopes(scopes: [["none"]])'),
        music.sdl,
      ],
      [
        'the field is gone',
        sdl.replace('viewers(stream: ID @usesNothing): Stream', 'others: Stream'),
        music.sdl,
      ],
      ['its source would be asked for more', key(sdl), key(music.sdl)],
    ])('ends with a constant refusal, and fetches nothing, if %s now', async (_, ofLive, ofMusic) => {
      const { first, next, isOver } = await open();
      source().events.publish(event('1'));
      await first();
      await swap({ ...live(protocol), sdl: ofLive }, { ...music, sdl: ofMusic });
      source().events.publish(event('2'));
      expect(await next()).toEqual(withdrawn);
      expect(await isOver()).toBe(true);
      expect(house.asked()).toBe('');
    });

    it('withholds a field that is denied now, and does not fetch it', async () => {
      const { first, next } = await open('subscription { viewers { title artist genre } }');
      source().events.publish(event('1'));
      expect((await first()).data).toEqual({ viewers: { title: 't1', artist: 'artist 1', genre: 'jazz' } });
      const closed = music.sdl.replace(
        'artist: String',
        'artist: String @requiresScopes(scopes: [["none"]])',
      );
      await swap(live(protocol), { ...music, sdl: closed });
      source().events.publish(event('2'));
      const { data, errors } = await next();
      expect(data).toEqual({ viewers: { title: 't2', artist: null, genre: 'jazz' } });
      expect(errors).toMatchObject([{ path: ['viewers', 'artist'], extensions: { code: 'FORBIDDEN' } }]);
      expect(house.asked('music')).toContain('genre');
      expect(house.asked('music')).not.toContain('artist');
    });
  });
});

async function all(results: AsyncIterable<Result>): Promise<readonly Result[]> {
  const found: Result[] = [];
  for await (const result of results) found.push(result);
  return found;
}

it('a subgraph that refuses a subscription by a message is named to the operator', async () => {
  const faults: SubgraphAnswerFaulted[] = [];
  const house = await openHouse([live('ws'), music], {
    observers: { subgraphAnswerFaulted: (event) => void faults.push(event) },
  });
  const source = house.subgraphs.get('live');
  if (source === undefined) throw new Error('there is no such subgraph');
  source.events.refusal = new GraphQLError('ann@example.org', { extensions: { code: 'CLOSED' } });
  const results = await all(house.subscribe(joined, bob));
  await house.close();
  expect(results.map(({ errors }) => errors[0].extensions.code)).toEqual(['SUBGRAPH_ERROR']);
  expect(faults).toMatchObject([{ subgraph: 'live', reason: 'errors', errors: 1, code: 'CLOSED' }]);
  expect(JSON.stringify(faults)).not.toContain('ann@');
});
