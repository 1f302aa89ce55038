/** Where a cluster lives and whose account runs it: PostgreSQL refuses to run as root. */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { recordBelonging, removeAbandoned } from './abandoned.ts';
import { type Account, nobody } from './account.ts';
import { type Binaries, copyBinaries, linkLibraries } from './binaries.ts';
import { writeOnce } from './files.ts';

/** Root's clusters and programs live here: owned by root, open to readers, writable to nobody else. */
const ROOT_BASE = '/var/lib/portcullis';

export interface Home {
  /** The cluster's folder: password, port, data. */
  readonly folder: string;
  /** The folder with `bin`, `lib`, `share` to run from. */
  readonly programs: string;
  /** The account that runs the server; undefined: our own. */
  readonly account: Account | undefined;
}

/** Prepares the home of the cluster that belongs to `dir`. */
export async function prepareHome(dir: string, binaries: Binaries): Promise<Home> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) return rootHome(dir, binaries);
  await linkLibraries(binaries.folder);
  return { folder: await realpath(dir), programs: binaries.folder, account: undefined };
}

async function rootHome(dir: string, binaries: Binaries): Promise<Home> {
  // The checkout may lie under a home that is closed to others, so neither programs nor data can stay in it.
  const base = await trustedFolder(ROOT_BASE);
  const programs = join(base, `postgresql-${binaries.version}`);
  await copyBinaries(binaries, programs);
  const folder = join(base, await clusterName(dir));
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await recordBelonging(folder, await realpath(dir));
  const account = nobody();
  await removeAbandoned(base, account);
  return { folder, programs, account };
}

/** A name of its own for each copy of a checkout: a fresh clone must not find the data of a deleted one. */
async function clusterName(dir: string): Promise<string> {
  const file = join(dir, 'cluster');
  await writeOnce(file, randomUUID());
  const name = createHash('sha256')
    .update(await readFile(file))
    .update(await realpath(dir))
    .digest('hex');
  return `cluster-${name.slice(0, 16)}`;
}

/** Makes a folder that only root can have put something into: a planted program would run with our password. */
async function trustedFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o755 });
  const real = await realpath(path);
  for (let folder = real; ; folder = dirname(folder)) {
    const { uid, mode } = await stat(folder);
    if (uid !== 0 || (mode & 0o022) !== 0 || (mode & 0o001) === 0) {
      throw new Error(
        `As root the embedded PostgreSQL keeps its files in ${path}, but ${folder} is not root's alone to write and everyone's to pass. Correct its owner or mode, start as an ordinary user, or set DATABASE_URL.`,
      );
    }
    if (folder === dirname(folder)) return real;
  }
}
