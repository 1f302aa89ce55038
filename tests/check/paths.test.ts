import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './run-command.ts';

/** What only one machine or one installation has; a clone elsewhere must not meet it. */
const foreign: readonly RegExp[] = [
  // Home folders and the like, as absolute paths; `/root` as a word of prose is not one.
  /(?<![\w.*~}/-])\/(?:work|root|home|Users|mnt)\/[\w.-]+/,
  /https?:\/\/(?:registry|npm)\.[\w.-]+/,
];

function namesAMachine(text: string): boolean {
  return foreign.some((pattern) => pattern.test(text));
}

test('recognises what it looks for', () => {
  const home = ['', 'home', 'ada', 'portcullis'].join('/');
  expect(namesAMachine(`cd ${home}`)).toBe(true);
  expect(namesAMachine(`"resolved": "${'https://registry'}.example.org/x.tgz"`)).toBe(true);
  expect(namesAMachine('see subgraphs/home/main.ts and https://example.org/home/page')).toBe(false);
});

test('no file of the repository names a path of a machine or the address of a registry', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  const naming = files
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(root, file)) && !/\.(png|woff2?)$/.test(file))
    .filter((file) => namesAMachine(readFileSync(join(root, file), 'utf8')));
  expect(naming).toEqual([]);
});
