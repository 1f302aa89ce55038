/** The folder of keys, passwords and logs: used only where nobody else can have put something into it. */
import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode } from '../database/files.ts';

/** What lies below: each for its owner alone, whatever a copy or an earlier start made of it. */
const rooms = ['database', 'gateway', 'identity', 'logs', 'passwords'];

/** Makes the folder and those below it; refuses one that others own or may write to. */
export async function prepareStateFolder(state: string): Promise<void> {
  await ownFolder(state);
  const { mode } = await stat(state);
  if ((mode & 0o022) !== 0) {
    const octal = (mode & 0o7777).toString(8).padStart(4, '0');
    const mend = `Run chmod 700 '${state}' if all in it is yours`;
    throw refusal(state, `may be written to by others than its owner (mode ${octal})`, mend);
  }
  for (const room of rooms) {
    const folder = join(state, room);
    await ownFolder(folder);
    await chmod(folder, 0o700);
  }
}

async function ownFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) throw refusal(path, 'is no folder');
    throw cause;
  }
  const us = process.getuid?.();
  if (us === undefined) return;
  // Of the link too where it is one: who owns it could point it elsewhere.
  for (const { uid } of [await lstat(path), await stat(path)]) {
    if (uid !== us) throw refusal(path, `belongs to user ${uid}, while this is user ${us}`);
  }
}

function refusal(path: string, why: string, mend = 'Move it away'): Error {
  return new Error(
    `${path} ${why}, and is to hold the demo's keys and passwords. ${mend}, or set PORTCULLIS_STATE to a folder of your own.`,
  );
}
