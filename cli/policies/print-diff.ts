/** What changes for whom, as a table. */
import type { AccessChange, AccessDiff } from '@portcullis/policies/engine/diff/access-diff';
import { counted, wrapped } from './words.ts';

export function printDiff({ before, after, principals, changes, rules }: AccessDiff): string {
  const head = `rules ${before} → ${after}, ${counted(principals.length, 'principal')} of the test files`;
  if (changes.length === 0)
    return `${head}: none of them may do more or less than before.\n${unconcernedText(rules)}`;
  const blocks = changes.map(printChange);
  const widening = changes.filter(({ widens }) => widens).length;
  const sum = `${counted(changes.length, 'change')}: ${widening} ${widening === 1 ? 'lets' : 'let'} somebody do or see more.`;
  return `${[head, ...blocks, sum].join('\n\n')}\n`;
}

/** Others than the principals of the tests may do more, and that is not said here. */
function unconcernedText(rules: readonly string[]): string {
  if (rules.length === 0) return '';
  const [differ, concern] = rules.length === 1 ? ['differs', 'concerns'] : ['differ', 'concern'];
  return `But ${counted(rules.length, 'rule')} ${differ}, and ${concern} none of them: ${rules.join(', ')}. Add a principal to the tests whom that is about.\n`;
}

function printChange(change: AccessChange): string {
  const { fields, widens, when, principals } = change;
  const place = when === undefined ? '' : ` (${when})`;
  return [
    `${widens ? 'WIDER ' : 'less  '}  ${sentence(change)}${place}`,
    ...wrapped(principals, 12).map(labelled('for')),
    ...wrapped(byType(fields), 12),
  ].join('\n');
}

function labelled(label: string): (line: string, index: number) => string {
  return (line, index) => (index === 0 ? `        ${label.padEnd(4)}${line.trimStart()}` : line);
}

/** `17 fields become readable` */
function sentence({ what, from, to, fields, actions }: AccessChange): string {
  const count = counted(fields.length, 'field');
  const done = actions.map((action) => able[action]).join(', ');
  const isOne = fields.length === 1;
  switch (what) {
    case 'access':
      if (from !== 'deny') return `${count} can no longer be ${done}`;
      return `${count} can be ${done}${(to ?? '').replace('allow', '').replace(/^, /, ', with ')}`;
    case 'mask':
      return `${count} ${isOne ? 'has' : 'have'} mask ${shown(to)} when ${done}, was ${shown(from)}`;
    case 'minGroup':
      return `${count} ${isOne ? 'needs' : 'need'} groups of ${to ?? 'any size'} when ${done}, was ${from ?? 'any size'}`;
    case 'rowFilter':
      return `${count} ${isOne ? 'is' : 'are'} ${done} in rows ${rows(to)}, was ${rows(from)}`;
  }
}

const able = {
  read: 'read',
  filter: 'filtered by',
  aggregate: 'aggregated',
  mutate: 'changed',
  subscribe: 'subscribed to',
} as const;

function shown(mask: string | undefined): string {
  return mask ?? 'none';
}

function rows(filter: string | undefined): string {
  return filter === undefined ? 'of all kinds' : `where ${filter}`;
}

/** `Subscriber.{email, phone}`, in pieces between which a line may end. */
function byType(fields: readonly string[]): readonly string[] {
  const types = new Map<string, string[]>();
  for (const coordinate of fields) {
    const [type = '', name = ''] = coordinate.split('.');
    types.set(type, [...(types.get(type) ?? []), name]);
  }
  return [...types].flatMap(([type, [first = '', ...others]]) =>
    others.length === 0
      ? [`${type}.${first}`]
      : [`${type}.{${first}`, ...others.slice(0, -1), `${others.at(-1) ?? ''}}`],
  );
}
