/** Events that wait for their reader: in order, and no more of them than may be kept. */
import { ClientError } from '../../errors.ts';

/** What an event takes beside its bytes: without it, any number of empty ones would wait. */
const overhead = 128;

interface Waiting {
  readonly resolve: (next: Buffer | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

export class EventQueue {
  readonly #mostBytes: number;
  readonly #ended: () => void;
  readonly #events: Buffer[] = [];
  #bytes = 0;
  #end: { readonly error: unknown } | undefined;
  #waiting: Waiting | undefined;

  /** @param ended called once, with the first end: nothing is taken in from then on */
  constructor(mostBytes: number, ended: () => void) {
    this.#mostBytes = mostBytes;
    this.#ended = ended;
  }

  /** One that does not fit ends the queue: the reader is told, instead of missing something without knowing. */
  push(event: Buffer): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      this.#settle(({ resolve }) => resolve(event));
    } else if (this.#bytes + costOf(event) > this.#mostBytes) {
      this.end(tooSlow());
    } else {
      this.#bytes += costOf(event);
      this.#events.push(event);
    }
  }

  /** The first end counts. What waits is still given out. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#ended();
    this.#settle((waiting) => this.#finish(waiting));
  }

  /**
   * Undefined once it has ended; there is one reader, who asks for one at a time.
   * @throws what it ended with
   */
  take(): Promise<Buffer | undefined> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#bytes -= costOf(event);
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

function costOf({ length }: Buffer): number {
  return length + overhead;
}

function tooSlow(): ClientError {
  const message = 'Events came faster than they were taken, and one would have been lost. Subscribe again.';
  return new ClientError('RATE_LIMITED', message, {
    errors: [{ message, extensions: { code: 'RATE_LIMITED', retryable: true } }],
  });
}
