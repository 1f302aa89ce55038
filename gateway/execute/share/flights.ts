/**
 * What several want at the same moment, and is the same for all of them, is done once. Where nobody else wants it, it costs a
 * look-up: the first one's signal is used as it is. If that one goes away, those who waited with it begin anew.
 */
import type { EndSignal } from '../../request.ts';

export class Flights<T> {
  readonly #underway = new Map<string, Entry<T>>();
  readonly #left: (signal: EndSignal) => Promise<T>;

  /** `left`: what one gets that goes away while it waits for what another has begun. */
  constructor(left: (signal: EndSignal) => Promise<T>) {
    this.#left = left;
  }

  /** `key`: everything by which results can differ. */
  share(key: string, signal: EndSignal, start: () => Promise<T>): Promise<T> {
    const known = this.#underway.get(key)?.flight;
    if (known !== undefined) return this.#join(known, { key, signal, start });
    const result = start();
    const entry: Entry<T> = { flight: { result, signal } };
    this.#underway.set(key, entry);
    const land = () => {
      if (this.#underway.get(key) === entry) this.#underway.delete(key);
      // V8 keeps what was in a map long after (see `Roster`); let that be little.
      entry.flight = undefined;
    };
    result.then(land, land);
    return result;
  }

  /** Nobody joins what is under way now: something has changed that whoever asks from now on has to see. */
  forget(): void {
    this.#underway.clear();
  }

  async #join(flight: Flight<T>, { key, signal, start }: Waiting<T>): Promise<T> {
    const settled = flight.result.then(ignore, ignore);
    await Promise.race([settled, aborted(signal, settled)]);
    if (signal.aborted) return this.#left(signal);
    return flight.signal.aborted ? this.share(key, signal, start) : flight.result;
  }
}

interface Entry<T> {
  /** Undefined once it has landed. */
  flight: Flight<T> | undefined;
}

interface Flight<T> {
  readonly result: Promise<T>;
  /** Of the one that has begun it. */
  readonly signal: EndSignal;
}

interface Waiting<T> {
  readonly key: string;
  readonly signal: EndSignal;
  readonly start: () => Promise<T>;
}

function ignore(): void {}

/** The listener goes when there is nothing left to wait for. */
function aborted(signal: EndSignal, settled: Promise<void>): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const leave = () => resolve();
    signal.addEventListener('abort', leave, { once: true });
    void settled.then(() => signal.removeEventListener('abort', leave));
  });
}
