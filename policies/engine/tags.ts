/** The closed list of tags: which of them protect what carries them. */
import { parseDocument } from 'yaml';

export interface Tag {
  readonly name: string;
  readonly description: string;
  /** Whatever carries it is closed until its owner says for whom it is. */
  readonly protects: boolean;
}

export type TagList = ReadonlyMap<string, Tag>;

/** The rules cannot be used; the text says where and why. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** @throws PolicyError naming the entry that is wrong; nothing is ever assumed about a tag */
export function readTags(text: string, file = 'tags.yaml'): TagList {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw new PolicyError(`${file}: not YAML: ${fault.message}`);
  const root = recordOf(document.toJS({ maxAliasCount: 0 }), `${file}: the file`);
  assertKeys(root, ['tags'], file);
  const tags = new Map<string, Tag>();
  for (const [name, value] of Object.entries(recordOf(root['tags'], `${file}: tags`))) {
    tags.set(name, readTag(name, value, file));
  }
  return tags;
}

function readTag(name: string, value: unknown, file: string): Tag {
  const place = `${file}: tag ${JSON.stringify(name)}`;
  const entry = recordOf(value, place);
  assertKeys(entry, ['description', 'protects'], place);
  const { description, protects } = entry;
  if (typeof description !== 'string' || description.trim() === '') {
    throw new PolicyError(`${place}: write a description, so that owners know when to use it`);
  }
  if (typeof protects !== 'boolean') throw new PolicyError(`${place}: protects has to be true or false`);
  return Object.freeze({ name, description, protects });
}

function recordOf(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PolicyError(`${place} has to be a mapping`);
}

function assertKeys(entry: Readonly<Record<string, unknown>>, known: readonly string[], place: string): void {
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new PolicyError(`${place}: unknown key ${JSON.stringify(unknown)}; known: ${known.join(', ')}`);
}
