/**
 * The form of an audit file: a JSON object a line, each with the hash of the line before it and, at its end, its own. The
 * hash is of the text as it stands, so that nobody has to agree on how JSON is written.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';

/** Before the first line there is nothing. */
export const genesis = '0'.repeat(43);

/** Where a chain is: the hash of its last line, and how many lines there are. */
export interface ChainHead {
  readonly hash: string;
  readonly length: number;
}

export const emptyChain: ChainHead = Object.freeze({ hash: genesis, length: 0 });

export interface ChainedLine {
  /** Without a line break. */
  readonly text: string;
  readonly head: ChainHead;
}

/** @param entry a JSON object as text, with at least one member */
export function chain({ hash: prev, length }: ChainHead, entry: string): ChainedLine {
  const body = `{"seq":${length + 1},"prev":"${prev}",${entry.slice(1, -1)}`;
  const hash = hashOf(body);
  return { text: `${body},"hash":"${hash}"}`, head: { hash, length: length + 1 } };
}

const form = /^(\{"seq":([1-9]\d*),"prev":"([\w-]{43})",.*),"hash":"([\w-]{43})"\}$/;

export type ReadLine =
  | { readonly fault: string }
  | {
      readonly fault: undefined;
      readonly head: ChainHead;
      readonly value: Readonly<Record<string, unknown>>;
    };

/** Reads the line that has to follow `before`; the fault says what is wrong with it. */
export function readLine(text: string, before: ChainHead): ReadLine {
  const [, body = '', seq = '', prev, hash = ''] = form.exec(text) ?? [];
  if (body === '') return { fault: 'this is no line of an audit trail' };
  if (hashOf(body) !== hash)
    return { fault: 'the line was altered: it does not have the hash that it states' };
  if (Number(seq) !== before.length + 1) {
    return { fault: `line ${before.length + 1} of the chain was expected, and this is line ${seq}` };
  }
  if (prev !== before.hash) return { fault: 'the line does not follow the one before it' };
  const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return { fault: undefined, head: { hash, length: before.length + 1 }, value };
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** What a checkpoint signs: no other use of the key has this form (a JWT begins with its header). */
function signedText({ hash, length }: ChainHead): Buffer {
  return Buffer.from(`portcullis audit checkpoint\n${length}\n${hash}`);
}

export function signHead(head: ChainHead, key: KeyObject): string {
  return sign(null, signedText(head), key).toString('base64url');
}

export function isSigned(head: ChainHead, signature: string, key: KeyObject): boolean {
  return verify(null, signedText(head), key, Buffer.from(signature, 'base64url'));
}
