/** Replies, cut at the places where something else belongs: their bytes stay where they are until the answer is written. */
import type { Buffer } from 'node:buffer';

/** The first of two marks, where they are no range of bytes: the second says which of the texts. */
export const textMark = -1;

/** Of a gap: the second says which group's, and the first which of its holes. It is its own inverse. */
export function holeMark(hole: number): number {
  return -2 - hole;
}

export class Cuts {
  readonly bytes: Buffer;
  /** The same, four at a time. */
  readonly words: DataView;
  /** In pairs: from where to where bytes are taken as they are, a text instead of some, or a gap. */
  marks: Int32Array = new Int32Array(0);
  /** A character for each byte. */
  readonly texts: string[] = [];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.words = wordsOf(bytes);
  }

  /** What two marks stand for, unless that is a gap: a character for each byte. */
  textOf(one: number, other: number): string {
    return one === textMark ? (this.texts[other] ?? '') : this.bytes.toString('latin1', one, other);
  }

  hash(seed: number, one: number, other: number): number {
    let hash = seed;
    if (one === textMark) {
      const text = this.texts[other] ?? '';
      for (let at = 0; at < text.length; at += 1) hash = mix(hash, text.charCodeAt(at));
      return hash;
    }
    const { bytes } = this;
    for (let at = one; at < other; at += 1) hash = mix(hash, bytes[at] as number);
    return hash;
  }

  /** Whether two marks stand for a text, with a character for each byte. */
  says(text: string, one: number, other: number): boolean {
    if (one === textMark) return this.texts[other] === text;
    if (other - one !== text.length) return false;
    const { bytes } = this;
    for (let at = 0; at < text.length; at += 1) {
      if (bytes[one + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }
}

export function wordsOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** FNV-1a. */
function mix(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}
