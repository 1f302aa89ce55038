/** PostgreSQL's notifications for everybody in this process: any number of listeners share one connection. */
import { failure } from '../database/failure.ts';
import { ListenConnection, type ListenSettings } from './connection.ts';
import { type Notice, Notices } from './notices.ts';

export interface ListenOptions {
  /** Only notifications with exactly this payload. */
  readonly only?: string;
  /** The shortest time between two notices, in ms; what changes in between is told once. Default: 0. */
  readonly everyMs?: number;
}

/**
 * Listens to a channel (`NOTIFY`, `pg_notify`). The first notice is a `start`: what is read after it misses nothing.
 * Whoever may connect to the database may notify, so a payload is a hint of where to look, not what to answer.
 *
 * @throws GraphQLError with the code SUBGRAPH_UNAVAILABLE, at the first read, where the database cannot be listened to
 */
export type Listen = (channel: string, options?: ListenOptions) => AsyncIterableIterator<Notice>;

interface Channel {
  /** Whether the server listens at present. */
  confirmed: boolean;
  /** By the payload that they asked for; `undefined` for those who hear all. */
  readonly groups: Map<string | undefined, Set<Notices>>;
}

/** Longer names are cut by the server (NAMEDATALEN - 1), and then two could be one. */
const LONGEST_CHANNEL = 63;

export class Notifications {
  readonly #startMs: number;
  readonly #connection: ListenConnection;
  readonly #channels = new Map<string, Channel>();

  /** @param onLost told when the connection is lost; it is made again without being asked */
  constructor(settings: ListenSettings, onLost: (error: unknown) => void) {
    this.#startMs = settings.connectTimeoutMs;
    this.#connection = new ListenConnection(settings, {
      listening: (name) => this.#begin(name),
      notified: (name, payload) => this.#offer(name, payload),
      lost: (error) => {
        for (const channel of this.#channels.values()) channel.confirmed = false;
        onLost(error);
      },
    });
  }

  /** What listens until the signal is aborted. */
  until(signal: AbortSignal): Listen {
    return (name, options = {}) => this.#listen(signal, name, options);
  }

  /** Ends every listener, and the connection. */
  async close(): Promise<void> {
    for (const channel of [...this.#channels.values()]) {
      for (const notices of everyone(channel)) notices.end();
    }
    await this.#connection.close();
  }

  #begin(name: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    channel.confirmed = true;
    for (const notices of everyone(channel)) notices.begin();
  }

  #offer(name: string, payload: string): void {
    const groups = this.#channels.get(name)?.groups;
    for (const group of [groups?.get(undefined), groups?.get(payload)]) {
      for (const notices of group ?? []) notices.offer(payload);
    }
  }

  #listen(signal: AbortSignal, name: string, { only, everyMs = 0 }: ListenOptions): Notices {
    assertChannel(name);
    const end = () => notices.end();
    const notices = new Notices({
      everyMs,
      onEnd: () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', end);
        this.#leave(name, only, notices);
      },
    });
    const limit = setTimeout(() => {
      if (!notices.begun) notices.end(failure('SUBGRAPH_UNAVAILABLE'));
    }, this.#startMs);
    this.#join(name, only, notices);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    return notices;
  }

  #join(name: string, only: string | undefined, notices: Notices): void {
    const channel = this.#channels.get(name) ?? { confirmed: false, groups: new Map() };
    const group = channel.groups.get(only) ?? new Set();
    channel.groups.set(only, group.add(notices));
    if (!this.#channels.has(name)) {
      this.#channels.set(name, channel);
      this.#connection.add(name);
    }
    if (channel.confirmed) notices.begin();
  }

  #leave(name: string, only: string | undefined, notices: Notices): void {
    const groups = this.#channels.get(name)?.groups;
    const group = groups?.get(only);
    group?.delete(notices);
    if (group?.size === 0) groups?.delete(only);
    if (groups?.size !== 0) return;
    this.#channels.delete(name);
    this.#connection.remove(name);
  }
}

function assertChannel(name: string): void {
  if (name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= LONGEST_CHANNEL) return;
  throw new Error('the name of a channel has from 1 to 63 bytes');
}

function everyone({ groups }: Channel): readonly Notices[] {
  return [...groups.values()].flatMap((group) => [...group]);
}
