/** A row filter in terms of a table: a column, and values of its type. What cannot be said so, no row meets. */
import type { Operator, RowCondition } from '../identity/obligations.ts';
import type { Column, ScalarName, TableEntity } from '../model/domain.ts';
import { isValueOf } from '../query/values.ts';

/** Compares a column with texts of its own type; with a list, for `in`. */
export interface RowTest {
  readonly column: string;
  readonly scalar: ScalarName;
  readonly op: Operator;
  readonly values: readonly string[];
}

/** No row: quietly where the caller lacks the attribute, with a reason where the filter means nothing here. */
export interface NoRow {
  readonly reason: string | undefined;
}

/** What an attribute has that the principal lacks: an enum's `none`, and the empty text. */
const missing: ReadonlySet<string | number> = new Set(['', 'none']);

const numbers: ReadonlySet<ScalarName> = new Set(['Int', 'Long', 'Decimal', 'Float']);

export function rowTestOf(entity: TableEntity, { field, op, value }: RowCondition): RowTest | NoRow {
  const column = entity.columns.get(field);
  if (column === undefined) return { reason: `${entity.name}.${field} is no column` };
  if (column.list) return { reason: `${entity.name}.${field} is a list` };
  const given = typeof value === 'object' ? value : [value];
  const scalar = comparedAs(column);
  const present = given.filter((each) => !missing.has(each));
  if (present.length === 0) return { reason: undefined };
  const values = present.filter((each) => isOf(scalar, each)).map(String);
  if (values.length < present.length && op !== 'in') {
    return { reason: `the value for ${entity.name}.${field} is no ${column.scalar}` };
  }
  return values.length === 0 ? { reason: undefined } : { column: column.column, scalar, op, values };
}

/** An attribute is a Long; a column of int4 must not refuse one that is larger than it can hold itself. */
export function comparedAs({ scalar }: Column): ScalarName {
  return scalar === 'Int' ? 'Long' : scalar;
}

/** As texts, 9 would be more than 10. */
function isOf(scalar: ScalarName, value: string | number): boolean {
  if (typeof value === 'number' && !numbers.has(scalar)) return false;
  return isValueOf(scalar, String(value));
}
