/** The message for a migration that failed: which file, where in it, and what PostgreSQL said. */
import { DatabaseError } from 'pg';
import type { Migration } from './folder.ts';

/** @param statement the number of the statement that failed, counted from 1 */
export function migrationFailure(migration: Migration, statement: number, cause: unknown): Error {
  const said = cause instanceof Error ? cause.message : String(cause);
  const details =
    cause instanceof DatabaseError ? [cause.detail, cause.hint].filter((text) => text !== undefined) : [];
  const text = [`${said} (${place(migration, statement, cause)})`, ...details].join('\n  ');
  return new Error(`Migration ${migration.path} failed and was rolled back:\n  ${text}`, { cause });
}

function place(migration: Migration, statement: number, cause: unknown): string {
  const position = cause instanceof DatabaseError ? Number(cause.position) : Number.NaN;
  // PostgreSQL gives a position for what it cannot parse or resolve, none for what fails while it runs.
  if (Number.isNaN(position)) return `statement ${statement}`;
  const before = migration.sql.slice(0, position - 1).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
