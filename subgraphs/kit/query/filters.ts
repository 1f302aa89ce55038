/** Compiles one filter: the operators on one column or aggregate. */
import { sql } from 'kysely';
import type { ScalarName } from '../model/domain.ts';
import { badUserInput } from './errors.ts';
import { all, listParameter, parameter, type Sql } from './sql.ts';

/** What a filter compares. */
export interface Operand {
  readonly expression: Sql;
  readonly scalar: ScalarName;
}

type Operator = (operand: Operand, value: unknown) => Sql;

const comparison =
  (operator: Sql): Operator =>
  ({ expression, scalar }, value) =>
    sql`${expression} ${operator} ${parameter(value, scalar)}`;

const like =
  (pattern: (escaped: string) => string): Operator =>
  ({ expression, scalar }, value) =>
    sql`${expression} like ${parameter(pattern(escapeLike(String(value))), scalar)}`;

const operators: ReadonlyMap<string, Operator> = new Map([
  ['eq', comparison(sql`=`)],
  // `<>` is unknown for a row without a value; such a row does differ.
  ['ne', comparison(sql`is distinct from`)],
  ['lt', comparison(sql`<`)],
  ['lte', comparison(sql`<=`)],
  ['gt', comparison(sql`>`)],
  ['gte', comparison(sql`>=`)],
  [
    'in',
    ({ expression, scalar }, value) => sql`${expression} = any(${listParameter(value as unknown[], scalar)})`,
  ],
  ['startsWith', like((escaped) => `${escaped}%`)],
  ['contains', like((escaped) => `%${escaped}%`)],
  [
    'isNull',
    ({ expression }, value) => (value === true ? sql`${expression} is null` : sql`${expression} is not null`),
  ],
]);

export function compileFilter(operand: Operand, filter: Readonly<Record<string, unknown>>): Sql {
  return all(
    Object.entries(filter).map(([name, value]) => {
      const operator = operators.get(name);
      if (operator === undefined) throw new Error(`no operator ${name}`);
      if (value === null || value === undefined) {
        throw badUserInput(
          `${name}: null compares with nothing. Use {isNull: true} for rows without a value`,
        );
      }
      checkText(value);
      return operator(operand, value);
    }),
  );
}

/** `%` and `_` are characters like any other to the caller (PostgreSQL 9.7.1: backslash is LIKE's escape). */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** PostgreSQL's text has no NUL; it would refuse the whole statement. */
function checkText(value: unknown): void {
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    if (typeof item === 'string' && item.includes('\0'))
      throw badUserInput('a text has no NUL character (U+0000)');
  }
}
