/** The one connection of a process that listens (`LISTEN`): kept, and made again whenever it is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';

export interface ListenSettings {
  /** Not through a pooler in transaction mode: what listens is a session. */
  readonly url: string;
  /** Shown in the server's list of sessions. */
  readonly name: string;
  readonly connectTimeoutMs: number;
}

export interface Heard {
  /** The server has taken the channel, for the first time or again; from here on nothing is missed. */
  listening(channel: string): void;
  notified(channel: string, payload: string): void;
  /** Nothing is heard until `listening` is told again. */
  lost(error: unknown): void;
}

export interface ListenConnection {
  add(channel: string): void;
  remove(channel: string): void;
  close(): Promise<void>;
}

const pauses = { first: 100, longest: 5_000 };
/** A server that is gone without a word is found out by asking. */
const heartbeat = { everyMs: 15_000, withinMs: 5_000 };
const GOODBYE_MS = 1_000;

/** Connects at the first channel. */
export function openListenConnection(settings: ListenSettings, heard: Heard): ListenConnection {
  const channels = new Set<string>();
  const ending = new AbortController();
  let current: Client | undefined;
  let connected: Client | undefined;
  let running: Promise<void> | undefined;

  const ask = async (client: Client, channel: string) => {
    try {
      await client.query(`listen ${escapeIdentifier(channel)}`);
      if (channels.has(channel)) heard.listening(channel);
    } catch (error) {
      // Another connection may do better; on this one the channel would be silent.
      client.connection.stream.destroy(error as Error);
    }
  };

  const session = async (client: Client) => {
    const over = new Promise<void>((resolve) => client.once('end', resolve));
    // Told to end while it connects, the driver says nothing of the connection any more.
    const ended = over.then(() => Promise.reject(new Error('ended while connecting')));
    await Promise.race([client.connect(), ended]);
    client.on('notification', ({ channel, payload }) => heard.notified(channel, payload ?? ''));
    connected = client;
    for (const channel of channels) void ask(client, channel);
    const beating = setInterval(() => void beat(client), heartbeat.everyMs);
    await over;
    clearInterval(beating);
  };

  const run = async () => {
    let pause = pauses.first;
    while (!ending.signal.aborted) {
      let fault: unknown;
      const client = clientOf(settings, (error) => {
        fault ??= error;
      });
      current = client;
      try {
        await session(client);
        pause = pauses.first;
      } catch (error) {
        fault = error;
      }
      connected = undefined;
      await leave(client);
      if (ending.signal.aborted) return;
      heard.lost(fault);
      // Not all processes at the same moment: the server may just be coming up.
      const jitter = pause * (0.5 + Math.random() / 2);
      await sleep(jitter, undefined, { signal: ending.signal }).catch(() => {});
      pause = Math.min(pause * 2, pauses.longest);
    }
  };

  return {
    add(channel) {
      channels.add(channel);
      if (connected !== undefined) void ask(connected, channel);
      if (!ending.signal.aborted) running ??= run();
    },
    remove(channel) {
      channels.delete(channel);
      // A connection that is lost has forgotten it already.
      connected?.query(`unlisten ${escapeIdentifier(channel)}`).catch(() => {});
    },
    async close() {
      ending.abort();
      if (current !== undefined) await leave(current);
      await running;
    },
  };
}

function clientOf({ url, name, connectTimeoutMs }: ListenSettings, onError: (error: Error) => void): Client {
  const client = new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  // Without a listener a lost connection would end the process.
  client.on('error', onError);
  return client;
}

async function beat(client: Client): Promise<void> {
  const limit = setTimeout(
    () => client.connection.stream.destroy(new Error('no answer')),
    heartbeat.withinMs,
  );
  await client.query('select 1').catch(() => {});
  clearTimeout(limit);
}

/** Says goodbye, and does not wait long for a server that does not answer. */
async function leave(client: Client): Promise<void> {
  const limit = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS);
  await client.end().catch(() => {});
  clearTimeout(limit);
}
