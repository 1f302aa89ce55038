/** The hash that masks show instead of a text: HMAC-SHA-256 (RFC 2104), with a key for each coordinate and purpose (RFC 5869). */
import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { InternalError } from '../errors.ts';
import type { KeyedHash } from '../program.ts';
import { readOrCreate } from './secret-file.ts';

/** Of the hash: as long as HKDF's own. */
const keyBytes = 32;

/** Without the secret nobody can tell which text a hash is of, not even of a few that it could be. */
export function createKeyedHash(secret: Buffer): KeyedHash {
  const from = createSecretKey(secret);
  return (coordinate, purpose) => {
    // As JSON it is told apart where the one ends and the other begins.
    const info = JSON.stringify(['portcullis mask', coordinate, purpose]);
    const key = createSecretKey(Buffer.from(hkdfSync('sha256', from, '', info, keyBytes)));
    return (text) => createHmac('sha256', key).update(text, 'utf8').digest('base64url');
  };
}

export interface MaskSecretOptions {
  /** Path of a text of 43 characters or more, base64url; undefined: a secret in memory, new at each start. */
  readonly secret: string | undefined;
  readonly createIfMissing: boolean;
}

/** All gateways that are to show the same hashes have the same secret. */
export async function loadKeyedHash({ secret, createIfMissing }: MaskSecretOptions): Promise<KeyedHash> {
  if (secret === undefined) return createKeyedHash(randomBytes(keyBytes));
  const text = await readOrCreate({
    name: 'key of masks',
    file: secret,
    createIfMissing,
    setting: 'masks.createIfMissing',
    create: async () => `${randomBytes(keyBytes).toString('base64url')}\n`,
  });
  const bytes = Buffer.from(text.trim(), 'base64url');
  if (!/^[\w-]+\s*$/.test(text) || bytes.length < keyBytes) {
    throw new InternalError(
      `The key of masks ${secret} has to be base64url, of ${keyBytes} random bytes or more. Make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`,
    );
  }
  return createKeyedHash(bytes);
}
