/** When what was decided has to be looked at again although nobody asks: other rules are in force, or time has passed. */

export type OnChange = (listener: () => void) => () => void;

/** Rules can look at the hour, so that a decision can change without anybody doing anything. */
const everyMs = 60_000;

export class Changes {
  readonly #listeners = new Set<() => void>();
  readonly #timer = setInterval(() => this.tell(), everyMs).unref();

  /** @returns forgets the listener */
  readonly onChange: OnChange = (listener) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** Stands among what comes, where something may have changed. */
export const change = Symbol('change');

/** What comes of a source, and changes as soon as they are told, also while nothing comes. */
export async function* withChanges<T>(
  source: AsyncIterable<T>,
  onChange: OnChange,
): AsyncGenerator<T | typeof change> {
  const iterator = source[Symbol.asyncIterator]();
  let hasChanged = false;
  let wake = () => {};
  const forget = onChange(() => {
    hasChanged = true;
    wake();
  });
  let coming: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      coming ??= iterator.next();
      const next = coming;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (hasChanged) resolve();
        // What it comes to is seen below; a failure that nobody waits for any more is none.
        next.then(() => resolve(), resolve);
      });
      if (hasChanged) {
        hasChanged = false;
        yield change;
        continue;
      }
      coming = undefined;
      const result = await next;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    forget();
    await iterator.return?.();
  }
}
