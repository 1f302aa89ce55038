/** The end of a request, told to those who listen: what an AbortController does, at a tenth of its cost for each request. */
import type { EndListener, EndSignal } from '../request.ts';

export class Ending implements EndSignal {
  aborted = false;
  reason: unknown;
  #listeners: Set<EndListener> | undefined;

  addEventListener(_: 'abort', listener: EndListener): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: EndListener): void {
    this.#listeners?.delete(listener);
  }

  /** Once; what comes later changes nothing. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    for (const listener of listeners ?? []) {
      if (typeof listener === 'function') listener();
      else listener.handleEvent();
    }
  }
}
