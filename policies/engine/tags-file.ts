/** Where the list of tags is: `global/tags.yaml` in the folder of the policies. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyError } from './tags.ts';

export function tagsFileOf(policies: string): string {
  return join(policies, 'global', 'tags.yaml');
}

/** @throws PolicyError saying what to do */
export async function readTagsFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const isMissing =
      typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ENOENT';
    throw new PolicyError(isMissing ? missing(file) : `${file} cannot be read: ${String(cause)}`, { cause });
  }
}

function missing(file: string): string {
  return [
    `${file} does not exist: it is the list of tags, which says for each whether it protects what carries it.`,
    'Write it ("tags: {}" is the strictest one: every tag protects), or name the folder that has it:',
    '"policies" in the configuration of the gateway, --policies of `portcullis compose`.',
  ].join(' ');
}
