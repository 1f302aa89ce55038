/** SQL as the kit writes it: text from templates, identifiers from the model, values as parameters, compiled by kysely. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Statement } from '../database/session.ts';
import { physicalTypes, type ScalarName } from '../model/domain.ts';

/** A piece of SQL. Whatever a template interpolates into it is another piece or becomes a parameter, never text. */
export type Sql = RawBuilder<unknown>;

/** A compiler without a database: statements run in a request's session. */
const compiler = new Kysely<never>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export function compile(statement: Sql): Statement {
  const { sql: text, parameters } = statement.compile(compiler);
  return { sql: text, parameters };
}

/** The table's rows carry this name in every statement. */
export const rowsName = 't';

export function columnOf(name: string): Sql {
  return sql.id(rowsName, name);
}

const castTypes: ReadonlyMap<ScalarName, Sql> = new Map(
  Object.entries(physicalTypes).map(([scalar, type]) => [scalar as ScalarName, sql.raw(type)]),
);

function castType(scalar: ScalarName): Sql {
  const type = castTypes.get(scalar);
  if (type === undefined) throw new Error(`no PostgreSQL type for ${scalar}`);
  return type;
}

/** A value as a parameter with its type: PostgreSQL never guesses it from what it is compared with. */
export function parameter(value: unknown, scalar: ScalarName): Sql {
  return sql`cast(${value} as ${castType(scalar)})`;
}

/** Many values as one parameter, so that a statement's text does not depend on how many there are. */
export function listParameter(values: readonly unknown[], scalar: ScalarName): Sql {
  return sql`cast(${[...values]} as ${castType(scalar)}[])`;
}

export function list(items: readonly Sql[]): Sql {
  return sql.join(items, sql`, `);
}

/** All hold; nothing asked holds. */
export function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;
}

/** At least one holds; of none, none does. */
export function any(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}
