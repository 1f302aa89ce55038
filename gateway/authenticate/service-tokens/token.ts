/** Service tokens as texts: `pc_<id>_<secret>`. The id finds the token, the secret proves it, and only its hash is kept. */
import { createHash, randomBytes, randomInt } from 'node:crypto';

export interface ServiceToken {
  /** 12 characters: public, it stands in lists and logs. */
  readonly id: string;
  /** 32 random bytes as base64url. */
  readonly secret: string;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const idLength = 12;
const secretBytes = 32;

const form = /^pc_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

export function createServiceToken(): ServiceToken {
  const letters = Array.from({ length: idLength }, () => alphabet[randomInt(alphabet.length)]);
  return { id: letters.join(''), secret: randomBytes(secretBytes).toString('base64url') };
}

export function printServiceToken({ id, secret }: ServiceToken): string {
  return `pc_${id}_${secret}`;
}

/** Undefined for whatever is not exactly of the form. */
export function parseServiceToken(text: string): ServiceToken | undefined {
  const [, id, secret] = form.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/**
 * SHA-256 of the secret's text, so that no second spelling of the same bytes passes for it. A salted, slow hash is for what
 * people choose; nobody guesses 256 random bits.
 */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'latin1').digest();
}
