/** `@uses`: tells the gateway which column a generated name exposes, so that a rule on the column holds for every way to it. */
import type { Aggregate } from '../model/aggregates.ts';
import type { Column, TableEntity } from '../model/domain.ts';

export type Use = 'FILTER' | 'ORDER' | 'GROUP' | 'AGGREGATE' | 'READ';

export function uses(entity: TableEntity, field: string, as: Use): string {
  return `@uses(field: "${entity.name}.${field}", as: ${as})`;
}

const revealing: ReadonlySet<Aggregate['name']> = new Set(['countDistinct', 'min', 'max']);

/** The smallest and largest values are values of single rows, and how many there are tells which rows share one. */
export function usesAggregated(entity: TableEntity, { name, column: { field } }: Aggregate): string {
  const aggregated = uses(entity, field, 'AGGREGATE');
  return revealing.has(name) ? `${uses(entity, field, 'READ')} ${aggregated}` : aggregated;
}

/**
 * Whatever reveals that rows exist uses what identifies them: a count, and every list, since its cursors hold the key
 * and its length is a count.
 */
export function usesKey(entity: TableEntity, as: 'ORDER' | 'AGGREGATE'): string {
  return entity.key.map(({ field }) => uses(entity, field, as)).join(' ');
}

/** The columns that generated inputs and aggregates may name: single values that clients can see. */
export function usableColumns(entity: TableEntity): readonly Column[] {
  return [...entity.columns.values()].filter(({ list, inaccessible }) => !list && !inaccessible);
}
