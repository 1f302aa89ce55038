/** When each token was last used: kept in memory, and now and then written beside the file of the tokens. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { JsonError, parseJson } from '../../json/parse-json.ts';

/** Milliseconds between two writings; a first use after a while is there a second later. */
const everyMs = 60_000;
const soonMs = 1_000;

/** By the id of the token: milliseconds since the epoch. */
export type Uses = ReadonlyMap<string, number>;

export interface LastUseOptions {
  /** Of the tokens. */
  readonly file: string;
  /** Of all tokens that there are; 0 for what this gateway has not seen used. */
  readonly uses: () => Uses;
  /** Told the first time that they cannot be written: no request fails for it. */
  readonly unwritten: (reason: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export class LastUse {
  readonly #options: LastUseOptions;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isTold = false;

  constructor(options: LastUseOptions) {
    this.#options = options;
  }

  /** A token has been used. */
  note(): void {
    if (this.#next !== undefined) return;
    const wait = Math.max(soonMs, this.#writtenAt + everyMs - this.#options.now());
    this.#next = setTimeout(() => this.#write(), wait).unref();
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    if (this.#next !== undefined) this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#next);
    this.#next = undefined;
    const { file, uses, unwritten, now } = this.#options;
    this.#writtenAt = now();
    this.#writing = this.#writing
      .then(() => writeUses(usesFile(file), uses()))
      .catch((error: unknown) => {
        if (this.#isTold) return;
        this.#isTold = true;
        unwritten(`${usesFile(file)} cannot be written (${codeOf(error) ?? 'for whatever reason'})`);
      });
  }
}

/** @param file of the tokens */
export function usesFile(file: string): string {
  return `${file}.used.json`;
}

/** Whatever is not what it should be counts as never used: nothing is decided by it. */
export async function readUses(file: string): Promise<Uses> {
  const uses = new Map<string, number>();
  for (const [id, text] of Object.entries(await membersIn(file))) {
    const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(time)) uses.set(id, time);
  }
  return uses;
}

async function membersIn(file: string): Promise<object> {
  try {
    const value = parseJson(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof JsonError) return {};
    throw error;
  }
}

/** Of an error of the file system. */
function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** Several gateways write it: the latest of all they know. */
async function writeUses(file: string, uses: Uses): Promise<void> {
  const known = await readUses(file);
  const latest = [...uses].map(([id, time]) => [id, Math.max(time, known.get(id) ?? 0)] as const);
  const used = latest.filter(([, time]) => time > 0).sort(([one], [other]) => (one < other ? -1 : 1));
  const written = Object.fromEntries(used.map(([id, time]) => [id, new Date(time).toISOString()]));
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(written, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
