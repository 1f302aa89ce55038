/** PostgreSQL's notifications for everybody in this process: any number of listeners share one connection. */
import { failure } from '../database/failure.ts';
import { type ListenSettings, openListenConnection } from './connection.ts';
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

export interface Notifications {
  /** Listens until the signal is aborted. */
  listen(signal: AbortSignal): Listen;
  /** Ends every listener, and the connection. */
  close(): Promise<void>;
}

interface Channel {
  /** Whether the server listens at present. */
  confirmed: boolean;
  readonly all: Set<Notices>;
  readonly only: Map<string, Set<Notices>>;
}

/** Longer names are cut by the server (NAMEDATALEN - 1), and then two could be one. */
const LONGEST_CHANNEL = 63;

/** @param onLost told when the connection is lost; it is made again without being asked */
export function openNotifications(settings: ListenSettings, onLost: (error: unknown) => void): Notifications {
  const channels = new Map<string, Channel>();
  const connection = openListenConnection(settings, {
    listening(name) {
      const channel = channels.get(name);
      if (channel === undefined) return;
      channel.confirmed = true;
      for (const notices of everyone(channel)) notices.begin();
    },
    notified(name, payload) {
      const channel = channels.get(name);
      for (const notices of channel?.all ?? []) notices.offer(payload);
      for (const notices of channel?.only.get(payload) ?? []) notices.offer(payload);
    },
    lost(error) {
      for (const channel of channels.values()) channel.confirmed = false;
      onLost(error);
    },
  });

  const listen = (signal: AbortSignal, name: string, { only, everyMs = 0 }: ListenOptions): Notices => {
    if (name === '' || name.includes('\0') || Buffer.byteLength(name) > LONGEST_CHANNEL) {
      throw new Error('the name of a channel has from 1 to 63 bytes');
    }
    const channel = channels.get(name) ?? { confirmed: false, all: new Set(), only: new Map() };
    const group = only === undefined ? channel.all : (channel.only.get(only) ?? new Set());
    const notices: Notices = new Notices({
      everyMs,
      onEnd() {
        clearTimeout(limit);
        signal.removeEventListener('abort', end);
        group.delete(notices);
        if (only !== undefined && group.size === 0) channel.only.delete(only);
        if (channel.all.size > 0 || channel.only.size > 0) return;
        channels.delete(name);
        connection.remove(name);
      },
    });
    const end = () => notices.end();
    const limit = setTimeout(() => {
      if (!notices.begun) notices.end(failure('SUBGRAPH_UNAVAILABLE'));
    }, settings.connectTimeoutMs);
    group.add(notices);
    if (only !== undefined) channel.only.set(only, group);
    if (!channels.has(name)) {
      channels.set(name, channel);
      connection.add(name);
    }
    if (channel.confirmed) notices.begin();
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return notices;
  };

  return {
    listen:
      (signal) =>
      (name, options = {}) =>
        listen(signal, name, options),
    async close() {
      for (const channel of [...channels.values()]) for (const notices of everyone(channel)) notices.end();
      await connection.close();
    },
  };
}

function everyone({ all, only }: Channel): readonly Notices[] {
  return [...all, ...[...only.values()].flatMap((group) => [...group])];
}
