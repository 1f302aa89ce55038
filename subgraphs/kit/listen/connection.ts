/** The one connection of a process that listens (`LISTEN`): kept, and made again whenever it is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';

export interface ListenSettings {
  /** Not through a pooler in transaction mode: what listens is a session. */
  readonly url: string;
  /** Shown in the server's list of sessions. */
  readonly name: string;
  readonly connectTimeoutMs: number;
  readonly heartbeat?: Heartbeat;
}

/** A server that is gone without a word is found out by asking. */
interface Heartbeat {
  readonly everyMs: number;
  readonly withinMs: number;
}

export interface Heard {
  /** The server has taken the channel, for the first time or again; from here on nothing is missed. */
  listening(channel: string): void;
  notified(channel: string, payload: string): void;
  /** Nothing is heard until `listening` is told again. */
  lost(error: unknown): void;
}

const usualHeartbeat: Heartbeat = { everyMs: 15_000, withinMs: 5_000 };
const pauses = { first: 100, longest: 5_000 };
const GOODBYE_MS = 1_000;

/** Connects at the first channel. */
export class ListenConnection {
  readonly #settings: ListenSettings;
  readonly #heard: Heard;
  readonly #channels = new Set<string>();
  readonly #ending = new AbortController();
  #client: Client | undefined;
  #connected = false;
  #running: Promise<void> | undefined;

  constructor(settings: ListenSettings, heard: Heard) {
    this.#settings = settings;
    this.#heard = heard;
  }

  add(channel: string): void {
    this.#channels.add(channel);
    if (this.#client !== undefined && this.#connected) void this.#ask(this.#client, channel);
    if (!this.#ending.signal.aborted) this.#running ??= this.#run();
  }

  remove(channel: string): void {
    this.#channels.delete(channel);
    // A connection that is lost has forgotten it already.
    if (this.#connected) this.#client?.query(`unlisten ${escapeIdentifier(channel)}`).catch(() => {});
  }

  async close(): Promise<void> {
    this.#ending.abort();
    if (this.#client !== undefined) await leave(this.#client);
    await this.#running;
  }

  /** One connection after another, until the end. */
  async #run(): Promise<void> {
    const { signal } = this.#ending;
    let pause = pauses.first;
    while (!signal.aborted) {
      let fault: unknown;
      const client = clientOf(this.#settings, (error) => {
        fault ??= error;
      });
      this.#client = client;
      try {
        await this.#listen(client);
        pause = pauses.first;
      } catch (error) {
        fault = error;
      }
      this.#connected = false;
      await leave(client);
      if (signal.aborted) return;
      this.#heard.lost(fault);
      // Not all processes at the same moment: the server may just be coming up.
      await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      pause = Math.min(pause * 2, pauses.longest);
    }
  }

  /** Resolves when the connection has ended; rejects where there never was one. */
  async #listen(client: Client): Promise<void> {
    const over = new Promise<void>((resolve) => client.once('end', resolve));
    // Told to end while it connects, the driver says nothing of the connection any more.
    const ended = over.then(() => Promise.reject(new Error('ended while connecting')));
    await Promise.race([client.connect(), ended]);
    client.on('notification', ({ channel, payload }) => this.#heard.notified(channel, payload ?? ''));
    this.#connected = true;
    for (const channel of this.#channels) void this.#ask(client, channel);
    const { everyMs, withinMs } = this.#settings.heartbeat ?? usualHeartbeat;
    const beating = setInterval(() => void beat(client, withinMs), everyMs);
    await over;
    clearInterval(beating);
  }

  async #ask(client: Client, channel: string): Promise<void> {
    try {
      await client.query(`listen ${escapeIdentifier(channel)}`);
      if (this.#channels.has(channel)) this.#heard.listening(channel);
    } catch (error) {
      // Another connection may do better; on this one the channel would be silent.
      client.connection.stream.destroy(error as Error);
    }
  }
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

async function beat(client: Client, withinMs: number): Promise<void> {
  const limit = setTimeout(() => client.connection.stream.destroy(new Error('no answer')), withinMs);
  await client.query('select 1').catch(() => {});
  clearTimeout(limit);
}

/** Says goodbye, and does not wait long for a server that does not answer. */
async function leave(client: Client): Promise<void> {
  const limit = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS);
  await client.end().catch(() => {});
  clearTimeout(limit);
}
