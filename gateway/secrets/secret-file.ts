/** Secrets in files: for the gateway's user alone, and made by it where the configuration says so. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InternalError } from '../errors.ts';

export interface PrivateFile {
  /** What messages call it: `signing key`. */
  readonly name: string;
  readonly file: string;
  /** What to do about a file that others could read or write. */
  readonly ifExposed: string;
}

export interface SecretFile extends Omit<PrivateFile, 'ifExposed'> {
  readonly createIfMissing: boolean;
  /** By which the configuration says that. */
  readonly setting: string;
  readonly create: () => Promise<string>;
}

const ifExposed = 'If somebody may have read it, delete it and start with a new one.';

/** @throws InternalError naming the file, never what it holds */
export async function readOrCreate(secret: SecretFile): Promise<string> {
  const { name, file, createIfMissing, setting } = secret;
  const stored = await readPrivate({ name, file, ifExposed });
  if (stored !== undefined) return stored;
  if (!createIfMissing) {
    throw new InternalError(`The ${name} ${file} does not exist. Create it, or set ${setting}: true.`);
  }
  const created = await secret.create();
  try {
    await writeWhole(file, created);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return readOrCreate({ ...secret, createIfMissing: false });
    throw new InternalError(`The ${name} ${file} cannot be written.`, { cause: error });
  }
  return created;
}

/** Of two gateways that start at once, one makes the file, whole, and the other reads it. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } finally {
    await rm(draft);
  }
}

/**
 * Undefined: there is no such file.
 * @throws InternalError if it cannot be read, or if others than the gateway's user can read or write it
 */
export async function readPrivate(given: PrivateFile): Promise<string | undefined> {
  const { name, file } = given;
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    // Of what is open, not of the path, which may name another file a moment later.
    checkPrivate(given, await handle.stat());
    return await handle.readFile('utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (error instanceof InternalError) throw error;
    throw new InternalError(`The ${name} ${file} cannot be read.`, { cause: error });
  } finally {
    await handle?.close();
  }
}

/** Whoever reads it can do what only the gateway may; whoever writes it decides what others trust. */
function checkPrivate(
  { name, file, ifExposed: remedy }: PrivateFile,
  { uid, mode }: { readonly uid: number; readonly mode: number },
): void {
  const us = process.getuid?.();
  // Where there are no user ids (Windows), a mode says nothing either.
  if (us === undefined) return;
  if (uid !== us && uid !== 0) {
    throw new InternalError(
      `The ${name} ${file} belongs to user ${uid}, while the gateway runs as user ${us}. Take a file of your own, or correct the owner (chown ${us}) and run chmod 600 on it.`,
    );
  }
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    throw new InternalError(
      `The ${name} ${file} is open to others than its owner (mode ${octal}). Run: chmod 600 '${file}'. ${remedy}`,
    );
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
