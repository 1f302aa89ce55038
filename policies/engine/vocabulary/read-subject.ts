/** Who asks, as a test file or a command line describes somebody: only words of the vocabulary. */

import type { AccessModel } from '../model/model.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import type { Located, StrictYaml } from '../read/strict-yaml.ts';
import type { Circumstances, Subject } from '../subject.ts';
import { type AttributeType, none, type Vocabulary } from './vocabulary.ts';

/** The words that a description may use. */
export interface Words {
  readonly vocabulary: Vocabulary;
  readonly model: Pick<AccessModel, 'scopes'>;
}

const kinds = ['anonymous', 'human', 'service', 'bi'] as const;
const groups = ['roles', 'teams', 'scopes'] as const;

/** What is missing has its default; undefined, and noted, if it is not to be understood. */
export function readSubject(yaml: StrictYaml, at: Located, words: Words): Subject | undefined {
  const before = yaml.problems.length;
  const { vocabulary } = words;
  const names = ['kind', 'purpose', ...groups, ...vocabulary.attributes.keys()];
  const parts = yaml.mapping(at, names);
  const kind = kindOf(yaml, parts.get('kind') ?? at);
  const purpose = parts.get('purpose');
  const [roles, teams, scopes] = groups.map((group) => {
    const written = parts.get(group);
    return written === undefined ? [] : readWords(yaml, written, knownIn(group, words));
  });
  const attributes = new Map<string, string | number | readonly string[]>();
  for (const [name, type] of vocabulary.attributes) {
    const written = parts.get(name);
    const value = written === undefined ? undefined : readAttribute(yaml, written, type);
    if (value !== undefined) attributes.set(name, value);
  }
  const stated =
    purpose === undefined ? none : readWord(yaml, purpose, [none, ...vocabulary.purposes.keys()]);
  if (kind === undefined || stated === undefined || yaml.problems.length > before) return undefined;
  return {
    kind,
    purpose: stated,
    roles: new Set(roles),
    teams: new Set(teams),
    scopes: new Set(scopes),
    attributes,
    products: undefined,
  };
}

export function knownIn(
  group: 'kind' | 'purpose' | (typeof groups)[number],
  { vocabulary, model }: Words,
): readonly string[] {
  switch (group) {
    case 'kind':
      return kinds;
    case 'purpose':
      return [none, ...vocabulary.purposes.keys()];
    case 'roles':
      return [...vocabulary.roles.keys()];
    case 'teams':
      return [...vocabulary.teams.keys()];
    case 'scopes':
      return model.scopes;
  }
}

/** At noon, from the last zone of the vocabulary (the first is the one of strangers), without break-glass. */
export function usualCircumstances({ zones }: Pick<Vocabulary, 'zones'>): Circumstances {
  return { zone: zones.at(-1) ?? '', hour: 12, breakGlass: false };
}

/** As many as there may be different rules for, with the glass whole unless `given` says otherwise; the usual ones first. */
export function allCircumstances(
  { zones }: Pick<Vocabulary, 'zones'>,
  given: Partial<Circumstances> = {},
): readonly Circumstances[] {
  const usual = { ...usualCircumstances({ zones }), ...given };
  const places = given.zone === undefined ? zones.toReversed() : [given.zone];
  const hours = given.hour === undefined ? [usual.hour, ...Array(24).keys()] : [given.hour];
  return [usual, ...places.flatMap((zone) => hours.map((hour) => ({ ...usual, zone, hour })))];
}

/** What is unusual about them: `zone internet, hour 5`. */
export function circumstancesText(
  { zone, hour, breakGlass }: Circumstances,
  vocabulary: Pick<Vocabulary, 'zones'>,
): string {
  const usual = usualCircumstances(vocabulary);
  return [
    ...(zone === usual.zone ? [] : [`zone ${zone}`]),
    ...(hour === usual.hour ? [] : [`hour ${hour}`]),
    ...(breakGlass ? ['break-glass'] : []),
  ].join(', ');
}

/** As far as it says something. */
export function readCircumstances(
  yaml: StrictYaml,
  at: Located,
  { zones }: Pick<Vocabulary, 'zones'>,
): Partial<Circumstances> {
  const parts = yaml.mapping(at, ['zone', 'hour', 'breakGlass']);
  const [zone, hour, glass] = ['zone', 'hour', 'breakGlass'].map((name) => parts.get(name));
  const place = zone === undefined ? undefined : readWord(yaml, zone, zones);
  const time = hour === undefined ? undefined : yaml.scalar(hour);
  if (hour !== undefined && !isHour(time))
    yaml.fault(hour.line, `${hour.path} is no hour`, 'write a whole number from 0 to 23');
  const broken = glass === undefined ? undefined : yaml.scalar(glass);
  if (glass !== undefined && typeof broken !== 'boolean')
    yaml.fault(glass.line, `${glass.path} has to be true or false`, 'write `true`, or leave it out');
  return {
    ...(place !== undefined && { zone: place }),
    ...(isHour(time) && { hour: time }),
    ...(typeof broken === 'boolean' && { breakGlass: broken }),
  };
}

function isHour(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 23;
}

function kindOf(yaml: StrictYaml, at: Located): Subject['kind'] | undefined {
  const written = yaml.scalar(at);
  const kind = kinds.find((each) => each === written);
  if (kind !== undefined) return kind;
  if (typeof written === 'string')
    yaml.fault(at.line, `${at.path} \`${written}\` is no kind`, didYouMean(written, kinds));
  else yaml.fault(at.line, `${at.path} has no \`kind\``, `write one; ${didYouMean('', kinds)}`);
  return undefined;
}

/** One of a closed list. */
export function readWord(yaml: StrictYaml, at: Located, known: readonly string[]): string | undefined {
  const word = yaml.scalar(at);
  if (typeof word === 'string' && known.includes(word)) return word;
  const written = word === undefined ? '' : ` \`${String(word)}\``;
  yaml.fault(
    at.line,
    `${at.path}${written} is none of the words for it`,
    didYouMean(String(word ?? ''), known),
  );
  return undefined;
}

/** Words of a closed list. */
function readWords(yaml: StrictYaml, at: Located, known: readonly string[]): readonly string[] {
  return yaml.list(at).flatMap((item) => readWord(yaml, item, known) ?? []);
}

function readAttribute(yaml: StrictYaml, at: Located, type: AttributeType) {
  const value = yaml.scalar(at);
  switch (type.type) {
    case 'Long':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
      break;
    case 'String':
      if (typeof value === 'string') return value;
      break;
    case 'enum':
      return readWord(yaml, at, [none, ...type.values]);
    case 'set':
      return type.values === undefined ? readTexts(yaml, at) : readWords(yaml, at, type.values);
  }
  const wanted = type.type === 'Long' ? 'a whole number' : 'a text';
  yaml.fault(at.line, `${at.path} has to be ${wanted}`, `write ${wanted}, in quotes if need be`);
  return undefined;
}

function readTexts(yaml: StrictYaml, at: Located): readonly string[] {
  return yaml.list(at).flatMap((item) => {
    const value = yaml.scalar(item);
    if (typeof value === 'string') return [value];
    // `NO` is a country, and a word that some readers of YAML take for `false`.
    yaml.fault(item.line, `${item.path} is no text`, 'write it in quotes');
    return [];
  });
}
