/** What ran in a database, and how it compares with the files. */
import type { ClientBase, Pool } from 'pg';
import type { Migration } from './folder.ts';

/** Anything that runs a statement. */
export type Queryable = Pick<ClientBase, 'query'> | Pick<Pool, 'query'>;

const UNDEFINED_TABLE = '42P01';

/** What ran is not what the files say. */
export class MigrationConflict extends Error {}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** The migrations that have not run; throws where one that ran is not the file that is there now. */
export async function pendingOf(
  database: Queryable,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const history = new Map((await applied(database)).map((row) => [row.version, row]));
  // A database that is ahead is a newer release's, and this one goes on reading it.
  return migrations.filter((migration) => {
    const row = history.get(migration.version);
    if (row === undefined) return true;
    if (row.checksum === migration.checksum && row.name === migration.name) return false;
    throw new MigrationConflict(
      `${migration.path} is not what ran in the database as ${row.name}. Migrations are never edited: restore the file and write a new one.`,
    );
  });
}

async function applied(database: Queryable): Promise<readonly Applied[]> {
  try {
    const { rows } = await database.query<Applied>(
      'select version, name, checksum from portcullis_migrations order by version',
    );
    return rows;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE) return [];
    throw error;
  }
}
