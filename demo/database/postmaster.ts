/** The lock file of a data directory: is a server at work in it, or did one leave the file when it was killed? */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode } from './files.ts';

/**
 * Refuses a directory that a server works in; removes what a killed one left.
 *
 * PostgreSQL clears a stale lock itself, unless its process id went to another process of the same account:
 * ids are small and soon used again in a container.
 */
export async function claimDataDirectory(data: string): Promise<void> {
  const file = lockOf(data);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  if (runsPostgres(pid)) throw new Error(inUse(data, pid));
  await rm(file, { force: true });
}

/** Whether a server works in a data directory; unsure, it says so. */
export async function isServed(data: string): Promise<boolean> {
  try {
    return runsPostgres(Number.parseInt(await readFile(lockOf(data), 'utf8'), 10));
  } catch (error) {
    return !isCode(error, 'ENOENT');
  }
}

function lockOf(data: string): string {
  return join(data, 'postmaster.pid');
}

/** The message for a data directory that another server works in. */
export function inUse(data: string, pid: number | undefined): string {
  const who = pid === undefined ? 'Another server' : `Another server (process ${pid})`;
  return `${who} is running on the database in ${data}. Is it started already? Stop that one first, or give this one a directory of its own (PORTCULLIS_STATE).`;
}

function runsPostgres(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    const name =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/comm`, 'utf8')
        : execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
    return /\bpostgres\b/.test(name);
  } catch {
    return false;
  }
}
