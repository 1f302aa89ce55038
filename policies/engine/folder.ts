/** The files of a bundle, as they lie in a folder: `global/` and one folder for each domain. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleError } from './problem.ts';
import { whyUnreadable } from './read/why-unreadable.ts';
import { vocabularyFile } from './vocabulary/vocabulary.ts';

export interface PolicyFile {
  /** From the folder of the policies, with `/`: `audience/audience.cedar`, `global/vocabulary.yaml`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Every `.cedar` file and the vocabulary, by path. What begins with a dot is left out: editors and mounted volumes keep
 * copies under such names.
 * @throws BundleError saying what to do
 */
export async function readPolicyFiles(folder: string): Promise<readonly PolicyFile[]> {
  return readFiles(folder, isPolicyFile);
}

/**
 * What the rules are meant to decide: every `.test.yaml`, by path.
 * @throws BundleError saying what to do
 */
export async function readTestFiles(folder: string): Promise<readonly PolicyFile[]> {
  return readFiles(folder, isTestFile);
}

/** Equal for equal rules and vocabularies, in whatever order they come and wherever their folder is. */
export function versionOf(files: readonly PolicyFile[]): string {
  const parts = files.map(({ path, text }) => [path, text]);
  const text = JSON.stringify(parts.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export function isPolicyFile(path: string): boolean {
  return path.endsWith('.cedar') || path === vocabularyFile;
}

export function isTestFile(path: string): boolean {
  return path.endsWith('.test.yaml');
}

type IsWanted = (path: string) => boolean;

async function readFiles(folder: string, isWanted: IsWanted): Promise<readonly PolicyFile[]> {
  const paths = (await pathsIn(folder, '')).filter(isWanted);
  return Promise.all(paths.map(async (path) => ({ path, text: await textOf(folder, path) })));
}

async function pathsIn(folder: string, under: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, under)).catch((cause: unknown) => {
    throw unreadable(under === '' ? folder : under, cause);
  });
  const found: string[] = [];
  for (const name of names.toSorted()) {
    if (name.startsWith('.') || name === 'node_modules') continue;
    const path = under === '' ? name : `${under}/${name}`;
    // Files of a mounted volume are links.
    const { isFolder } = await kindOf(folder, path);
    if (isFolder) found.push(...(await pathsIn(folder, path)));
    else found.push(path);
  }
  return found;
}

async function kindOf(folder: string, path: string): Promise<{ isFolder: boolean }> {
  try {
    return { isFolder: (await stat(join(folder, path))).isDirectory() };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function textOf(folder: string, path: string): Promise<string> {
  const bytes = await readFile(join(folder, path)).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!isUtf8(bytes)) throw fault(path, 'is no UTF-8', 'save it as UTF-8');
  return new TextDecoder().decode(bytes);
}

function unreadable(file: string, cause: unknown): BundleError {
  const advice = 'name the folder that has `global/vocabulary.yaml` and the rules';
  return fault(file, `cannot be read: ${whyUnreadable(cause)}`, advice);
}

function fault(file: string, message: string, advice: string): BundleError {
  return new BundleError([{ file, line: 1, rule: undefined, message, advice, severity: 'error' }]);
}
