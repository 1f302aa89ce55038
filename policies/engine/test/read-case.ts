/** One case of a test file. */
import { actions } from '../action.ts';
import { didYouMean } from '../read/did-you-mean.ts';
import type { Located, StrictYaml } from '../read/strict-yaml.ts';
import { readCircumstances, readWord, usualCircumstances } from '../vocabulary/read-subject.ts';
import type { Expected, Reading, TestCase } from './cases.ts';

const keys = ['as', 'do', 'on', 'expect', 'mask', 'minGroup', 'rowFilter', 'context', 'because'] as const;
const obligations = ['mask', 'minGroup', 'rowFilter'] as const;

type Parts = ReadonlyMap<string, Located>;

/** undefined, and noted, if it cannot be understood. */
export function readCase(reading: Reading, at: Located): TestCase | undefined {
  const { yaml, bundle } = reading;
  const before = yaml.problems.length;
  const parts = yaml.mapping(at, keys);
  const missing = (['as', 'do', 'on', 'expect'] as const).filter((key) => !parts.has(key));
  for (const key of missing) yaml.fault(at.line, `${at.path} has no \`${key}\``, `write \`${key}: …\``);
  const as = principalAt(reading, parts.get('as'));
  const action = actionAt(yaml, parts.get('do'));
  const on = action && targetAt(reading, parts.get('on'), action);
  const expected = expectedOf(yaml, parts);
  const context = parts.get('context');
  const circumstances = {
    ...usualCircumstances(bundle.vocabulary),
    ...(context && readCircumstances(yaml, context, bundle.vocabulary)),
  };
  const because = rulesAt(reading, parts.get('because'));
  if (yaml.problems.length > before) return undefined;
  if (as === undefined || action === undefined || on === undefined) return undefined;
  return { line: at.line, as, action, on, circumstances, expected, because };
}

function principalAt({ yaml, principals }: Reading, at: Located | undefined) {
  if (at === undefined) return undefined;
  const name = String(yaml.scalar(at) ?? '');
  const found = principals.get(name);
  if (found === undefined)
    yaml.fault(at.line, `\`${name}\` is no principal of this file`, didYouMean(name, principals.keys()));
  return found;
}

function actionAt(yaml: StrictYaml, at: Located | undefined): TestCase['action'] | undefined {
  if (at === undefined) return undefined;
  const known = [...actions, 'satisfy'] as const;
  const word = readWord(yaml, at, known);
  return known.find((each) => each === word);
}

function targetAt(
  { yaml, bundle: { model } }: Reading,
  at: Located | undefined,
  action: TestCase['action'],
): string | undefined {
  if (at === undefined) return undefined;
  const name = String(yaml.scalar(at) ?? '');
  const isCondition = action === 'satisfy';
  const known = isCondition ? model.conditions.map((each) => each.name) : [...model.fieldIds.keys()];
  if (known.includes(name)) return name;
  const what = isCondition ? 'no condition that a `@policy` names' : 'no field of the graph';
  yaml.fault(at.line, `\`${name}\` is ${what}`, didYouMean(name, known));
  return undefined;
}

function expectedOf(yaml: StrictYaml, parts: Parts): Expected {
  const verdict = parts.get('expect');
  const word = verdict && readWord(yaml, verdict, ['allow', 'deny']);
  const written = obligations.map((name) => parts.get(name));
  for (const at of written) {
    if (at !== undefined && word === 'deny')
      yaml.fault(at.line, `${at.path} cannot be expected of what is denied`, 'leave it out, or expect allow');
  }
  const [mask, minGroup, rowFilter] = written;
  const subjects = minGroup && yaml.scalar(minGroup);
  if (minGroup !== undefined && typeof subjects !== 'number')
    yaml.fault(minGroup.line, `${minGroup.path} is no size of a group`, 'write a whole number');
  return {
    allowed: word === 'allow',
    mask: mask && yaml.text(mask),
    minGroup: typeof subjects === 'number' ? subjects : undefined,
    rowFilter: rowFilter && yaml.text(rowFilter),
  };
}

function rulesAt({ yaml, bundle }: Reading, at: Located | undefined): readonly string[] {
  if (at === undefined) return [];
  const known = bundle.rules.map(({ id }) => id);
  return yaml.list(at).flatMap((item) => readWord(yaml, item, known) ?? []);
}
