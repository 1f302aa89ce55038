/** The search over the names of all media. */
import { badUserInput, type Statement } from '@portcullis/kit';

/** Ranks are places within a kind of media, so that a film and a track can both come first. */
const sql = `select media_type, id from media where words @@ to_tsquery('simple', $1)
    and media_type = any(cast($3 as text[])) order by rank, id limit $2`;

/** More would find no other title, and every word is a lookup of its own in the index. */
const most = { characters: 200, words: 10 };

/**
 * @param types of the media that may be found
 * @throws BAD_USER_INPUT for a text without a word, or with more than titles can have
 *
 * Every word is a run of letters, marks and digits, so nothing that a caller writes is an operator of
 * `to_tsquery` (PostgreSQL manual, Parsing Queries); `:*` matches words that begin so.
 */
export function search(text: string, first: number, types: readonly string[]): Statement {
  const tooMuch = `search(text:) takes at most ${most.characters} characters and ${most.words} words`;
  // First in UTF-16 units, of which a character has at most two: so a long text costs nothing.
  if (text.length > 2 * most.characters || [...text].length > most.characters) throw badUserInput(tooMuch);
  const words = text.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  if (words.length > most.words) throw badUserInput(tooMuch);
  if (words.length === 0) throw badUserInput('search(text:) must have a letter or a digit');
  return { sql, parameters: [words.map((word) => `${word}:*`).join(' & '), first, [...types]] };
}
