/** The tokens of one principal, as they stand in the file. */
import { membersOf, TokenFileError } from './strict-json.ts';

export interface StoredToken {
  readonly id: string;
  /** SHA-256 of the secret, as base64url. */
  readonly hash: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds since the epoch; from then on it is not accepted. */
  readonly expires: number;
}

interface Of {
  readonly name: string;
  /** Seconds since the epoch. */
  readonly now: number;
  /** How many may be in force at once. */
  readonly most: number;
}

/** @throws TokenFileError */
export function checkedTokens(value: unknown, { name, now, most }: Of): readonly StoredToken[] {
  if (!Array.isArray(value)) throw new TokenFileError(`\`${name}.tokens\` has to be a list`);
  const tokens = value.map((each: unknown, index) => tokenOf(each, `\`${name}.tokens[${index}]\``));
  if (tokens.filter(({ expires }) => expires > now).length > most)
    throw new TokenFileError(`\`${name}\` has more than ${most} tokens that have not expired`);
  return tokens;
}

function tokenOf(value: unknown, place: string): StoredToken {
  const { id, hash, created, expires } = membersOf(value, place, ['id', 'hash', 'created', 'expires']);
  if (typeof id !== 'string' || !/^[a-z0-9]{12}$/.test(id))
    throw new TokenFileError(`${place} has an \`id\` that is not 12 letters and digits`);
  if (typeof hash !== 'string' || Buffer.from(hash, 'base64url').toString('base64url') !== hash)
    throw new TokenFileError(`${place} has a \`hash\` that is no base64url`);
  if (Buffer.byteLength(hash, 'base64url') !== 32)
    throw new TokenFileError(`${place} has a \`hash\` that is no SHA-256`);
  return { id, hash, created: timeOf(created, place), expires: timeOf(expires, place) };
}

/** Seconds since the epoch; in UTC, so that nobody has to ask where. */
function timeOf(value: unknown, place: string): number {
  const text = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? value : '';
  const time = Date.parse(text);
  // A day that there is not becomes the next one.
  if (!Number.isNaN(time) && new Date(time).toISOString() === text.replace('Z', '.000Z')) return time / 1000;
  throw new TokenFileError(`${place} has a time that is not of the form 2030-01-31T12:00:00Z`);
}
