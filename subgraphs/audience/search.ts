/** The search over the names of all media. */
import type { Statement } from '@portcullis/kit';

/** Ranks are places within a kind of media, so that a film and a track can both come first. */
const sql = `select media_type, id from media where words @@ to_tsquery('simple', $1) order by rank, id limit $2`;

/**
 * @returns null if the text has no word in it
 *
 * Every word is a run of letters, marks and digits, so nothing that a caller writes is an operator of
 * `to_tsquery` (PostgreSQL manual, Parsing Queries); `:*` matches words that begin so.
 */
export function search(text: string, first: number): Statement | null {
  const words = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu);
  if (words === null) return null;
  return { sql, parameters: [words.map((word) => `${word}:*`).join(' & '), first] };
}
