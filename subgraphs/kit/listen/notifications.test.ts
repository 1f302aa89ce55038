/** Notifications from a real server, over a connection that is cut, refused, and falls silent. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@portcullis/demo/database/testing';
import { Client } from 'pg';
import type { Notice } from './notices.ts';
import { Notifications } from './notifications.ts';

let database: TestDatabase;
let sender: Client;
let way: Way;
let notifications: Notifications;
let lost: number;
const over = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
  sender = new Client({ connectionString: database.ownerUrl });
  await sender.connect();
});
beforeEach(async () => {
  lost = 0;
  way = await openWay(new URL(database.appUrl));
  notifications = new Notifications(
    { url: way.url, name: 'test', connectTimeoutMs: 1_000, heartbeat: { everyMs: 200, withinMs: 200 } },
    () => {
      lost += 1;
    },
  );
});
afterEach(async () => {
  await notifications.close();
  way.close();
});
afterAll(async () => {
  await sender.end();
  await database.drop();
});

/** The way to the server, which can be cut, closed and filled in. */
interface Way {
  readonly url: string;
  /** Cuts every connection. */
  cut(): void;
  close(): void;
  reopen(): Promise<void>;
  /** Lets nothing through on the connections that there are. */
  silence(): void;
}

async function openWay(target: URL): Promise<Way> {
  const sockets = new Set<Socket>();
  let server: Server;
  const listen = async (port: number) => {
    server = createServer((near) => {
      const far = connect(Number(target.port) || 5432, target.hostname);
      for (const socket of [near, far]) sockets.add(socket);
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: url.href,
    cut,
    close() {
      server.close();
      cut();
    },
    reopen: async () => void (await listen(port)),
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

const notify = (channel: string, payload: string) =>
  sender.query('select pg_notify($1, $2)', [channel, payload]);
const next = async (notices: AsyncIterator<Notice>) => {
  const { value } = await notices.next();
  return `${value?.kind} ${value?.payload}`.trim();
};

test.each(['plain', 'With "quotes"; drop table books; --', "it's", 'größe', 'x'.repeat(63)])(
  'a channel is named %s and nothing else',
  async (name) => {
    const notices = notifications.until(over.signal)(name);
    expect(await next(notices)).toBe('start');
    await notify(name, 'payload "with" \'quotes\'');
    expect(await next(notices)).toBe('change payload "with" \'quotes\'');
  },
);

test.each(['', 'x'.repeat(64), 'ö'.repeat(32), 'a\0b'])('a channel cannot be named %j', (name) => {
  expect(() => notifications.until(over.signal)(name)).toThrow('from 1 to 63 bytes');
});

test('each hears its own channel, and of it only what it asked for', async () => {
  const listen = notifications.until(over.signal);
  const [all, some, other] = [listen('a'), listen('a', { only: 'x' }), listen('b')];
  for (const notices of [all, some, other]) expect(await next(notices)).toBe('start');
  for (const payload of ['y', 'x']) await notify('a', payload);
  expect([await next(all), await next(all), await next(some)]).toEqual(['change y', 'change x', 'change x']);
  await notify('b', '');
  expect(await next(other)).toBe('change');
});

test('who comes later to a channel begins at once, and who leaves takes nobody along', async () => {
  const listen = notifications.until(over.signal);
  const first = listen('a');
  await next(first);
  const second = listen('a');
  expect(await next(second)).toBe('start');
  await first.return?.();
  await notify('a', 'x');
  expect(await next(second)).toBe('change x');
});

test('a signal ends the listeners that were given it', async () => {
  const mine = new AbortController();
  const notices = notifications.until(mine.signal)('a');
  await next(notices);
  const waiting = notices.next();
  mine.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await notifications.until(mine.signal)('a').next()).toEqual({ done: true, value: undefined });
});

describe('a connection', () => {
  test('that is cut is made again, and everybody is told of the gap', async () => {
    const listen = notifications.until(over.signal);
    const each = [listen('a'), listen('a', { only: 'x' }), listen('b')];
    for (const notices of each) await next(notices);
    way.cut();
    for (const notices of each) expect(await next(notices)).toBe('gap');
    expect(lost).toBe(1);
    await notify('a', 'x');
    for (const notices of each.slice(0, 2)) expect(await next(notices)).toBe('change x');
  });

  test('is tried for as long as it takes', async () => {
    const notices = notifications.until(over.signal)('a');
    await next(notices);
    way.close();
    await sleep(700);
    const tries = lost;
    expect(tries).toBeGreaterThan(1);
    // Each pause is twice as long as the one before, so these are few.
    expect(tries).toBeLessThan(8);
    await way.reopen();
    expect(await next(notices)).toBe('gap');
  });

  test('that falls silent is found out', async () => {
    const notices = notifications.until(over.signal)('a');
    await next(notices);
    way.silence();
    expect(await next(notices)).toBe('gap');
  });

  test('that cannot be made fails who waits for it, and serves who comes later', async () => {
    way.close();
    const listen = notifications.until(over.signal);
    await expect(listen('a').next()).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
    await way.reopen();
    for (;;) {
      const outcome = await next(listen('a')).catch(() => 'not yet');
      if (outcome === 'start') break;
    }
  });
});

describe('the end', () => {
  test('ends every listener', async () => {
    const notices = notifications.until(over.signal)('a');
    await next(notices);
    const waiting = notices.next();
    await notifications.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  test('does not wait for a server that does not answer', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const url = `postgres://x:x@127.0.0.1:${(mute.address() as AddressInfo).port}/x`;
    const waiting = new Notifications({ url, name: 'test', connectTimeoutMs: 20_000 }, () => {});
    const first = waiting.until(over.signal)('a').next();
    await sleep(100);
    const before = performance.now();
    await waiting.close();
    expect(performance.now() - before).toBeLessThan(1_500);
    expect(await first).toEqual({ done: true, value: undefined });
    mute.close();
  });
});
