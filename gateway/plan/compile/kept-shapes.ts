/**
 * What a program keeps of the types that it meets as it is run: the fields of each, at each place. An interface can have hundreds
 * of types, and whoever asks for them in a hundred places would fill the memory. Beyond this they are compiled when they are needed.
 */
export class KeptShapes {
  /** Fields, over all types and places: a few hundred bytes each. */
  #left = 5_000;

  /** Whether there is room for so many. */
  take(fields: number): boolean {
    if (fields > this.#left) return false;
    this.#left -= fields;
    return true;
  }
}
