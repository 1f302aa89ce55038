/** One invariant of a test file: `never: { do: read, on: { tag: pii }, mask: none, where: { kind: bi } }`. */
import { actions } from '../action.ts';
import type { Bundle } from '../bundle.ts';
import type { FieldEntity } from '../model/model.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import type { Located, StrictYaml } from '../read/strict-yaml.ts';
import type { Subject } from '../subject.ts';
import { knownIn, readCircumstances, readWord } from '../vocabulary/read-subject.ts';
import type { Invariant, Reading } from './cases.ts';

/** undefined, and noted, if it cannot be understood or can never fail. */
export function readInvariant(reading: Reading, at: Located): Invariant | undefined {
  const { yaml, bundle, scope } = reading;
  const before = yaml.problems.length;
  const never = yaml.mapping(at, ['never']).get('never');
  const parts = never && yaml.mapping(never, ['do', 'on', 'mask', 'where', 'context']);
  const [what, on] = [parts?.get('do'), parts?.get('on')];
  if (parts === undefined || what === undefined || on === undefined) {
    if (yaml.problems.length === before)
      yaml.fault(at.line, `${at.path} does not say what is never done`, 'write `never: { do: …, on: … }`');
    return undefined;
  }
  const word = readWord(yaml, what, actions);
  const [mask, where, context] = ['mask', 'where', 'context'].map((key) => parts.get(key));
  if (mask !== undefined) readWord(yaml, mask, ['none']);
  const { fields, text } = fieldsLike(reading, on);
  const isMeant = where === undefined ? () => true : readWhere(yaml, where, bundle);
  const fixed = context === undefined ? {} : readCircumstances(yaml, context, bundle.vocabulary);
  const principals = [...reading.principals.values()].filter(({ subject }) => isMeant(subject));
  const action = actions.find((each) => each === word);
  if (action === undefined || yaml.problems.length > before) return undefined;
  const empty = fields.length === 0 ? `no field of ${scope}` : principals.length === 0 ? 'nobody' : undefined;
  if (empty !== undefined) {
    const advice = 'it could never fail: change `on` or `where`, or list a principal whom it is about';
    yaml.fault(at.line, `${at.path} is about ${empty}`, advice);
    return undefined;
  }
  const inClear = mask !== undefined;
  const title = `never ${action} ${text}${inClear ? ' in the clear' : ''}`;
  return { line: at.line, title, action, fields, principals, inClear, context: fixed };
}

/** Of what the file's folder is about: a domain's own fields, or in `global` all. */
function fieldsLike({ yaml, bundle, scope }: Reading, at: Located) {
  const parts = yaml.mapping(at, ['tag', 'classification', 'type', 'domain', 'field']);
  const { model, vocabulary } = bundle;
  let fields = model.fields.filter(
    (field) => holdsData(field, bundle) && (scope === 'global' || field.owners.includes(scope)),
  );
  const known: Readonly<Record<string, readonly string[]>> = {
    tag: [...vocabulary.tags.keys()],
    classification: vocabulary.classification,
    type: [...model.types.keys()],
    domain: [...model.subgraphs.keys()],
    field: [...model.fieldIds.keys()],
  };
  for (const [key, each] of parts) {
    const wanted = readWord(yaml, each, known[key] ?? []);
    fields = fields.filter((field) => wanted !== undefined && valuesOf(field, key).includes(wanted));
  }
  if (parts.size === 0) yaml.fault(at.line, `${at.path} names nothing`, 'write `{ tag: … }`, for instance');
  const text = [...parts].map(([key, each]) => `${key} ${String(yaml.scalar(each))}`).join(', ');
  return { fields, text };
}

/** Not what stands for other fields only, such as the count of a list. */
export function holdsData({ coordinate, kind }: FieldEntity, { model }: Pick<Bundle, 'model'>): boolean {
  const id = model.fieldIds.get(coordinate);
  return kind === 'field' && model.elements.get(coordinate)?.needs.some(({ field }) => field === id) === true;
}

function valuesOf(field: FieldEntity, key: string): readonly string[] {
  switch (key) {
    case 'tag':
      return field.tags;
    case 'classification':
      return [field.classification];
    case 'type':
      return [field.type];
    case 'domain':
      return field.owners;
    default:
      return [field.coordinate];
  }
}

const lists = ['roles', 'teams', 'scopes'] as const;

/** Of lists, principals who have all that is named; of the rest, those with exactly that value. */
function readWhere(yaml: StrictYaml, at: Located, bundle: Bundle): (subject: Subject) => boolean {
  const tests: ((subject: Subject) => boolean)[] = [];
  const { attributes } = bundle.vocabulary;
  for (const [name, each] of yaml.mapping(at, ['kind', 'purpose', ...lists, ...attributes.keys()])) {
    const list = lists.find((one) => one === name);
    if (list !== undefined) {
      const items = yaml.scalar(each) === undefined ? yaml.list(each) : [each];
      const wanted = items.flatMap((item) => readWord(yaml, item, knownIn(list, bundle)) ?? []);
      tests.push((subject) => wanted.every((word) => subject[list].has(word)));
    } else if (name === 'kind' || name === 'purpose') {
      const wanted = readWord(yaml, each, knownIn(name, bundle));
      tests.push((subject) => subject[name] === wanted);
    } else {
      const wanted = yaml.scalar(each);
      if (typeof wanted !== 'string' && typeof wanted !== 'number')
        yaml.fault(each.line, `${each.path} has to be one value`, didYouMean('', ['a text', 'a number']));
      tests.push(({ attributes: held }) => {
        const value = held.get(name);
        return Array.isArray(value) ? value.includes(wanted) : value === wanted;
      });
    }
  }
  return (subject) => tests.every((test) => test(subject));
}
