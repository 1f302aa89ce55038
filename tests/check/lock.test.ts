import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './run-command.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** The nearest entry that a package's dependency resolves to, as Node looks for it. */
function isLocked(from: string, name: string): boolean {
  if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`] !== undefined) return true;
  if (from === '') return false;
  const end = from.lastIndexOf('/node_modules/');
  return isLocked(end < 0 ? '' : from.slice(0, end), name);
}

// An installation on one system can leave those of the others out, and `npm ci` then fails everywhere.
test('the lock file knows the optional packages of every system', () => {
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(from, name)),
  );
  expect(missing).toEqual([]);
});

test('the lock file names no address to fetch from, so that any registry serves', () => {
  const fetched = Object.values(packages).filter(
    ({ resolved }) => resolved !== undefined && /^[a-z+]+:\/\//.test(resolved),
  );
  expect(fetched).toEqual([]);
});
