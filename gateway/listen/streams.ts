/** The streams that are open, so that they can be ended: they would keep a gateway that stops waiting for ever. */

export interface Stoppable {
  /** May be called before it is open, and more than once. */
  stop(): void;
}

export class OpenStreams {
  readonly #open = new Set<Stoppable>();
  #isStopping = false;

  add(stream: Stoppable): void {
    this.#open.add(stream);
    if (this.#isStopping) stream.stop();
  }

  delete(stream: Stoppable): void {
    this.#open.delete(stream);
  }

  /** Those that open from now on end at once. */
  stop(): void {
    this.#isStopping = true;
    for (const stream of this.#open) stream.stop();
  }
}
