/**
 * Reads JSON (RFC 8259) from the bytes of a reply, one character for each. It takes compact JSON in the one form that
 * `JSON.stringify` writes, token by token; another form of a token is put into that one, another form of the whole is bailed
 * out of.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import { bail } from './unexpected.ts';

const quote = 34;
const backslash = 92;

/** Deeper than any selection: only scalars of a subgraph's own can be. */
const deepest = 100;

export class Tokens {
  readonly #bytes: Buffer;
  /** Where the next character is. */
  at = 0;
  /** What the token just read should have been, if it was in another form. */
  replacement: string | undefined;

  constructor(bytes: Buffer) {
    if (!isUtf8(bytes)) bail();
    this.#bytes = bytes;
  }

  /** What has been read from somewhere on, a character for each byte. */
  slice(from: number, to = this.at): string {
    return this.#bytes.toString('latin1', from, to);
  }

  rest(): string {
    return this.slice(this.at, this.#bytes.length);
  }

  /** The character code to come; 0, which JSON never has, at the end. */
  peek(): number {
    return this.#bytes[this.at] ?? 0;
  }

  expect(literal: string): void {
    const bytes = this.#bytes;
    const { at } = this;
    for (let index = 0; index < literal.length; index += 1) {
      if (bytes[at + index] !== literal.charCodeAt(index)) bail();
    }
    this.at = at + literal.length;
  }

  comma(): void {
    if (this.#bytes[this.at] !== 44) bail();
    this.at += 1;
  }

  takes(code: number): boolean {
    if (this.#bytes[this.at] !== code) return false;
    this.at += 1;
    return true;
  }

  string(): void {
    const bytes = this.#bytes;
    if (bytes[this.at] !== quote) bail();
    let at = this.at + 1;
    for (let code = bytes[at]; code !== quote; code = bytes[at]) {
      if (code === backslash) {
        this.#escapedString(at);
        return;
      }
      if (code === undefined || code < 32) bail();
      at += 1;
    }
    this.replacement = undefined;
    this.at = at + 1;
  }

  #escapedString(from: number): void {
    const bytes = this.#bytes;
    let at = from;
    for (let code = bytes[at]; code !== quote; code = bytes[at]) {
      if (code === undefined || code < 32) bail();
      at += code === backslash ? 2 : 1;
    }
    this.#normalized(at + 1);
  }

  number(): void {
    const bytes = this.#bytes;
    let at = this.at + (bytes[this.at] === 45 ? 1 : 0);
    const first = at;
    while (isDigit(bytes[at])) at += 1;
    const digits = at - first;
    const isPlain = digits > 0 && digits < 16 && (digits === 1 || bytes[first] !== 48);
    const next = bytes[at];
    const isInteger = next !== 46 && next !== 101 && next !== 69;
    const isNegativeZero = first > this.at && digits === 1 && bytes[first] === 48;
    if (isPlain && isInteger && !isNegativeZero) {
      this.replacement = undefined;
      this.at = at;
      return;
    }
    while (isNumeric(bytes[at])) at += 1;
    this.#normalized(at);
  }

  /** Any JSON, in its one form. */
  any(depth = 0): void {
    const start = this.at;
    const code = this.peek();
    if (code === quote) this.string();
    else if (code === 123 || code === 91) {
      if (depth === deepest) bail();
      this.#skip(depth);
      this.replacement = undefined;
      if (depth === 0) this.#normalizedFrom(start);
    } else if (code === 45 || isDigit(code)) this.number();
    else this.word();
  }

  /** `true`, `false` or `null`. */
  word(): void {
    const word = words.get(this.peek()) ?? bail();
    this.expect(word);
    this.replacement = undefined;
  }

  #skip(depth: number): void {
    const isObject = this.peek() === 123;
    const end = isObject ? 125 : 93;
    this.at += 1;
    if (this.takes(end)) return;
    do {
      if (isObject) {
        this.string();
        this.expect(':');
      }
      this.any(depth + 1);
    } while (this.takes(44));
    if (!this.takes(end)) bail();
  }

  #normalized(end: number): void {
    const start = this.at;
    this.at = end;
    this.#normalizedFrom(start);
  }

  #normalizedFrom(start: number): void {
    const given = this.slice(start);
    const one = canonical(given);
    this.replacement = one === given ? undefined : one;
  }
}

const words = new Map([
  [116, 'true'],
  [102, 'false'],
  [110, 'null'],
]);

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}

/** Digits, `+`, `-`, `.`, `e`, `E`. */
function isNumeric(code: number | undefined): boolean {
  return isDigit(code) || code === 43 || code === 45 || code === 46 || code === 101 || code === 69;
}

/** A token, or any JSON, in its one form. */
export function canonical(token: string): string {
  try {
    return toBytes(JSON.stringify(JSON.parse(fromBytes(token))));
  } catch {
    return bail();
  }
}

/** From text with a character for each byte, to text. */
export function fromBytes(text: string): string {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) < 128) at += 1;
  // Most keys are ASCII, and short.
  if (at === text.length) return text;
  return Buffer.from(text, 'latin1').toString('utf8');
}

export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
