/** How names map between GraphQL and SQL. */

/** `playedAt` → `played_at`, `isoURL2` → `iso_url2`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** `music_tracks` → `musicTracks`. */
export function lowerCamelCase(name: string): string {
  const [first = '', ...rest] = name.split('_').filter((word) => word !== '');
  return first + rest.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}

/** PostgreSQL cuts longer names silently (NAMEDATALEN - 1), and then two could be one. */
const longestIdentifier = 63;

/** What is wrong with a name that PostgreSQL would cut; `undefined` if nothing is. */
export function tooLong(name: string): string | undefined {
  // A value that is no field is read under `@<column>`: one byte more.
  if (Buffer.byteLength(name) < longestIdentifier) return undefined;
  return `the name "${name}" is too long for PostgreSQL (${longestIdentifier - 1} bytes). Shorten it.`;
}
