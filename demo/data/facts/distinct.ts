/** Names that (nearly) never occur twice. */

/** The first of a few made names that has not been seen; real catalogues have namesakes too. */
export function distinct(seen: Set<string>, make: () => string): string {
  let name = make();
  for (let attempt = 0; attempt < 8 && seen.has(name); attempt += 1) name = make();
  seen.add(name);
  return name;
}
