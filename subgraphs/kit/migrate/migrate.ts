/** Plain-SQL migrations: each file once, in order, in a transaction of its own; then the row security of the domain. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { connected } from '../database/connect.ts';
import type { Domain } from '../model/domain.ts';
import { readDomain } from '../model/read.ts';
import { migrationFailure } from './failure.ts';
import { type Migration, readMigrations } from './folder.ts';
import { pendingOf } from './history.ts';
import { secure } from './secure.ts';

/** One key for all: a lock of PostgreSQL is the database's own, so two domains never wait for each other. */
const LOCK = 'select pg_advisory_xact_lock(7067100001)';

const TABLE = `create table if not exists portcullis_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  at timestamptz not null default now()
)`;

/**
 * Brings a database up to a folder's migrations, and secures the tables of the `schema.graphql` beside that folder;
 * several processes may do so at once.
 *
 * @param url the owner's URL
 * @returns the names of the files that ran
 */
export async function migrate(url: string, folder: string): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const domain = await domainBeside(folder);
  return connected(url, async (client) => {
    const ran: string[] = [];
    for (const migration of migrations) {
      if (await apply(client, migration)) ran.push(migration.name);
    }
    if (domain !== undefined) await inTransaction(client, () => secure(client, domain));
    return ran;
  });
}

/** The names of the files that have not run in a database; any role that may read it can ask. */
export async function pending(url: string, folder: string): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const missing = await connected(url, (client) => pendingOf(client, migrations));
  return missing.map((migration) => migration.name);
}

async function domainBeside(folder: string): Promise<Domain | undefined> {
  try {
    return readDomain(await readFile(join(folder, '..', 'schema.graphql'), 'utf8'));
  } catch (error) {
    // Not `instanceof`: an error can come from another realm.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function apply(client: Client, migration: Migration): Promise<boolean> {
  return inTransaction(client, async () => {
    await client.query(TABLE);
    const missing = await pendingOf(client, [migration]);
    if (missing.length === 0) return false;
    await runFile(client, migration);
    await client.query('insert into portcullis_migrations (version, name, checksum) values ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    return true;
  });
}

/** The lock ends with the transaction, which holds through a pooler where a session's lock would not. */
async function inTransaction<Value>(client: Client, work: () => Promise<Value>): Promise<Value> {
  await client.query('begin');
  try {
    await client.query(LOCK);
    const value = await work();
    await client.query('commit');
    return value;
  } catch (error) {
    // The first error is the one to report; a connection that is lost rolls back by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** Sends the whole file as PostgreSQL's simple query; the count of statements that ended names the one that failed. */
async function runFile(client: Client, migration: Migration): Promise<void> {
  let finished = 0;
  const count = () => {
    finished += 1;
  };
  client.connection.on('commandComplete', count);
  try {
    await client.query(migration.sql);
  } catch (error) {
    throw migrationFailure(migration, finished + 1, error);
  } finally {
    client.connection.off('commandComplete', count);
  }
}
