// Whether `dist` is what its sources would become: it says of which it was made.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const house = import.meta.dirname;
/** The folders with sources. */
export const rooms = ['cli', 'demo', 'gateway', 'policies', 'schema', 'subgraphs'];
/** What else decides what is built: packages are in it, too. */
const others = ['build.mjs', 'built.mjs', 'package-lock.json', 'docs/gateway-config.schema.json'];

/** There when all of `dist` is: the sources from which it was made. */
export const madeFrom = join(house, 'dist/made-from');

/** @returns {boolean} */
export function isBuilt() {
  try {
    return readFileSync(madeFrom, 'utf8') === sourcesNow();
  } catch {
    return false;
  }
}

/** Changes with any source: its name, its size or its time. @returns {string} */
export function sourcesNow() {
  const hash = createHash('sha256');
  for (const file of [...others.map((name) => join(house, name)), ...rooms.flatMap(sourcesOf)]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file.slice(house.length)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('base64url');
}

/** @param {string} room */
function sourcesOf(room) {
  return readdirSync(join(house, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$|\.md$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !file.includes('node_modules'))
    .sort();
}
