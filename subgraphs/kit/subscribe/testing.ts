/** A library whose books change, for tests of what subscribes to it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient as createEventStreamClient, type Client as EventStreamClient } from 'graphql-sse';
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { connected } from '../database/connect.ts';
import type { Overrides } from '../identity/testing.ts';
import { migrate } from '../migrate/migrate.ts';
import { defineResolvers } from '../resolve/domain-resolvers.ts';
import { type RunningSubgraph, serve } from '../server/serve.ts';
import { collectLog, writeLibrary } from '../server/testing.ts';

export const CHANGING_SDL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

"A book on a shelf."
type Book @key(fields: "id") @table(name: "books") @dataProduct {
  id: ID!
  title: String @dimension
  "Fails where the title says so."
  remark: String @resolved(needs: ["title"])
}

type Subscription {
  "A book, now and whenever it changes."
  book(id: ID!): Book
  "What is notified, as it comes."
  notices(everyMs: Int! = 0): String
  "Numbers without a pause, each with so many characters behind it."
  numbers(count: Int!, padding: Int! = 0): String
  "Ends before it begins, in the way that is asked for."
  broken(how: String!): String
}
`;

/** Everybody reads the books that are nobody's, and their own. */
export const CHANGING_MIGRATION = `
create table books (id text primary key, title text, reader text);
insert into books values ('b1', 'Book 1', null), ('b2', 'Book 2', null);
alter table books enable row level security;
create policy own on books using (reader is null or reader = (select current_setting('app.claims')::json ->> 'sub'));
create function notify_books() returns trigger language plpgsql as $$
begin
  perform pg_notify('books', new.id);
  return null;
end $$;
create trigger books_changed after insert or update on books for each row execute function notify_books();
`;

/** How many numbers have been asked for, so that a test sees how far ahead of its reader a source is. */
export const asked = { numbers: 0 };

export const changingResolvers = defineResolvers({
  Book: {
    remark({ title }) {
      if (title === 'broken') throw new Error('card 4111');
      return 'fine';
    },
  },
  Subscription: {
    book: {
      async *subscribe(_, { id }: { id: string }, { listen }) {
        for await (const _change of listen('books', { only: id })) yield { id };
      },
    },
    notices: {
      async *subscribe(_, { everyMs }: { everyMs: number }, { listen }) {
        for await (const { kind, payload } of listen('A "quoted" channel', { everyMs }))
          yield `${kind} ${payload}`;
      },
    },
    numbers: {
      async *subscribe(_, { count, padding }: { count: number; padding: number }) {
        for (let number = 1; number <= count; number += 1) {
          asked.numbers = number;
          yield `${number} ${'x'.repeat(padding)}`;
        }
      },
    },
    broken: { subscribe: (_, { how }: { how: string }) => brokenSource(how) },
  },
});

function brokenSource(how: string): AsyncIterable<unknown> {
  if (how === 'throws') throw new Error('card 4111');
  if (how === 'is none') return {} as AsyncIterable<unknown>;
  return (async function* () {
    yield 'once';
    throw new Error('card 4111');
  })();
}

export interface Result {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
}

/** What a stock client has been told, and how to go on. */
export interface Reading {
  next(): Promise<Result>;
  /** What comes until the end. */
  rest(): Promise<readonly Result[]>;
  leave(): Promise<void>;
}

export interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** The two ways to subscribe, each by its stock client. */
export interface Way {
  subscribe(request: Asked): Reading;
  close(): void | Promise<void>;
}

export function overEventStream(url: string, token: () => Promise<string>): Way {
  const client: EventStreamClient = createEventStreamClient({
    url,
    retryAttempts: 0,
    headers: async () => ({ 'txn-token': await token() }),
  });
  return { subscribe: (request) => reading(client.iterate(request)), close: () => client.dispose() };
}

export function overSocket(url: string, token: () => Promise<string>): Way {
  const client: SocketClient = createSocketClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: async () => ({ txnToken: await token() }),
  });
  return { subscribe: (request) => reading(client.iterate(request)), close: () => client.dispose() };
}

function reading(results: AsyncIterableIterator<unknown>): Reading {
  return {
    async next() {
      const { value, done } = await results.next();
      if (done === true) throw new Error('the subscription has ended');
      return value as Result;
    },
    async rest() {
      const rest: Result[] = [];
      for await (const result of results) rest.push(result as Result);
      return rest;
    },
    async leave() {
      await results.return?.();
    },
  };
}

export interface StartedLibrary {
  readonly subgraph: RunningSubgraph;
  readonly log: ReturnType<typeof collectLog> & {
    /** How each subscription ended. */
    endings(): readonly unknown[];
  };
}

/** The library with a database, for one file of tests. */
export interface OpenLibrary {
  readonly appUrl: string;
  start(environment?: NodeJS.ProcessEnv): Promise<StartedLibrary>;
  token(overrides?: Overrides): Promise<string>;
  /** Runs a statement as the owner of the tables. */
  write(sql: string, ...parameters: readonly unknown[]): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  /** Processes of the database server that listen for a subgraph. */
  listeners(): Promise<readonly number[]>;
  /** The last statement of the first of them. */
  lastSaid(): Promise<string | undefined>;
  /** Makes the books as they were. */
  tidy(): Promise<void>;
  /** Stops the subgraphs that have been started. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** An empty database, and an administrator's way to its server. */
interface Given {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly admin: string;
}

export async function openLibrary(database: Given): Promise<OpenLibrary> {
  const library = await writeLibrary({ sdl: CHANGING_SDL, migration: CHANGING_MIGRATION });
  await migrate(database.ownerUrl, join(library.folder, 'migrations'));
  const writer = new Client({ connectionString: database.ownerUrl });
  await writer.connect();
  const running: RunningSubgraph[] = [];
  const write = async (sql: string, ...parameters: readonly unknown[]) => {
    await writer.query(sql, [...parameters]);
  };
  return {
    appUrl: database.appUrl,
    write,
    token: (overrides) => library.gateway.token('library', overrides),
    rename: (id, title) => write('update books set title = $2 where id = $1', id, title),
    tidy: () => write(`update books set title = 'Book ' || substr(id, 2), reader = null`),
    async start(environment = {}) {
      const log = collectLog();
      const subgraph = await serve({
        folder: library.folder,
        resolvers: changingResolvers,
        port: 0,
        logTo: log.destination,
        environment: {
          ...library.environment(database.appUrl),
          DATABASE_CONNECT_TIMEOUT_MS: '3000',
          ...environment,
        },
      });
      running.push(subgraph);
      const endings = () => log.lines.filter(({ msg }) => msg === 'subscription').map(({ ending }) => ending);
      return { subgraph, log: { ...log, endings } };
    },
    listeners: async () => (await listeningSessions(database)).map(({ pid }) => pid),
    lastSaid: async () => (await listeningSessions(database))[0]?.query,
    async stop() {
      for (const subgraph of running.splice(0)) await subgraph.close();
    },
    async close() {
      await writer.end();
      await library.remove();
    },
  };
}

async function listeningSessions({ admin, appUrl }: Given) {
  const { rows } = await connected(admin, (client) =>
    client.query<{ pid: number; query: string }>(
      `select pid, query from pg_stat_activity where datname = $1 and application_name = 'portcullis-library-listen'`,
      [new URL(appUrl).pathname.slice(1)],
    ),
  );
  return rows;
}

export async function until(condition: () => Promise<boolean> | boolean, within = 5_000): Promise<void> {
  for (const end = Date.now() + within; !(await condition()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not within ${within} ms: ${condition}`);
  }
}
