/** Small things that texts for terminals are made of. */

export function counted(count: number, what: string, plural = `${what}s`): string {
  return `${count} ${count === 1 ? what : plural}`;
}

/** Joined by commas, in lines of at most a hundred characters. */
export function wrapped(words: readonly string[], indent: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [index, word] of words.entries()) {
    const next = index === words.length - 1 ? word : `${word},`;
    if (line !== '' && indent + line.length + 1 + next.length > 100) {
      lines.push(line);
      line = next;
    } else {
      line = line === '' ? next : `${line} ${next}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines.map((each) => `${' '.repeat(indent)}${each}`);
}
