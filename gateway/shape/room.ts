/** How much of an answer may still be written: a few rows that name each other can stand in it without end. */
import { answerTooLarge } from '../errors.ts';

export class Room {
  readonly #most: number;
  #left: number;

  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /** @throws ClientError when there is none left */
  take(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) throw answerTooLarge(this.#most);
  }
}
