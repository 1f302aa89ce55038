/** One GraphQL request's way to the database: bounded in time and rows, cancelled with the request. */

/** A row by column alias. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement as the query builder makes it: text without values, values as parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface Session {
  /**
   * Runs one statement in a read-only transaction of its own.
   *
   * int8 and numeric come back as plain text, timestamptz as RFC 3339 in UTC with `Z`, date as
   * `YYYY-MM-DD`; int4, float8 and bool as JavaScript values.
   *
   * @throws GraphQLError with the code COST_LIMIT, REQUEST_TIMEOUT, SUBGRAPH_UNAVAILABLE or INTERNAL;
   * never with SQL text.
   */
  run(statement: Statement): Promise<readonly Row[]>;
}
