/** `global/vocabulary.yaml`: the closed lists of what may be said about fields and about those who ask for them. */

import { BundleError } from '../problem.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import { type Located, StrictYaml } from '../read/strict-yaml.ts';
import { type AttributeType, none, readAttributes } from './vocabulary-attributes.ts';

export { type AttributeType, none };

export interface Vocabulary {
  /** From the least to the most protected; a field without any tag has the last. */
  readonly classification: readonly string[];
  readonly tags: ReadonlyMap<string, Tag>;
  /** Descriptions by name, `none` not among them. */
  readonly purposes: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
  /** Of a principal, beside kind, purpose, roles, teams and scopes. */
  readonly attributes: ReadonlyMap<string, AttributeType>;
  /** Where a request can come from; the first is for whatever is in no list. */
  readonly zones: readonly string[];
}

export interface Tag {
  readonly classification: string;
  readonly description: string;
}

export const vocabularyFile = 'global/vocabulary.yaml';

const sections = ['classification', 'tags', 'purposes', 'roles', 'teams', 'attributes', 'zones'] as const;
const optionalSections: ReadonlySet<string> = new Set(['purposes', 'roles', 'teams', 'attributes']);

/** @throws BundleError with all that is wrong; nothing is ever assumed about a tag */
export function readVocabulary(text: string, file: string = vocabularyFile): Vocabulary {
  const yaml = new StrictYaml(text, file);
  if (yaml.problems.length > 0) throw new BundleError(yaml.problems);
  const found = yaml.mapping(yaml.root, sections);
  for (const section of sections) {
    if (found.has(section) || optionalSections.has(section)) continue;
    yaml.fault(1, `\`${section}\` is missing`, 'write it, see docs/policies.md');
  }
  const described = (section: (typeof sections)[number]) => readDescriptions(yaml, found.get(section));
  const classification = readNames(yaml, found.get('classification'));
  const vocabulary = {
    classification,
    tags: readTags(yaml, found.get('tags'), classification),
    purposes: described('purposes'),
    roles: described('roles'),
    teams: described('teams'),
    attributes: readAttributes(yaml, found.get('attributes')),
    zones: readNames(yaml, found.get('zones')),
  };
  if (vocabulary.purposes.has(none)) {
    const line = found.get('purposes')?.line ?? 1;
    yaml.fault(line, `\`${none}\` is no purpose`, 'leave it out: it stands for requests without a purpose');
  }
  if (yaml.problems.length > 0) throw new BundleError(yaml.problems);
  return Object.freeze(vocabulary);
}

function readTags(
  yaml: StrictYaml,
  at: Located | undefined,
  classification: readonly string[],
): ReadonlyMap<string, Tag> {
  const tags = new Map<string, Tag>();
  for (const [name, entry] of at === undefined ? [] : yaml.mapping(at)) {
    assertName(yaml, name, entry.line);
    const parts = yaml.mapping(entry, ['classification', 'description']);
    const description = readText(yaml, parts.get('description'), entry);
    const level = parts.get('classification');
    const written = level === undefined ? undefined : yaml.scalar(level);
    if (typeof written !== 'string' || !classification.includes(written)) {
      const line = level?.line ?? entry.line;
      yaml.fault(
        line,
        `${entry.path} has no classification of the list`,
        didYouMean(String(written ?? ''), classification),
      );
    } else if (description !== undefined) {
      tags.set(name, Object.freeze({ classification: written, description }));
    }
  }
  return tags;
}

/** A list of distinct names, never empty. */
function readNames(yaml: StrictYaml, at: Located | undefined): readonly string[] {
  if (at === undefined) return [];
  const items = yaml.list(at);
  if (items.length === 0) yaml.fault(at.line, `${at.path} is empty`, 'name at least one');
  const names = items.flatMap((item) => {
    const name = yaml.scalar(item);
    if (typeof name === 'string' && assertName(yaml, name, item.line)) return [name];
    if (typeof name !== 'string') yaml.fault(item.line, `${item.path} is no string`, 'write it in quotes');
    return [];
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    yaml.fault(at.line, `${at.path} names \`${twice}\` twice`, 'leave one of them out');
  return Object.freeze(names);
}

function readDescriptions(yaml: StrictYaml, at: Located | undefined): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  for (const [name, entry] of at === undefined ? [] : yaml.mapping(at)) {
    const description = yaml.text(entry);
    if (assertName(yaml, name, entry.line) && description !== undefined) descriptions.set(name, description);
  }
  return descriptions;
}

function readText(yaml: StrictYaml, at: Located | undefined, parent: Located): string | undefined {
  if (at !== undefined) return yaml.text(at);
  yaml.fault(
    parent.line,
    `${parent.path} has no description`,
    'write one, so that owners know when to use it',
  );
  return undefined;
}

/** What goes into claims, headers and messages without any quoting. */
function assertName(yaml: StrictYaml, name: string, line: number): boolean {
  if (/^[A-Za-z0-9][A-Za-z0-9_/-]{0,127}$/.test(name)) return true;
  yaml.fault(line, `\`${name}\` is no name`, 'use letters, digits, `-`, `_` and `/`');
  return false;
}
