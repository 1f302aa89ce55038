/** What compiled programs take of the memory, roughly, so that caches are as large as they are meant to be. */
import type { FetchProgram, Step } from '../program.ts';

/** Measured: 20 to 45 for each character of the texts that a program is made of and sends. */
const bytesPerCharacter = 40;

/** Even a small one is made of some objects. */
const leastBytes = 1_000;

/** In bytes. `text`: of the operation that it is made for. */
export function weightOf({ steps }: FetchProgram, text: string): number {
  const sent = steps.reduce((sum, step) => sum + sentBy(step), 0);
  return leastBytes + bytesPerCharacter * (text.length + sent);
}

function sentBy({ head, alone }: Step): number {
  return alone.reduce((sum, step) => sum + step.head.length, head.length);
}
