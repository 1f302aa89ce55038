/** A table as the loader fills it: its columns and its rows, made one at a time. */

/** A value of a row; a list is a PostgreSQL array of text. */
export type Cell = string | number | boolean | null | readonly string[];

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: () => Iterable<readonly Cell[]>;
}

/** Declares a table; a row is an object so that no value can slip into its neighbour's column. */
export function table<Row extends Readonly<Record<string, Cell>>>(
  name: string,
  columns: readonly (keyof Row & string)[],
  rows: () => Iterable<Row>,
): Table {
  return {
    name,
    columns,
    *rows() {
      for (const row of rows()) yield columns.map((column) => row[column] ?? null);
    },
  };
}

/** A domain's data: its tables in the order of their references, and what is computed from them. */
export interface DomainData {
  readonly tables: readonly Table[];
  /** Tables that are computed from the others when those are full, by constant SQL. */
  readonly derived: readonly { readonly name: string; readonly sql: string }[];
}
