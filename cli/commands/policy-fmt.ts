/** `portcullis policy fmt`: rules in Cedar's own form. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatPolicyText } from '@portcullis/policies/engine/read/format';
import { whyUnreadable } from '@portcullis/policies/engine/read/why-unreadable';
import { CommandError, defineCommand } from '../command.ts';
import { folderOf, placeOf, readFilesIn, sourceOptions } from '../policies/load.ts';
import { counted } from '../policies/words.ts';

export const policyFmt = defineCommand({
  usage: ['[FILES…] [--policies FOLDER] [--check]'],
  about:
    'Writes the named .cedar files, or all in the folder, in Cedar’s own form. Comments stay; what a rule decides does not change.',
  words: [],
  more: 'FILES',
  options: {
    policies: sourceOptions.policies,
    check: { type: 'boolean', describe: 'write nothing; name the files that are written otherwise' },
  },
  async run({ policies, check = false }, named) {
    const folder = folderOf({ policies });
    const files = named.length > 0 ? named.map((name) => resolve(name)) : await filesIn(folder);
    const changes = (await Promise.all(files.map(changeOf))).filter((change) => change !== undefined);
    for (const { file, text } of changes) {
      if (!check) await writeFile(file, text);
      process.stdout.write(`${check ? 'stale' : 'wrote'}  ${placeOf(folder, file)}\n`);
    }
    if (changes.length === 0)
      process.stdout.write(`${counted(files.length, 'file')}: everything is formatted.\n`);
    if (!check || changes.length === 0) return 0;
    process.stderr.write('Run `portcullis policy fmt` and commit what it writes.\n');
    return 1;
  },
});

async function filesIn(folder: string): Promise<readonly string[]> {
  const files = await readFilesIn(folder);
  return files.filter(({ path }) => path.endsWith('.cedar')).map(({ path }) => resolve(folder, path));
}

/** undefined: it is as it should be. */
async function changeOf(file: string): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const before = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CommandError(`${file} cannot be read: ${whyUnreadable(cause)}`, { cause });
  });
  try {
    const text = formatPolicyText(before);
    return text === before ? undefined : { file, text };
  } catch (cause) {
    throw new CommandError(`${file} is no Cedar: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
