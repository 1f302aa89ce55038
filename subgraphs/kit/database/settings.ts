/** The bounds of a request at the database. */

export interface DatabaseSettings {
  /** The longest that one statement may run. */
  readonly statementTimeoutMs: number;
  /** The most rows that all statements of one request may return together. */
  readonly rowCeiling: number;
  /** The most connections of this process. */
  readonly connections: number;
  /** The longest that a request waits for a connection. */
  readonly connectTimeoutMs: number;
  /** Whether statements are prepared by name. */
  readonly preparedStatements: boolean;
}

/** A page of 1000 with a page of 100 below each row is 101 000 rows and more than anybody reads at once. */
export const DEFAULT_SETTINGS: DatabaseSettings = Object.freeze({
  statementTimeoutMs: 10_000,
  rowCeiling: 100_000,
  connections: 10,
  connectTimeoutMs: 3_000,
  preparedStatements: false,
});
