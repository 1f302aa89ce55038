// Whether `dist` is what its sources would become: all of it has been built since the last change of one.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const house = import.meta.dirname;
const rooms = ['cli', 'demo', 'gateway', 'policies', 'schema', 'subgraphs'];

/** @returns {boolean} */
export function isBuilt() {
  const since = statSync(join(house, 'dist/finished'), { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined) return false;
  const isOlder = (/** @type {string} */ file) => statSync(join(house, file)).mtimeMs <= since;
  return isOlder('docs/gateway-config.schema.json') && rooms.flatMap(sourcesOf).every(isOlder);
}

/** @param {string} room */
function sourcesOf(room) {
  return readdirSync(join(house, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$|\.md$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !file.includes('node_modules'))
    .map((file) => file.slice(house.length));
}
