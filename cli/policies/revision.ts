/** Files as they were at a revision: read from Git, and put where nothing else is. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from '../command.ts';

const run = promisify(execFile);

export interface Revision {
  /** Where the file or folder is that is there now. */
  at(path: string): string;
  remove(): Promise<void>;
}

/** Of the repository that has `inside`, all that graphs and rules are made of. */
export async function readRevision(revision: string, inside: string): Promise<Revision> {
  const root = (
    await git(
      inside,
      ['rev-parse', '--show-toplevel'],
      (told) =>
        `${inside} is in no work tree of Git, so there is no revision to compare with (${told}). ` +
        'Name a folder of a checkout by --policies, or compare two folders: portcullis policy diff OLD NEW',
    )
  ).trim();
  // Never an option of Git's, whatever it is called.
  const parse = ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`];
  const commit = (
    await git(
      root,
      parse,
      (told) => `${root} has no revision "${revision}" (${told}); \`git log --oneline\` lists what it has`,
    )
  ).trim();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis revision ')));
  const remove = () => rm(folder, { recursive: true });
  try {
    const listed = await git(root, ['ls-tree', '-r', '-z', '--name-only', commit]);
    const paths = listed.split('\0').filter((path) => /\.(?:cedar|ya?ml|graphqls?)$/.test(path));
    for (const path of paths) {
      const text = await git(root, ['cat-file', 'blob', `${commit}:${path}`]);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { at: (path) => join(folder, relative(root, resolve(path))), remove };
}

type Saying = (told: string) => string;

async function git(
  folder: string,
  args: readonly string[],
  saying: Saying = (told) => `Git cannot tell: ${told}`,
): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 2 ** 28 });
    return stdout;
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) {
      const advice = 'install Git, or compare two folders: portcullis policy diff OLD NEW';
      throw new CommandError(`there is no program \`git\`, which --against needs; ${advice}`, { cause });
    }
    const told = typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr) : '';
    throw new CommandError(saying(told.trim() || String(cause)), { cause });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
