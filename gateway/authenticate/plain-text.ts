/** The texts that a token may hold. */
import { refuseToken } from './refusal.ts';

/** Control characters have no business in an identity, and much in an attack on whatever it is written to. */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}\p{Zl}\p{Zp}]{1,512}$/u.test(value);
}

export function plainText(value: unknown, name: string): string {
  return isPlainText(value) ? value : refuseToken(`${name} is missing or no plain text`);
}
