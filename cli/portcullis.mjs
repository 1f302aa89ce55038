#!/usr/bin/env node
// The `portcullis` command: `dist` where all of it has been built since the last change of a source, else the sources.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const house = join(import.meta.dirname, '..');
const rooms = ['cli', 'demo', 'gateway', 'policies', 'schema', 'subgraphs'];

if (isFresh()) {
  await import(pathToFileURL(join(house, 'dist/cli/portcullis.js')).href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./portcullis.ts');
}

function isFresh() {
  const since = statSync(join(house, 'dist/finished'), { throwIfNoEntry: false })?.mtimeMs;
  if (since === undefined) return false;
  return rooms.every((room) =>
    sourcesOf(room).every((file) => statSync(join(house, room, file)).mtimeMs <= since),
  );
}

function sourcesOf(room) {
  const files = readdirSync(join(house, room), { recursive: true });
  return files.filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.includes('node_modules'));
}
