/** Key sets in files are read at the start: what is wrong with them is the operator's to mend, and no caller's to meet. */
import { InternalError } from '../errors.ts';
import { JsonError } from '../json/parse-json.ts';
import type { TrustedIssuer } from './issuer.ts';
import { loadKeys } from './key-source.ts';

/** @throws InternalError naming issuer and file, if one is missing or holds no public key */
export async function checkKeyFiles(issuers: readonly TrustedIssuer[]): Promise<void> {
  for (const issuer of issuers) if (issuer.keys.kind === 'jwksFile') await check(issuer, issuer.keys.path);
}

async function check(issuer: TrustedIssuer, path: string): Promise<void> {
  try {
    await loadKeys(issuer);
  } catch (cause) {
    throw new InternalError(
      `The keys of the issuer ${issuer.issuer} cannot be taken from ${path}: ${reasonOf(cause)}. Put its JSON Web Key Set there ({"keys": […]}, public keys), or correct jwksFile.`,
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof JsonError) return `the file ${cause.message}`;
  // Not `instanceof`: an error of the file system can come from another realm.
  if (typeof cause !== 'object' || cause === null) return 'it cannot be read';
  if ('code' in cause)
    return cause.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${String(cause.code)})`;
  return 'message' in cause ? String(cause.message) : 'it cannot be read';
}
