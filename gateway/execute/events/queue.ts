/** Events that wait for their reader: in order, and no more of them than may be kept. */
import { ClientError } from '../../errors.ts';

interface Waiting {
  readonly resolve: (next: Taken) => void;
  readonly reject: (reason: unknown) => void;
}

type Taken = { readonly payload: unknown } | undefined;

export class EventQueue {
  readonly #mostBytes: number;
  readonly #events: { readonly payload: unknown; readonly bytes: number }[] = [];
  #bytes = 0;
  #end: { readonly error: unknown } | undefined;
  #waiting: Waiting | undefined;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** One that does not fit ends the queue: the reader is told, instead of missing something without knowing. */
  push(payload: unknown, bytes: number): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#settle(({ resolve }) => resolve({ payload }));
    } else if (this.#bytes + bytes > this.#mostBytes) {
      this.end(tooSlow());
    } else {
      this.#bytes += bytes;
      this.#events.push({ payload, bytes });
    }
  }

  /** The first end counts. What waits is still given out. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#settle((waiting) => this.#finish(waiting));
  }

  /**
   * Undefined once it has ended; there is one reader, who asks for one at a time.
   * @throws what it ended with
   */
  take(): Promise<Taken> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#bytes -= event.bytes;
      return Promise.resolve(event);
    }
    return new Promise((resolve, reject) => {
      if (this.#end === undefined) this.#waiting = { resolve, reject };
      else this.#finish({ resolve, reject });
    });
  }

  #settle(settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) settle(waiting);
  }

  #finish({ resolve, reject }: Waiting): void {
    if (this.#end?.error === undefined) resolve(undefined);
    else reject(this.#end.error);
  }
}

function tooSlow(): ClientError {
  const message = 'Events came faster than they were taken, and one would have been lost. Subscribe again.';
  return new ClientError('RATE_LIMITED', message, {
    errors: [{ message, extensions: { code: 'RATE_LIMITED', retryable: true } }],
  });
}
