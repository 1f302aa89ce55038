/** The file by which the demo's gateway goes, and `portcullis revoke` with it (docs/revoke.md). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCode } from '../database/files.ts';

/** In place of the operator who would make it: without the file the gateway does not start. One that is there stays as it is. */
export async function prepareRevocations(state: string): Promise<void> {
  const file = join(state, 'gateway/revocations.yaml');
  await writeFile(file, 'tokens: []\n', { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
}
