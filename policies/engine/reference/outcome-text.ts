/** What comes out of a decision, in the words of a test file: `allow, mask hash, rowFilter region = EMEA`. */
import type { RowCondition } from '../view.ts';

interface Told {
  readonly allowed: boolean;
  readonly mask: string | undefined;
  readonly minGroup: number | undefined;
  readonly rows: readonly RowCondition[];
}

export function outcomeText({ allowed, mask, minGroup, rows }: Told): string {
  if (!allowed) return 'deny';
  return [
    'allow',
    ...(mask === undefined ? [] : [`mask ${mask}`]),
    ...(minGroup === undefined ? [] : [`minGroup ${minGroup}`]),
    ...(rows.length === 0 ? [] : [`rowFilter ${rowsText(rows)}`]),
  ].join(', ');
}

/** `country in [DK, NO, SE] and year >= 2000` */
export function rowsText(rows: readonly RowCondition[]): string {
  return rows
    .map(({ field, op, value }) => `${field} ${op} ${Array.isArray(value) ? `[${value.join(', ')}]` : value}`)
    .sort()
    .join(' and ');
}
