/** Opens a trail to go on where it ended; one gateway at a time. */
import { type FileHandle, mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InternalError } from '../../errors.ts';
import { type ChainHead, emptyChain } from './chain.ts';

export interface OpenedTrail {
  readonly head: ChainHead;
  /** Bytes of a last line that was not written to its end: the process ended before it was. They are cut off. */
  readonly torn: number;
  /** Lets another gateway have it. */
  readonly release: () => Promise<void>;
}

/** @throws InternalError naming the file and what to do */
export async function openTrail(file: string): Promise<OpenedTrail> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const lock = `${file}.lock`;
  await take(lock, file);
  const release = () => rm(lock, { force: true });
  try {
    return { ...(await readEnd(file)), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A lock whose process is gone is nobody's. */
async function take(lock: string, file: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw unusable(file, 'cannot be written', error);
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder !== process.pid && isAlive(holder)) break;
    await rm(lock, { force: true });
  }
  throw new InternalError(
    `The audit trail ${file} is written by another gateway (${lock}). Give each gateway a file of its own.`,
  );
}

function isAlive(process_: number): boolean {
  if (!Number.isSafeInteger(process_) || process_ <= 0) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

const window = 64 * 1024;

async function readEnd(file: string): Promise<{ head: ChainHead; torn: number }> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'a+', 0o600);
  } catch (error) {
    throw unusable(file, 'cannot be opened', error);
  }
  try {
    const { size } = await handle.stat();
    const { text, start } = await lastLines(handle, size);
    const whole = text.lastIndexOf('\n') + 1;
    if (start > 0 && whole === 0) throw unusable(file, 'does not end as an audit trail does');
    const torn = Buffer.byteLength(text.slice(whole));
    if (torn > 0) await truncate(file, size - torn);
    const last = text.slice(0, whole).trimEnd().split('\n').at(-1) ?? '';
    return { head: last === '' ? emptyChain : headOf(last, file), torn };
  } finally {
    await handle.close();
  }
}

/** As much of the end as holds its last whole line. */
async function lastLines(handle: FileHandle, size: number): Promise<{ text: string; start: number }> {
  for (let length = window; ; length *= 4) {
    const start = Math.max(0, size - length);
    const bytes = Buffer.alloc(size - start);
    await handle.read(bytes, 0, bytes.length, start);
    const text = bytes.toString('utf8');
    if (start === 0 || text.split('\n').length > 2) return { text, start };
  }
}

/** The whole chain is for `portcullis audit verify`; a start does not wait for it. */
function headOf(line: string, file: string): ChainHead {
  const [, seq, hash] = /^\{"seq":([1-9]\d*),.*"hash":"([\w-]{43})"\}$/.exec(line) ?? [];
  if (seq === undefined || hash === undefined) throw unusable(file, 'does not end as an audit trail does');
  return { hash, length: Number(seq) };
}

function unusable(file: string, what: string, cause?: unknown): InternalError {
  return new InternalError(
    `The audit trail ${file} ${what}. Correct it, or move it away to begin a new one; keep the old one with its checkpoints.`,
    { cause },
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
