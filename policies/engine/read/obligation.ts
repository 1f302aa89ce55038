/** The values of `@mask`, `@rowFilter` and `@minGroup`: small closed grammars. */
import type { MaskKind, Obligation, RowComparison } from '../rule.ts';

/** What is wrong with the value, and how it is to be written. */
export interface Misfit {
  readonly message: string;
  readonly advice: string;
}

export type ObligationName = Obligation['kind'];

export const obligationNames = ['mask', 'rowFilter', 'minGroup'] as const satisfies readonly ObligationName[];

export function readObligation(name: ObligationName, value: string): Obligation | Misfit {
  switch (name) {
    case 'mask':
      return readMask(value);
    case 'rowFilter':
      return readRowFilter(value);
    case 'minGroup':
      return readMinGroup(value);
  }
}

/** The parameter that a mask takes; undefined: none. */
const parameters: Readonly<Record<MaskKind, RegExp | undefined>> = {
  null: undefined,
  redact: undefined,
  hash: undefined,
  last: /^[1-9]\d?$/,
  first: /^[1-9]\d?$/,
  date: /^(?:year|month)$/,
  round: /^[1-9]\d{0,8}$/,
};

const maskAdvice = 'write one of null, redact, hash, last:4, first:4, date:year, date:month, round:10';

function readMask(value: string): Obligation | Misfit {
  const [name = '', ...rest] = value.split(':');
  const parameter = rest.length === 0 ? undefined : rest.join(':');
  if (!isMaskKind(name)) return { message: `\`${value}\` is no mask`, advice: maskAdvice };
  const pattern = parameters[name];
  const fits = pattern === undefined ? parameter === undefined : pattern.test(parameter ?? '');
  if (!fits) return { message: `\`${value}\` is no mask: what follows \`${name}\``, advice: maskAdvice };
  return { kind: 'mask', mask: { kind: name, parameter } };
}

function isMaskKind(name: string): name is MaskKind {
  return Object.hasOwn(parameters, name);
}

const comparison =
  /\s*(?<field>[A-Za-z_]\w*)\s*(?<op><=|>=|=|in\b)\s*(?:principal\.(?<attribute>[A-Za-z_]\w*)|"(?<text>[^"\\]*)"|(?<number>-?\d+))(?=\s|$)/y;
const and = /\s+and(?=\s)/y;

const rowFilterAdvice =
  'write comparisons such as `region = principal.region`, `year >= 2000` or, of a text, `@rowFilter("tier = \\"gold\\"")`, with `=`, `in`, `<=` or `>=`, joined by `and`';

function readRowFilter(value: string): Obligation | Misfit {
  const all: RowComparison[] = [];
  const misfit = (at: number): Misfit => ({
    message: `\`${value}\` is no row filter, at \`${value.slice(at).trim()}\``,
    advice: rowFilterAdvice,
  });
  for (let at = 0; ; ) {
    comparison.lastIndex = at;
    const found = comparison.exec(value)?.groups;
    const read = found === undefined ? undefined : comparisonOf(found);
    if (read === undefined) return misfit(at);
    all.push(read);
    at = comparison.lastIndex;
    if (value.slice(at).trim() === '') return { kind: 'rowFilter', all };
    and.lastIndex = at;
    if (!and.test(value)) return misfit(at);
    at = and.lastIndex;
  }
}

/** `in` asks for a set, which only a principal has; the other operators ask for a single value. */
function comparisonOf(found: Readonly<Record<string, string | undefined>>): RowComparison | undefined {
  const { field, attribute, text } = found;
  const op = (['=', 'in', '<=', '>='] as const).find((each) => each === found['op']);
  if (field === undefined || op === undefined) return undefined;
  if (attribute !== undefined) return { field, op, value: { attribute } };
  if (op === 'in') return undefined;
  if (text !== undefined) return { field, op, value: { literal: text } };
  const literal = Number(found['number']);
  return Number.isSafeInteger(literal) ? { field, op, value: { literal } } : undefined;
}

function readMinGroup(value: string): Obligation | Misfit {
  const subjects = /^[1-9]\d{0,8}$/.test(value) ? Number(value) : 0;
  if (subjects >= 2) return { kind: 'minGroup', subjects };
  return {
    message: `\`${value}\` is no size of a group`,
    advice: 'write a whole number from 2: a group of one is a person',
  };
}
