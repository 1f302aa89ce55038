/** Fills one domain's tables in one transaction. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyChunks, copyStatement } from './copy.ts';
import type { DomainData, Table } from './table.ts';

/** @returns the number of rows that were copied */
export async function fill(client: Client, data: DomainData, content: string): Promise<number> {
  let count = 0;
  await client.query('begin');
  try {
    await clear(client, data);
    for (const table of data.tables) count += await copy(client, table);
    for (const { sql } of data.derived) await client.query(sql);
    await client.query('insert into demo_data (content) values ($1)', [content]);
    await client.query('commit');
  } catch (error) {
    // The first error is the one to report; a connection that is lost rolls back by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
  // Fresh statistics, and pages marked visible so that index-only scans need not look at the rows.
  await client.query('vacuum (analyze)');
  return count;
}

/** Empties the tables if an earlier load filled them; rows of anybody else are never touched. */
async function clear(client: Client, data: DomainData): Promise<void> {
  await client.query(
    'create table if not exists demo_data (content text primary key, loaded_at timestamptz not null default now())',
  );
  const { rowCount } = await client.query('delete from demo_data');
  const names = [...data.tables, ...data.derived].map(({ name }) => name);
  if (rowCount !== 0) {
    await client.query(`truncate ${names.join(', ')}`);
    return;
  }
  for (const name of names) {
    const { rows } = await client.query<{ filled: boolean }>(`select exists (select from ${name}) as filled`);
    if (rows[0]?.filled !== true) continue;
    throw new Error(
      `table ${name} has rows that are not the demo's. Give the demo a database of its own, or empty the table.`,
    );
  }
}

async function copy(client: Client, table: Table): Promise<number> {
  const restore = await strip(client, table);
  const sink = client.query(copyFrom(copyStatement(table)));
  await pipeline(Readable.from(fair(copyChunks(table)), { objectMode: true, highWaterMark: 2 }), sink);
  for (const statement of restore) await client.query(statement);
  return sink.rowCount;
}

/** Lets the other domains' connections have their turn after every chunk: making rows takes the whole thread. */
async function* fair(chunks: Iterable<string>): AsyncGenerator<string> {
  for (const chunk of chunks) {
    yield chunk;
    await setImmediate();
  }
}

/**
 * Drops the foreign keys, and the indexes that no constraint stands on: making them over all rows is several
 * times faster than keeping them row by row (PostgreSQL manual, Populating a Database). If the load fails, the
 * transaction brings them back.
 *
 * @returns the statements that make them again
 */
async function strip(client: Client, table: Table): Promise<readonly string[]> {
  const { rows } = await client.query<{ drop: string; restore: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
            format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as restore
       from pg_constraint where conrelid = $1::regclass and contype = 'f'
      union all
     select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
       from pg_index
      where indrelid = $1::regclass and not exists (select from pg_constraint where conindid = indexrelid)`,
    [table.name],
  );
  for (const { drop } of rows) await client.query(drop);
  return rows.map(({ restore }) => restore);
}
