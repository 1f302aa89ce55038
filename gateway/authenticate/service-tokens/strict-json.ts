/** Values of a JSON file that have to be exactly as expected. */
import { isPlainText } from '../plain-text.ts';

/** What is wrong with a file of service tokens. Its text may be shown to operators: it quotes names and ids, never a hash. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

export type Members = Readonly<Record<string, unknown>>;

/**
 * @param known all members that there may be; undefined: any
 * @param optional those that need not be there
 * @throws TokenFileError
 */
export function membersOf(
  value: unknown,
  place: string,
  known?: readonly string[],
  optional: readonly string[] = [],
): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenFileError(`${place} has to be an object`);
  const unknown = known && Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TokenFileError(`${place} has an unknown member \`${unknown}\``);
  const missing = known?.find((name) => !optional.includes(name) && !Object.hasOwn(value, name));
  if (missing !== undefined) throw new TokenFileError(`${place} has no \`${missing}\``);
  // Without a prototype: `constructor` is a member only if somebody has written one.
  return Object.assign(Object.create(null), value) as Members;
}

/** @throws TokenFileError */
export function textsOf(value: unknown, place: string): readonly string[] {
  if (Array.isArray(value) && value.every(isPlainText) && new Set(value).size === value.length) return value;
  throw new TokenFileError(`${place} has to be a list of different plain texts`);
}
