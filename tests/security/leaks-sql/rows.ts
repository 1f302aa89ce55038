/** Rows of a random domain: values that are near to each other, so that filters divide them and groups have several. */
import type { Chooser } from '@portcullis/gateway/fixture/random/chooser';
import type { ScalarName } from '@portcullis/kit/model/domain';
import { type RandomColumn, type RandomDomain, type RandomType, stub } from './domain.ts';

/** As JSON has it, in the canonical form of its scalar. */
export type Cell = string | number | boolean | null | readonly (string | number | boolean)[];
/** By column; `kind` is the concrete type. */
export type Row = Readonly<Record<string, Cell>>;
/** By type. */
export type Data = ReadonlyMap<string, readonly Row[]>;

/** Texts order alike in every collation; halves add up alike in every order. */
const examples: Readonly<Record<ScalarName, readonly (string | number | boolean)[]>> = {
  ID: ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'],
  String: ['ant', 'bee', 'cat', 'dog'],
  Boolean: [true, false],
  Int: [-5, 0, 9, 10, 11],
  Float: [-0.5, 0.25, 9, 10.5],
  Long: ['-5', '9', '10', '9007199254740993'],
  Decimal: ['-0.5', '0.1', '9', '10', '10.000000000000000000001'],
  DateTime: ['2025-12-31T23:59:59Z', '2026-03-29T00:30:00Z', '2026-03-29T22:15:00Z', '2026-04-01T01:00:00Z'],
  Date: ['2025-12-31', '2026-03-29', '2026-04-01'],
};
const sizes = ['LARGE', 'MEDIUM', 'SMALL'];

export function examplesOf({ scalar, isEnum }: RandomColumn): readonly (string | number | boolean)[] {
  return isEnum ? sizes : examples[scalar];
}

export function randomCell(choose: Chooser, column: RandomColumn): Cell {
  if (column.isNullable && choose.chance(15)) return null;
  const possible = examplesOf(column);
  return column.isList ? choose.some(possible) : choose.pick(possible);
}

export function randomData(choose: Chooser, domain: RandomDomain): Data {
  return new Map(
    domain.types.map((type) => {
      const count = 8 + choose.below(18);
      return [type.name, Array.from({ length: count }, (_, at) => randomRow(choose, type, at + 1))];
    }),
  );
}

/** @param number makes its keys */
export function randomRow(choose: Chooser, type: RandomType, number: number): Row {
  return {
    ...Object.fromEntries(type.columns.map((column) => [column.name, keyOr(choose, column, number)])),
    ...Object.fromEntries(type.links.map(({ column, target }) => [column, randomKey(choose, target)])),
    ...(type.variants.length > 0 && { kind: choose.pick(type.variants) }),
  };
}

function keyOr(choose: Chooser, column: RandomColumn, number: number): Cell {
  if (!column.isKey) return randomCell(choose, column);
  return column.scalar === 'ID' ? keyOf(number) : String(1000 + number);
}

export function keyOf(number: number): string {
  return `k${String(number).padStart(3, '0')}`;
}

/** Of a row that may be there; some lead nowhere. */
export function randomKey(choose: Chooser, target: string): Cell {
  if (choose.chance(12)) return null;
  return target === stub ? choose.pick(['e1', 'e2', 'e3']) : keyOf(1 + choose.below(24));
}
