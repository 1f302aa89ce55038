/** Conditions on rows: made at random, written as GraphQL, and whether a row meets them, said without SQL. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import { orderOf } from '@portcullis/kit/access/testing';
import { columnNamed, type RandomColumn, type RandomType } from './domain.ts';
import { type Cell, examplesOf, keyOf, type Row } from './rows.ts';

type Compared = string | number | boolean;

interface Comparison {
  readonly field: string;
  readonly op: string;
  readonly value: Compared | readonly Compared[];
}

export type Where =
  | Comparison
  | { readonly and: readonly Where[] }
  | { readonly or: readonly Where[] }
  | { readonly not: Where };

const equality = ['eq', 'ne', 'in', 'isNull'];
const comparison = [...equality, 'lt', 'lte', 'gt', 'gte'];

function operatorsOn({ scalar, isEnum }: RandomColumn): readonly string[] {
  if (scalar === 'Boolean') return ['eq', 'isNull'];
  if (isEnum || scalar === 'ID') return equality;
  return scalar === 'String' ? [...comparison, 'startsWith', 'contains'] : comparison;
}

export function randomWhere(choose: Chooser, type: RandomType, depth = 2): Where {
  if (depth > 0 && choose.chance(25)) {
    const parts = () =>
      Array.from({ length: 1 + choose.below(2) }, () => randomWhere(choose, type, depth - 1));
    return choose.pick<() => Where>([
      () => ({ and: parts() }),
      () => ({ or: parts() }),
      () => ({ not: randomWhere(choose, type, depth - 1) }),
    ])();
  }
  const column = choose.pick(type.columns.filter(({ isList }) => !isList));
  const op = choose.pick(operatorsOn(column));
  const value = () => choose.pick(valuesOf(column));
  if (op === 'isNull') return { field: column.name, op, value: choose.chance(40) };
  if (op === 'in') return { field: column.name, op, value: [value(), value()] };
  if (op === 'startsWith' || op === 'contains')
    return { field: column.name, op, value: choose.pick(['a', 'b', 'c', 't']) };
  return { field: column.name, op, value: value() };
}

function valuesOf(column: RandomColumn): readonly Compared[] {
  if (!column.isKey) return examplesOf(column);
  const numbers = [3, 8, 13];
  return column.scalar === 'ID' ? numbers.map(keyOf) : numbers.map((number) => String(1000 + number));
}

export function printWhere(type: RandomType, where: Where): string {
  if ('and' in where) return `{and: [${where.and.map((each) => printWhere(type, each)).join(', ')}]}`;
  if ('or' in where) return `{or: [${where.or.map((each) => printWhere(type, each)).join(', ')}]}`;
  if ('not' in where) return `{not: ${printWhere(type, where.not)}}`;
  const { isEnum } = columnNamed(type, where.field);
  return `{${where.field}: {${where.op}: ${literal(where.value, isEnum)}}}`;
}

function literal(value: Comparison['value'], isEnum: boolean): string {
  if (typeof value === 'object') return `[${value.map((each) => literal(each, isEnum)).join(', ')}]`;
  return isEnum && typeof value === 'string' ? value : JSON.stringify(value);
}

/** Fields that the conditions use. */
export function fieldsIn(where: Where): readonly string[] {
  if ('and' in where) return where.and.flatMap(fieldsIn);
  if ('or' in where) return where.or.flatMap(fieldsIn);
  return 'not' in where ? fieldsIn(where.not) : [where.field];
}

/** A comparison with what is not there does not hold, and its opposite does. */
export function holds(type: RandomType, row: Row, where: Where | undefined): boolean {
  if (where === undefined) return true;
  if ('and' in where) return where.and.every((each) => holds(type, row, each));
  if ('or' in where) return where.or.some((each) => holds(type, row, each));
  if ('not' in where) return !holds(type, row, where.not);
  const column = columnNamed(type, where.field);
  const cell = row[where.field] ?? null;
  const { op, value } = where;
  if (op === 'isNull') return (cell === null) === value;
  if (op === 'ne') return cell === null || compareCells(column, cell, value as Compared) !== 0;
  if (cell === null) return false;
  if (op === 'startsWith') return String(cell).startsWith(String(value));
  if (op === 'contains') return String(cell).includes(String(value));
  if (typeof value === 'object') return value.some((each) => compareCells(column, cell, each) === 0);
  return signs[op]?.includes(compareCells(column, cell, value)) === true;
}

const signs: Readonly<Record<string, readonly number[]>> = {
  eq: [0],
  lt: [-1],
  lte: [-1, 0],
  gt: [1],
  gte: [0, 1],
};

/** Which comes first; what is not there is the largest. */
export function compareCells({ scalar }: RandomColumn, left: Cell, right: Cell): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const [one, other] = [orderOf(scalar, String(left)), orderOf(scalar, String(right))];
  if (one === undefined || other === undefined) throw new Error(`${left} and ${right} are no ${scalar}`);
  return one < other ? -1 : Number(one > other);
}
