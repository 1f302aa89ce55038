/** What somebody who wrote a name that does not exist may have meant. */

/** "did you mean `x`?" or the names that there are. */
export function didYouMean(written: string, known: Iterable<string>): string {
  const names = [...known];
  const [nearest] = names
    .map((name) => ({ name, distance: distanceOf(written.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ distance, name }) => distance <= Math.max(1, Math.floor(Math.min(name.length, written.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  if (nearest !== undefined) return `did you mean \`${nearest.name}\`?`;
  if (names.length === 0) return 'there are none';
  const shown = names.slice(0, 12).map((name) => `\`${name}\``);
  return `there are: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`;
}

/** Levenshtein's, and two letters that changed places are one slip. */
function distanceOf(a: string, b: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      const swapped = isSwapped ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(replaced, swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
