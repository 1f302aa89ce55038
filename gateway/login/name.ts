/** What the page calls whoever is signed in; nothing is decided by it. */

/** Characters. */
const longest = 80;

export function nameIn(claims: Readonly<Record<string, unknown>> = {}): string {
  const said = ['name', 'preferred_username', 'email', 'sub'].map((claim) =>
    Object.hasOwn(claims, claim) ? claims[claim] : undefined,
  );
  const name = said.find((text) => typeof text === 'string' && text.trim() !== '');
  return Array.from(String(name ?? ''))
    .slice(0, longest)
    .join('');
}
