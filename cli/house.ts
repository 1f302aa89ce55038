/** Where the house stands: the folder with package.json, seen from the sources and from `dist` alike. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = findRoot(import.meta.dirname);

/** The absolute path of something in the house, wherever the command was called from. */
export function house(...path: string[]): string {
  return join(root, ...path);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error(`no package-lock.json above ${import.meta.dirname}: run from a checkout`);
  return findRoot(parent);
}
