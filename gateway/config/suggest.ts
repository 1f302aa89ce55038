/** What was probably meant by a key that is no setting: a slip of the pen, or the right name in the wrong place. */
import { keyPath } from './config-error.ts';

/** What of a JSON Schema has to be known. */
export interface Setting {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Setting>>;
  readonly items?: Setting;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Setting>>;
}

type Path = readonly (string | number)[];

/** The path of a setting, as people read it; undefined: nothing is like it. `siblings` may stand where `path` does. */
export function suggestion(path: Path, siblings: readonly string[], root: Setting): string | undefined {
  const written = String(path.at(-1));
  const [nearest] = siblings
    .map((name) => ({ name, distance: distanceOf(plain(written), plain(name)) }))
    .filter(({ name, distance }) => distance <= slips(name))
    .sort((one, other) => one.distance - other.distance);
  if (nearest !== undefined) return keyPath([...path.slice(0, -1), nearest.name]);
  return settingsIn(root, root).find(([name]) => plain(name) === plain(written))?.[1];
}

/** A third of the letters, or two that changed places; of a short name one, since any is like another. */
function slips(name: string): number {
  return name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
}

/** `max-tokens` and `MaxTokens` are written for `maxTokens`. */
function plain(name: string): string {
  return name.replaceAll(/[-_\s]/g, '').toLowerCase();
}

/** Names, each with where it stands: the outer ones first. */
function settingsIn(setting: Setting, root: Setting, place = ''): readonly (readonly [string, string])[] {
  const { properties = {}, items } = resolved(setting, root);
  const here = Object.keys(properties).map(
    (name) => [name, place === '' ? name : `${place}.${name}`] as const,
  );
  const below = here.flatMap(([name, path]) => settingsIn(properties[name] ?? {}, root, path));
  return [...here, ...below, ...(items === undefined ? [] : settingsIn(items, root, `${place}[]`))];
}

function resolved(setting: Setting, { $defs = {} }: Setting): Setting {
  const name = setting.$ref?.split('/').at(-1);
  return (name !== undefined && $defs[name]) || setting;
}

/** Letters that have to be put in, left out or changed (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= other.length; index += 1) {
      const changed = (row[index - 1] ?? 0) + (other[index - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
