/**
 * Integers in a row, written while a reply is scanned and then taken as they are. The room is the same for every reply: what a
 * scan leaves behind is one typed array, outside of what the garbage collector copies.
 */

export class Marks {
  readonly #usual: number;
  #integers: Int32Array;
  length = 0;

  constructor(usual: number) {
    this.#usual = usual;
    this.#integers = new Int32Array(usual);
  }

  push(one: number, other: number): void {
    const at = this.reserve(2);
    this.#integers[at] = one;
    this.#integers[at + 1] = other;
  }

  set(at: number, value: number): void {
    this.#integers[at] = value;
  }

  get(at: number): number {
    return this.#integers[at] as number;
  }

  /** @returns where there is room for so many */
  reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.#integers.length) {
      const more = new Int32Array(2 * this.length);
      more.set(this.#integers);
      this.#integers = more;
    }
    return at;
  }

  take(): Int32Array {
    const taken = this.#integers.slice(0, this.length);
    this.clear();
    return taken;
  }

  clear(): void {
    this.length = 0;
    if (this.#integers.length > 64 * this.#usual) this.#integers = new Int32Array(this.#usual);
  }
}
