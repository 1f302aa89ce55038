/** One WebSocket: its operations, its signs of life, and its end. */
import { setMaxListeners } from 'node:events';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Door } from '../door.ts';
import { lastWordMs } from '../last-word.ts';
import { type Lifetime, startLifetime } from '../lifetime.ts';
import { isUnauthenticated, type Opening, type Result, read, requestOf, resultsOf } from './operation.ts';
import { type Init, saidWith } from './said.ts';

export interface ConnectionOptions {
  readonly requestTimeoutMs: number;
  readonly lifetimeMs: number;
  readonly pingMs: number;
  readonly stalledMs: number;
  readonly operationsPerSocket: number;
}

/** Bytes that wait for the peer before nothing more is read from it. */
const mostBuffered = 65_536;

/** The peer has been asked to close; one that does not is cut off. */
const closingMs = 1_000;

export class Connection {
  #opening: Opening;
  readonly #socket: WebSocket;
  readonly #door: Door;
  readonly #options: ConnectionOptions;
  readonly #single = new Set<Lifetime>();
  readonly #timers: readonly NodeJS.Timeout[];
  #operations = 0;
  #isAlive = true;
  #isStopping = false;

  constructor(socket: WebSocket, door: Door, options: ConnectionOptions & { readonly opening: Opening }) {
    this.#opening = options.opening;
    this.#socket = socket;
    this.#door = door;
    this.#options = options;
    // Each operation ends with the connection.
    setMaxListeners(0, socket);
    this.#timers = [
      setInterval(() => this.#ping(), options.pingMs),
      setTimeout(() => this.close(1001, 'Going away'), options.lifetimeMs),
    ];
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // It is closed with it, which is all that matters: the peer sent no WebSocket frame, or too large a one.
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const timer of this.#timers) clearTimeout(timer);
    });
  }

  /**
   * Whether whoever connects is somebody, or may be nobody, and is granted what it says it is for; otherwise the connection is
   * closed. Somebody is looked at as long as it is there.
   */
  async isAdmitted(init: Init): Promise<boolean> {
    this.#opening = { ...this.#opening, said: saidWith(init, this.#opening.said) };
    const lifetime = startLifetime(this.#socket, this.#options.requestTimeoutMs);
    const opening = requestOf({ query: '{ __typename }' }, this.#opening, lifetime.signal);
    const { status, leave } = await this.#door.attend(opening, () => this.#dismiss());
    lifetime.end();
    this.#socket.once('close', leave);
    if (this.#socket.readyState === this.#socket.CLOSED) leave();
    if (status === granted) return true;
    this.close(...closeFor(status));
    return false;
  }

  /** A result without data has been refused. */
  async run(payload: SubscribePayload): Promise<Result | AsyncGenerator<Result, void, void>> {
    if (this.#operations >= this.#options.operationsPerSocket) return tooMany;
    this.#operations += 1;
    const lifetime = startLifetime(this.#socket, this.#options.requestTimeoutMs);
    this.#single.add(lifetime);
    const end = () => {
      this.#operations -= 1;
      lifetime.end();
    };
    const { body } = await this.#door.handle(requestOf(payload, this.#opening, lifetime.signal));
    this.#single.delete(lifetime);
    this.#stopIfIdle();
    if (typeof body === 'string' || Buffer.isBuffer(body)) {
      end();
      return this.#checked(read(String(body)));
    }
    // No longer than the connection itself.
    lifetime.extend(this.#options.lifetimeMs);
    return this.#watched(resultsOf(body, lifetime.leave), end);
  }

  /** Resolves when it is on its way: whoever has more to send waits, and so does the peer that asks for more than it reads. */
  send(text: string): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve) => {
      const stalled = setTimeout(() => socket.terminate(), this.#options.stalledMs);
      socket.send(text, () => {
        clearTimeout(stalled);
        if (socket.bufferedAmount <= mostBuffered) socket.resume();
        resolve();
      });
      if (socket.bufferedAmount > mostBuffered) socket.pause();
    });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    const cut = setTimeout(() => this.#socket.terminate(), closingMs);
    this.#socket.once('close', () => clearTimeout(cut));
  }

  /** Queries that are underway are answered; subscriptions end with the connection, so that their client opens another. */
  readonly stop = (): void => {
    this.#isStopping = true;
    this.#stopIfIdle();
  };

  #stopIfIdle(): void {
    if (this.#isStopping && this.#single.size === 0) setImmediate(() => this.close(1001, 'Going away'));
  }

  /** Its subscriptions end by themselves, and say why: that goes first, to a reader that takes it. */
  #dismiss(): void {
    const last = setTimeout(() => this.close(CloseCode.Forbidden, 'Forbidden'), lastWordMs);
    this.#socket.once('close', () => clearTimeout(last));
  }

  #ping(): void {
    if (!this.#isAlive) this.#socket.terminate();
    this.#isAlive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  /** graphql-ws, Client: after 4403 it connects again, with another token if it has one. After 4401 it would give up. */
  #checked(result: Result): Result {
    if (isUnauthenticated(result)) setImmediate(() => this.close(CloseCode.Forbidden, 'Forbidden'));
    return result;
  }

  #watched(
    results: AsyncGenerator<Result, void, void>,
    ended: () => void,
  ): AsyncGenerator<Result, void, void> {
    let end = () => {
      end = () => {};
      ended();
    };
    return {
      ...results,
      next: async () => {
        const next = await results.next();
        if (next.done === true) end();
        else this.#checked(next.value);
        return next;
      },
      return: async () => {
        end();
        return results.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

/** The status of an attendance: whatever else it is, the connection is not acknowledged. */
const granted = 204;

/** graphql-ws, Client: after 4403 and 1013 it connects again, and may say something else. After 4400 it gives up. */
function closeFor(status: number): [code: number, reason: string] {
  if (status === 401 || status === 403) return [CloseCode.Forbidden, 'Forbidden'];
  // Nobody has looked at the token, or could.
  if (status === 429 || status >= 500) return [1013, 'Try again later'];
  return [CloseCode.BadRequest, 'What the upgrade or connection_init says is malformed, or they differ'];
}

const tooMany: Result = {
  errors: [
    {
      message: 'There are too many operations on this connection. End one, or open another.',
      extensions: { code: 'RATE_LIMITED', retryable: true },
    },
  ],
};

/** What the library sends of it is what came through the door. */
export class ToldError extends GraphQLError {
  readonly #told: GraphQLFormattedError;

  constructor(told: GraphQLFormattedError) {
    super(told.message);
    this.#told = told;
  }

  override toJSON(): GraphQLFormattedError {
    return this.#told;
  }
}
