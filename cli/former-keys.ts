/** Public halves of keys that have signed, in a file beside the key: former checkpoints of an audit trail are verified with them. */
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { SigningKey } from '@portcullis/gateway/secrets/signing-key';

type PublicKey = SigningKey['publicKey'];

export function formerKeysFile(keyFile: string): string {
  return `${keyFile}.former.jwks.json`;
}

/** Adds those that are not in it. Whoever is asked to believe a trail may read it. */
export async function keepPublicKeys(file: string, keys: readonly PublicKey[]): Promise<void> {
  const kept = await readKept(file);
  const added = keys.filter(({ kid }) => !kept.some((each) => each.kid === kid));
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify({ keys: [...kept, ...added] }, undefined, 2)}\n`, {
      flag: 'wx',
    });
    await chmod(draft, 0o644);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readKept(file: string): Promise<readonly PublicKey[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{"keys":[]}';
    throw error;
  });
  const { keys }: { readonly keys?: unknown } = JSON.parse(text);
  if (!Array.isArray(keys)) throw new Error('it is no JSON Web Key Set');
  return keys;
}
