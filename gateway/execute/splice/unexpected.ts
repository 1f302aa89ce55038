/** A reply holds something that cannot be spliced; nothing is wrong with that. */
class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

/** One for all: nobody asks where it came from, and a stack would cost more than what it interrupts. */
const unexpected = new Unexpected('the reply cannot be spliced');

export function bail(): never {
  throw unexpected;
}

export function isUnexpected(thrown: unknown): boolean {
  return thrown === unexpected;
}
