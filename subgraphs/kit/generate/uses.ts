/** `@uses`: tells the gateway which column a generated name exposes, so that a rule on the column holds for every way to it. */
import type { Column, TableEntity } from '../model/domain.ts';

export type Use = 'FILTER' | 'ORDER' | 'GROUP' | 'AGGREGATE';

export const usesSpec = 'https://portcullis.dev/spec/v1.0';

export function uses(entity: TableEntity, field: string, as: Use): string {
  return `@uses(field: "${entity.name}.${field}", as: ${as})`;
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
