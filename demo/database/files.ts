/** What the launcher asks of the file system: things that appear whole or not at all. */
import { randomUUID } from 'node:crypto';
import { link, lstat, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Whether an error of the system carries this code, such as EEXIST. */
export function isCode(error: unknown, code: string): boolean {
  // Not `instanceof Error`: the system's errors are of another realm under Jest.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** Writes a secret or an id unless it is there; where two do so at once, both then read the same. */
export async function writeOnce(file: string, text: string): Promise<void> {
  if (await exists(file)) return;
  const unfinished = `${file}.new-${process.pid}-${randomUUID()}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  try {
    await link(unfinished, file);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(unfinished);
  }
}

/** Makes a folder beside its place and moves it there when it is whole; of two at once the first wins. */
export async function makeFolder(place: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  if (await exists(place)) return;
  await removeLeftovers(place);
  const unfinished = `${place}.new-${process.pid}-${randomUUID()}`;
  try {
    await fill(unfinished);
    await rename(unfinished, place);
  } catch (error) {
    if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Removes what a process that was killed had begun. */
async function removeLeftovers(place: string): Promise<void> {
  const prefix = `${basename(place)}.new-`;
  for (const name of await readdir(dirname(place))) {
    if (!name.startsWith(prefix) || alive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}
