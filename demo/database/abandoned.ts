/** Root's clusters whose state folder is gone: each one records whose it is, and a later start removes it. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { lstat, open, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { isCode } from './files.ts';
import { isServed } from './postmaster.ts';

const CLUSTER_NAME = /^cluster-[0-9a-f]{16}$/;
const RECORD = 'belongs-to.json';

interface Belonging {
  /** Real path of the folder that the cluster belongs to. */
  readonly dir: string;
  /** The file system that folder is on: one that is not mounted has not lost it. */
  readonly device: number;
}

/** Records in a cluster's folder whose it is. */
export async function recordBelonging(cluster: string, dir: string): Promise<void> {
  const belonging: Belonging = { dir, device: (await stat(dir)).dev };
  await writeFile(join(cluster, RECORD), `${JSON.stringify(belonging)}\n`, { mode: 0o600 });
}

/** Removes the clusters below `base` whose folder is gone and that no server works in; whatever is in doubt stays. */
export async function removeAbandoned(base: string, account: Account | undefined): Promise<void> {
  for (const name of await readdir(base)) {
    const cluster = join(base, name);
    if (!CLUSTER_NAME.test(name)) continue;
    try {
      if (await isAbandoned(cluster)) await removeCluster(cluster, account);
    } catch {
      // Another start may be removing it too. What is left is found again by the next one.
    }
  }
}

/** Removes a cluster's folder, the server's files with no more rights than the server had. */
export async function removeCluster(cluster: string, account: Account | undefined): Promise<void> {
  for (const data of await dataFolders(cluster)) {
    // The server's account may swap a folder for a link at any moment, and `rm` of root would follow it.
    await promisify(execFile)('sh', ['-c', 'rm -rf "$1"/* "$1"/.[!.]*', 'rm', data], {
      cwd: '/',
      ...account,
    });
    await rmdir(data);
  }
  await rm(cluster, { recursive: true, force: true });
}

async function isAbandoned(cluster: string): Promise<boolean> {
  const folder = await lstat(cluster);
  if (!folder.isDirectory() || !isOurs(folder)) return false;
  const belonging = await readBelonging(join(cluster, RECORD));
  if (belonging === undefined || (await isThere(belonging.dir))) return false;
  if ((await deviceOf(belonging.dir)) !== belonging.device) return false;
  for (const data of await dataFolders(cluster)) if (await isServed(data)) return false;
  return true;
}

/** The finished cluster's data, and those of starts that were killed while they made it. */
async function dataFolders(cluster: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(cluster, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const inner = await readdir(join(cluster, entry.name), { withFileTypes: true });
    if (inner.some((item) => item.name === 'data' && item.isDirectory())) {
      found.push(join(cluster, entry.name, 'data'));
    }
  }
  return found;
}

async function readBelonging(file: string): Promise<Belonging | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const record = await handle.stat();
    if (!record.isFile() || !isOurs(record)) return undefined;
    const { dir, device }: Partial<Belonging> = JSON.parse(await handle.readFile('utf8'));
    return typeof dir === 'string' && typeof device === 'number' ? { dir, device } : undefined;
  } finally {
    await handle.close();
  }
}

function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** Only a clear "no such file" counts: a network drive that fails to answer has lost nothing. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** The file system that a missing folder would be on. */
async function deviceOf(missing: string): Promise<number> {
  let folder = dirname(missing);
  while (!(await isThere(folder))) folder = dirname(folder);
  return (await stat(folder)).dev;
}
