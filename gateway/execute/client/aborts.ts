/** Ends what is under way for a caller that has gone: one listener for a request, however many fetches it has. */
export class Aborts {
  readonly #bySignal = new WeakMap<AbortSignal, Set<() => void>>();

  /** @returns takes `abort` back */
  on(signal: AbortSignal, abort: () => void): () => void {
    let aborts = this.#bySignal.get(signal);
    if (aborts === undefined) {
      const all = new Set<() => void>();
      signal.addEventListener('abort', () => endAll(all), { once: true });
      this.#bySignal.set(signal, all);
      aborts = all;
    }
    const ours = aborts;
    ours.add(abort);
    if (signal.aborted) abort();
    return () => void ours.delete(abort);
  }
}

function endAll(aborts: ReadonlySet<() => void>): void {
  for (const abort of aborts) abort();
}
