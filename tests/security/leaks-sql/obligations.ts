/** What a gateway may oblige a subgraph to for one caller, at random, in the form that its tokens have. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import { operators, type RowCondition, type Use, uses } from '@portcullis/kit/identity/obligations';
import { backsOf, type RandomColumn, type RandomDomain, type RandomType, stub } from './domain.ts';
import { examplesOf } from './rows.ts';

/** Fields by way of use, or all. */
export type DeniedUses = Readonly<Partial<Record<Use, '*' | readonly string[]>>>;

/** The claim `tctx.obligations`. */
export interface RandomObligations {
  readonly rows: Readonly<Record<string, readonly RowCondition[]>>;
  readonly groups: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly denied: Readonly<Record<string, DeniedUses>>;
}

export const nothing: RandomObligations = { rows: {}, groups: {}, denied: {} };

export function randomObligations(choose: Chooser, domain: RandomDomain): RandomObligations {
  const entries = <Value>(percent: number, of: (type: RandomType) => Value) =>
    Object.fromEntries(
      domain.types.flatMap((type) =>
        [type.name, ...type.variants]
          .filter(() => choose.chance(percent))
          .map((name) => [name, of(type)] as const),
      ),
    );
  const rows = entries(60, (type) => conditionsOn(choose, type));
  return {
    rows: choose.chance(12) ? { ...rows, [stub]: [{ field: 'id', op: '=', value: 'e1' }] } : rows,
    groups: entries(50, (type) => minimumsOf(choose, type)),
    denied: entries(55, (type) => deniedOf(choose, fieldsOf(domain, type))),
  };
}

function conditionsOn(choose: Chooser, type: RandomType): readonly RowCondition[] {
  return Array.from({ length: choose.chance(25) ? 2 : 1 }, () => {
    // What no row meets: a field that is none, an attribute that the caller lacks.
    if (choose.chance(4)) return { field: 'nowhere', op: '=', value: 'x' };
    const column = choose.pick(type.columns);
    const op = choose.pick(operators);
    if (op === 'in') return { field: column.name, op, value: choose.some(textsOf(column), 60) };
    if (choose.chance(4)) return { field: column.name, op, value: 'none' };
    const value = choose.pick(textsOf(column));
    const isNumber = column.scalar === 'Int' && choose.chance(60);
    return { field: column.name, op, value: isNumber ? Number(value) : value };
  });
}

function textsOf(column: RandomColumn): readonly string[] {
  if (column.name === 'id') return ['k004', 'k009', 'k014'];
  return column.isKey ? ['1004', '1009', '1014'] : examplesOf(column).map(String);
}

function minimumsOf(choose: Chooser, { columns }: RandomType): Readonly<Record<string, number>> {
  const fields = choose.some(columns, 40).map(({ name }) => name);
  return Object.fromEntries(fields.map((field) => [field, 2 + choose.below(3)]));
}

function fieldsOf(domain: RandomDomain, type: RandomType): readonly string[] {
  return [
    ...type.columns.map(({ name }) => name),
    ...type.links.map(({ field }) => field),
    ...backsOf(domain, type.name).map(({ link }) => link.back),
  ];
}

function deniedOf(choose: Chooser, fields: readonly string[]): DeniedUses {
  // A count uses the key: without leave to, hardly a question of groups is answered.
  const open = choose.chance(85) ? ['id'] : [];
  const some = () =>
    choose.chance(5) ? '*' : choose.some(fields, 35).filter((field) => !open.includes(field));
  const inEveryWay = choose.chance(50) ? some() : undefined;
  const denied = inEveryWay === undefined ? choose.some(uses, 70) : uses;
  return Object.fromEntries(denied.map((use) => [use, inEveryWay ?? some()]));
}

/** As the token has it: what is denied in every way is said once. */
export function claimOf({ rows, groups, denied }: RandomObligations): unknown {
  const short = Object.entries(denied).map(([name, byUse]) => {
    const [one, ...others] = uses.map((use) => byUse[use]);
    return [name, others.every((each) => each === one) ? (one ?? []) : byUse] as const;
  });
  return { rows, groups, denied: Object.fromEntries(short) };
}
