/** The streams that are open, so that they can be ended: they would keep a gateway that stops waiting for ever. */
import { type Place, Roster } from '../roster/roster.ts';

export interface Stoppable {
  /** May be called before it is open, and more than once. */
  stop(): void;
}

export class OpenStreams {
  readonly #open = new Roster<Stoppable>();
  #isStopping = false;

  add(stream: Stoppable): Place<Stoppable> {
    if (this.#isStopping) stream.stop();
    return this.#open.enter(stream);
  }

  delete(place: Place<Stoppable>): void {
    this.#open.leave(place);
  }

  /** Those that open from now on end at once. */
  stop(): void {
    this.#isStopping = true;
    for (const stream of this.#open.members()) stream.stop();
  }
}
