/** What is revoked at this moment: a file that every gateway watches. One that cannot be read changes nothing. */
import { readFile } from 'node:fs/promises';
import { type FollowedFile, followFile } from '../files/follow-file.ts';
import { RevocationsFault, readEntries } from './entries.ts';
import { type Bearer, nothingRevoked, Revoked } from './revoked.ts';

export interface RevocationsOptions {
  /** Undefined: none is configured, and nothing is ever revoked. */
  readonly file: string | undefined;
  /** Told once for each fault: what was in force stays so. */
  readonly refused: (reason: string) => void;
}

/**
 * Resolves with what the file says; it is followed from then on.
 * @throws RevocationsFault if it cannot be read: a gateway that does not know who is shut out does not start
 */
export async function openRevocations(options: RevocationsOptions): Promise<Revocations> {
  const readAt = Date.now();
  const { file } = options;
  if (file === undefined) return new Revocations(options, { revoked: nothingRevoked, text: '' }, readAt);
  return new Revocations(options, await read(file), readAt);
}

interface Read {
  readonly revoked: Revoked;
  readonly text: string;
}

export class Revocations {
  readonly #followed?: FollowedFile;
  readonly #listeners: (() => void)[] = [];
  readonly #keyListeners: ((issuer: string) => void)[] = [];
  #revoked: Revoked;
  #text: string;
  #version = 0;

  constructor(options: RevocationsOptions, { revoked, text }: Read, readAt: number) {
    this.#revoked = revoked;
    this.#text = text;
    const { file, refused } = options;
    if (file === undefined) return;
    this.#followed = followFile({ file, since: readAt, read: () => this.#read(file), refused });
  }

  /** Another number whenever something else is in force: what was free under this one still is. */
  get version(): number {
    return this.#version;
  }

  /** Why such a token does not count, for the operator alone; undefined: it does. */
  reasonAgainst(bearer: Bearer): string | undefined {
    return this.#revoked.reasonAgainst(bearer);
  }

  /** Whether nothing is sent to this subgraph. */
  withholds(product: string): boolean {
    return this.#revoked.products.has(product);
  }

  /** All that is in force. */
  current(): Revoked {
    return this.#revoked;
  }

  /** Why the file as it is now is not in force, if it is not. */
  refusal(): string | undefined {
    return this.#followed?.refusal();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Told of an issuer whose keys, as far as they are known, do not count any more. */
  onKeysRevoked(listener: (issuer: string) => void): void {
    this.#keyListeners.push(listener);
  }

  close(): void {
    this.#followed?.close();
  }

  async #read(file: string): Promise<void> {
    const { revoked, text } = await read(file);
    if (text !== this.#text) this.#replace(revoked, text);
  }

  #replace(revoked: Revoked, text: string): void {
    const before = this.#revoked;
    this.#revoked = revoked;
    this.#text = text;
    this.#version += 1;
    for (const [issuer, at] of revoked.keys)
      if (before.keys.get(issuer) !== at) for (const tell of this.#keyListeners) tell(issuer);
    for (const tell of this.#listeners) tell();
  }
}

async function read(file: string): Promise<Read> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RevocationsFault(
      `${file} cannot be read (${String(cause)}). Make it, with the line \`tokens: []\` where nobody is to be shut out.`,
      { cause },
    );
  });
  try {
    return { revoked: new Revoked(readEntries(text)), text };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RevocationsFault(`${file} is not understood:\n${reason}`, { cause });
  }
}
