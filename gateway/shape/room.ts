/** How much of an answer may still be written: a few rows that name each other can stand in it without end. */
import { answerTooLarge, type ResponseError } from '../errors.ts';

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

  /** One by one: all of them may be longer than any text can be. */
  takeErrors(errors: readonly ResponseError[]): void {
    for (const error of errors) this.take(JSON.stringify(error).length + 1);
  }
}
