/** Compiles `where` and `having`: and/or/not over filters, in two-valued logic. */
import { sql } from 'kysely';
import { badUserInput } from './errors.ts';
import { compileFilter, type Operand } from './filters.ts';
import { all, any, type Sql } from './sql.ts';

/** A coerced input object. */
export type Input = Readonly<Record<string, unknown>>;

/** What a name in the input stands for: something to compare, or a further input of such names. */
export type Names = (name: string) => Operand | Names;

/** Bounds the statement's text; far beyond what a person or a tool writes. */
const mostConditions = 500;

/** @throws GraphQLError BAD_USER_INPUT for an explicit null, or for more conditions than a statement should have. */
export function compileConditions(input: Input, names: Names): Sql {
  const count = { left: mostConditions };
  return conjunction(input, names, count);
}

function conjunction(input: Input, names: Names, count: { left: number }): Sql {
  return all(
    Object.entries(input).map(([name, value]) => {
      count.left -= 1;
      if (count.left < 0) throw badUserInput(`a filter takes at most ${mostConditions} conditions`);
      if (value === null || value === undefined) {
        throw badUserInput(`null is no condition: leave "${name}" out, or use {isNull: true} on a field`);
      }
      if (name === 'and') return all(inputs(value).map((each) => conjunction(each, names, count)));
      if (name === 'or') return any(inputs(value).map((each) => conjunction(each, names, count)));
      // SQL's NOT of an unknown is unknown, and the row would be in neither a filter nor its opposite.
      if (name === 'not') return sql`(${conjunction(value as Input, names, count)} is not true)`;
      const meaning = names(name);
      return typeof meaning === 'function'
        ? conjunction(value as Input, meaning, count)
        : compileFilter(meaning, value as Input);
    }),
  );
}

function inputs(value: unknown): readonly Input[] {
  return value as readonly Input[];
}
