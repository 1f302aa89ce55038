/** An explanation for a terminal. */
import type { ExplainedUse, Explanation, Limit } from '@portcullis/policies/engine/explain/explain';
import type { ToldRule } from '@portcullis/policies/engine/explain/told-rule';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import { placeOf } from './load.ts';
import type { Named } from './principals.ts';

export interface Telling {
  readonly folder: string;
  /** Teams by the domains that they own. */
  readonly owners: ReadonlyMap<string, string>;
}

type Row = readonly [name: string, text: string];

export function printExplanation(explanation: Explanation, telling: Telling): string {
  const { coordinate, action, uses } = explanation;
  const own = uses.find((use) => use.coordinate === coordinate && use.action === action);
  const rows: readonly Row[] = [
    ...aboutRows(explanation, telling),
    ...(own === undefined ? [] : useRows(own, telling)),
    ...explanation.unmet.map((each): Row => ['schema', `asks for ${each}`]),
    ...explanation.limits.map((each): Row => ['product', each]),
    ...explanation.conditions.flatMap(({ name, holds, grantedBy, deniedBy }): Row[] =>
      [...grantedBy, ...deniedBy].map((rule) => [
        'condition',
        `${name} ${holds ? 'holds' : 'does not hold'}  ${ruleText(rule, telling)}`,
      ]),
    ),
    ...(explanation.hidden
      ? [['absent', 'nothing of the type around it, or of the one that it returns, may be seen'] as const]
      : []),
    ...uses
      .filter((use) => use !== own)
      .flatMap((use): Row[] => [
        [
          'stands for',
          `${use.action} ${use.coordinate}${use.inClear ? ' in the clear' : ''}: ${use.allowed ? 'allow' : 'deny'}`,
        ],
        ...useRows(use, telling).map(([name, text]): Row => [`  ${name}`.trimEnd(), text]),
      ]),
    ...changeRows(explanation),
    ...askRows(explanation, telling),
  ];
  return [headline(explanation), ...layOut(rows)].join('\n');
}

export function headline({ action, coordinate, outcome }: Explanation): string {
  const [verdict = '', ...limits] = outcome.split(', ');
  return `${verdict.toUpperCase().padEnd(5)}  ${action} ${coordinate}${limits.length === 0 ? '' : `  ${limits.join(', ')}`}`;
}

/** The name of a row stands only where it changes. */
function layOut(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text], index) => {
    const shown = index > 0 && rows[index - 1]?.[0] === name ? '' : name;
    return `  ${shown.padEnd(width)}  ${text}`;
  });
}

function aboutRows({ about, coordinate }: Explanation, { owners }: Telling): readonly Row[] {
  if (about === undefined) return [];
  const parts = [
    coordinate,
    ...(about.owners.length === 0
      ? []
      : [`owner ${about.owners.map((each) => teamed(each, owners)).join(', ')}`]),
    ...(about.products.length === 0 ? [] : [`product ${about.products.join(', ')}`]),
    about.tags.length === 0 ? 'no tags' : `tags ${about.tags.join(', ')}`,
    `${about.classification} (${about.level})`,
  ];
  return [['field', parts.join(' · ')]];
}

function teamed(domain: string, owners: Telling['owners']): string {
  const team = owners.get(domain);
  return team === undefined ? domain : `${domain} (${team})`;
}

function useRows(use: ExplainedUse, telling: Telling): readonly Row[] {
  return [
    ...orDash(
      'granted by',
      use.grantedBy.map((rule) => ruleText(rule, telling)),
    ),
    ...strictestFirst(use.limitedBy).map((limit): Row => ['limited by', limitText(limit, telling)]),
    ...use.deniedBy.map((rule): Row => ['denied by', ruleText(rule, telling)]),
    ...use.failed.map((rule): Row => ['failed', `${ruleText(rule, telling)}  cannot be evaluated`]),
    ...use.reasons.map((reason): Row => ['because', reason]),
    ...use.nearest.map(
      ({ missing, ...rule }): Row => [
        'nearest',
        `${ruleText(rule, telling)}  asks for: ${missing.join('; ')}`,
      ],
    ),
  ];
}

function orDash(name: string, texts: readonly string[]): readonly Row[] {
  return (texts.length === 0 ? ['–'] : texts).map((text): Row => [name, text]);
}

function strictestFirst(limits: readonly Limit[]): readonly Limit[] {
  return limits.toSorted((a, b) => Number(b.applied) - Number(a.applied));
}

function limitText({ what, applied, misfit, ...rule }: Limit, telling: Telling): string {
  const done = misfit === undefined ? 'applied' : `applied: ${misfit}`;
  return `${ruleText(rule, telling)}  ${what}  ${applied ? done : 'absorbed by a stricter one'}`;
}

function ruleText({ id, file, line }: ToldRule, { folder }: Telling): string {
  return `${id}  ${placeOf(folder, file, line)}`;
}

/** One line for each outcome that there could be, and of several causes what would take each away. */
function changeRows({ changes, allowed, obstacles }: Explanation): readonly Row[] {
  const own = outcomeRows(
    'would change',
    changes.filter(({ needsGrant }) => !needsGrant),
  );
  const granted = outcomeRows(
    'if granted',
    changes.filter(({ needsGrant }) => needsGrant),
  );
  if (allowed || changes.some((change) => change.allowed)) return [...own, ...granted];
  const rows = obstacles.map(
    ({ cause, ways }): Row => ['in the way', `${cause}  would go: ${waysText(ways)}`],
  );
  return [
    ...own,
    ...granted,
    ['would change', 'by nothing alone: more than one thing stands in the way'],
    ...rows,
  ];
}

function outcomeRows(name: string, changes: Explanation['changes']): readonly Row[] {
  const outcomes = new Map<string, string[]>();
  for (const { if: what, outcome } of changes)
    outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), what]);
  return [...outcomes].map(([outcome, all]): Row => [name, `to ${outcome}: ${all.join('; ')}`]);
}

function waysText(ways: Explanation['obstacles'][number]['ways']): string {
  if (ways.length === 0) return 'by nothing alone';
  const own = ways.filter(({ needsGrant }) => !needsGrant).map((way) => way.if);
  const granted = ways.filter(({ needsGrant }) => needsGrant).map((way) => way.if);
  return [
    ...(own.length === 0 ? [] : [own.join('; ')]),
    ...(granted.length === 0 ? [] : [`if granted: ${granted.join('; ')}`]),
  ].join('; ');
}

/** Whose decision it is. */
function askRows({ about, ruleOwners, outcome }: Explanation, { owners }: Telling): readonly Row[] {
  if (outcome === 'allow') return [];
  const domains = (about?.owners ?? []).map((each) => teamed(each, owners));
  const asked = [
    ...domains.map((each) => `who owns ${each}`),
    ...(ruleOwners.length === 0 ? [] : [`who owns the rules: ${ruleOwners.join(', ')}`]),
  ];
  return asked.map((each): Row => ['ask', each]);
}

export function printCaller(
  { name, subject, grants }: Named,
  { zone, hour, breakGlass }: Circumstances,
): readonly string[] {
  const { kind, purpose } = subject;
  const parts = [name, `kind ${kind}`, `purpose ${purpose}`, ...groupsOf(subject), ...attributesOf(subject)];
  const context = [`zone ${zone}`, `hour ${hour}`, ...(breakGlass ? ['break-glass'] : [])];
  const missing = [
    ...(grants === undefined || purpose === 'none' || grants.purposes.has(purpose)
      ? []
      : [`the purpose ${purpose}`]),
    ...(breakGlass && grants?.breakGlass === false ? ['to break the glass'] : []),
  ];
  return [
    `  caller   ${parts.join(' · ')}`,
    `  context  ${context.join(' · ')}`,
    ...missing.map((what) => `  note     ${name} was not granted ${what}: a gateway refuses the request`),
  ];
}

function groupsOf(subject: Subject): readonly string[] {
  const held = (['roles', 'teams', 'scopes'] as const).flatMap((group) =>
    subject[group].size === 0 ? [] : [`${group} ${[...subject[group]].join(', ')}`],
  );
  const { products } = subject;
  if (products === undefined) return held;
  return [...held, `products ${products.size === 0 ? 'none' : [...products].join(', ')}`];
}

function attributesOf({ attributes }: Subject): readonly string[] {
  return [...attributes].map(([name, value]) => `${name} ${String(value)}`);
}
