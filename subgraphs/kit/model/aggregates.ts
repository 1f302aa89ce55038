/** What can be computed over a group of rows: the aggregates of each measure and dimension, with their result types. */
import type { Column, ScalarName, TableEntity } from './domain.ts';

/** The functions that take a column. `count` alone takes none. */
export const aggregateNames = ['countDistinct', 'sum', 'avg', 'min', 'max'] as const;

export type AggregateName = (typeof aggregateNames)[number];

/** The suffix of the type that holds one function's results: `PlaySum`. */
export const resultSuffixes: Readonly<Record<AggregateName, string>> = Object.freeze({
  countDistinct: 'Distinct',
  sum: 'Sum',
  avg: 'Avg',
  min: 'Min',
  max: 'Max',
});

/** One aggregate of one column. */
export interface Aggregate {
  readonly name: AggregateName;
  readonly column: Column;
  /** Sums and averages of exact numbers are Decimal, so that no total overflows or rounds. */
  readonly result: ScalarName;
}

const additive: ReadonlySet<ScalarName> = new Set(['Int', 'Long', 'Decimal', 'Float']);

/** Group keys: visible, single-valued columns that are marked so. */
export function dimensionsOf(entity: TableEntity): readonly Column[] {
  return [...entity.columns.values()].filter(({ dimension, inaccessible }) => dimension && !inaccessible);
}

export function isTime({ scalar }: Column): boolean {
  return scalar === 'DateTime' || scalar === 'Date';
}

/** The aggregates that a type offers for one function. */
export function aggregatesOf(entity: TableEntity, name: AggregateName): readonly Aggregate[] {
  if (name === 'countDistinct') {
    return dimensionsOf(entity).map((column) => ({ name, column, result: 'Long' }));
  }
  const measures = [...entity.columns.values()].filter(
    ({ measure, inaccessible }) => measure && !inaccessible,
  );
  if (name === 'min' || name === 'max')
    return measures.map((column) => ({ name, column, result: column.scalar }));
  return measures
    .filter(({ scalar }) => additive.has(scalar))
    .map((column) => ({ name, column, result: column.scalar === 'Float' ? 'Float' : 'Decimal' }));
}
