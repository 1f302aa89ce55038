/** The test files that a command is about. */
import { relative, resolve, sep } from 'node:path';
import type { Bundle } from '@portcullis/policies/engine/bundle';
import { readTestFiles } from '@portcullis/policies/engine/folder';
import type { TestFile } from '@portcullis/policies/engine/test/cases';
import { readTestFile } from '@portcullis/policies/engine/test/test-file';
import { UsageError } from '../command.ts';

/** All in the folder, or those of them that are named. */
export async function testFilesIn(
  folder: string,
  bundle: Bundle,
  named: readonly string[] = [],
): Promise<readonly TestFile[]> {
  const all = await readTestFiles(folder);
  const wanted = named.map((name) => relative(folder, resolve(name)).split(sep).join('/'));
  for (const [index, path] of wanted.entries()) {
    if (!all.some((file) => file.path === path))
      throw new UsageError(`${named[index]} is no test file (*.test.yaml) in ${folder}`);
  }
  const chosen = wanted.length === 0 ? all : all.filter(({ path }) => wanted.includes(path));
  return chosen.map((file) => readTestFile(file, bundle));
}
