/** What one listener has to hear next: in order, and bounded whatever the pace of its reader. */

export interface Notice {
  /**
   * `start`: whatever changes from now on is told. `change`: somebody notified. `gap`: something may have been missed,
   * because the connection was lost or the reader was too slow. At a start and after a gap a state has to be read anew.
   */
  readonly kind: 'start' | 'change' | 'gap';
  /** What was notified: data, sent by whoever may connect to the database. Empty but for a change. */
  readonly payload: string;
}

/** How many different payloads wait for a reader before it is told of a gap instead; each is below 8000 bytes (NOTIFY). */
const MOST_WAITING = 100;

export interface NoticesOptions {
  /** The shortest time between two notices. */
  readonly everyMs: number;
  readonly onEnd: () => void;
}

/** Read by one reader at a time. */
export class Notices implements AsyncIterableIterator<Notice> {
  readonly #options: NoticesOptions;
  readonly #waiting = new Set<string>();
  #anew: 'start' | 'gap' | undefined;
  #begun = false;
  #end: { readonly error: unknown } | undefined;
  #notBefore = 0;
  #wake = () => {};

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** The channel is listened to: for the first time, or again. */
  begin(): void {
    if (this.#begun) {
      this.miss();
      return;
    }
    this.#begun = true;
    this.#anew = 'start';
    this.#wake();
  }

  offer(payload: string): void {
    // Equal payloads that wait are one, as PostgreSQL has it within a transaction.
    this.#waiting.add(payload);
    if (this.#waiting.size > MOST_WAITING) this.miss();
    this.#wake();
  }

  /** A gap stands for everything that waited. */
  miss(): void {
    this.#waiting.clear();
    if (!this.#begun) return;
    this.#anew ??= 'gap';
    this.#wake();
  }

  /** Ends it for the reader; with an error, its next read fails. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#waiting.clear();
    this.#options.onEnd();
    this.#wake();
  }

  async next(): Promise<IteratorResult<Notice, undefined>> {
    while (this.#end === undefined) {
      const early = this.#notBefore - performance.now();
      const any = this.#anew !== undefined || this.#waiting.size > 0;
      if (any && early <= 0) return { done: false, value: this.#take() };
      await this.#woken(any ? early : undefined);
    }
    const { error } = this.#end;
    this.#end = { error: undefined };
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Notice, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): Notice {
    this.#notBefore = performance.now() + this.#options.everyMs;
    const [payload = ''] = this.#waiting;
    if (this.#anew === undefined) {
      this.#waiting.delete(payload);
      return { kind: 'change', payload };
    }
    const kind = this.#anew;
    this.#anew = undefined;
    return { kind, payload: '' };
  }

  /** Resolves when there is something new, or after so many milliseconds. */
  #woken(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
