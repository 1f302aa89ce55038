/** Fills the domains' databases: each in one transaction, once for each scale and version of the data. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { copyChunks, copyStatement } from './copy.ts';
import { createDomains, type DomainName, dataVersion, domainNames } from './domains.ts';
import { type ScaleName, scales } from './scale.ts';
import type { DomainData } from './table.ts';

export interface LoadOptions {
  /** Each domain's database, as the role that owns its tables. A domain without one is left alone. */
  readonly ownerUrls: Readonly<Partial<Record<DomainName, string>>>;
  readonly scale: ScaleName;
  /** Told what is being done, in words for a person. */
  readonly onProgress?: (step: string) => void;
}

/** What became of each domain: rows that were loaded, or 0 where they were there already. */
export type Loaded = ReadonlyMap<DomainName, number>;

export async function loadData({ ownerUrls, scale, onProgress = () => {} }: LoadOptions): Promise<Loaded> {
  const wanted = `${scale} version ${dataVersion}`;
  const loaded = new Map<DomainName, number>();
  // The facts are made when the first domain needs them: a second start must not wait for them.
  let domains: ReturnType<typeof createDomains> | undefined;
  for (const name of domainNames) {
    const url = ownerUrls[name];
    if (url === undefined) continue;
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      if ((await marker(client)) === wanted) {
        loaded.set(name, 0);
        continue;
      }
      domains ??= createDomains(scales[scale]);
      onProgress(`loading ${name} (${scale})`);
      loaded.set(name, await fill(client, domains[name], wanted));
    } catch (error) {
      throw new Error(`The demo data of ${name} was not loaded; its database is as it was.`, {
        cause: error,
      });
    } finally {
      await client.end();
    }
  }
  return loaded;
}

/** What the database was filled with, if it was. */
async function marker(client: Client): Promise<string | undefined> {
  const found = await client.query<{ exists: boolean }>(
    `select to_regclass('demo_data') is not null as exists`,
  );
  if (found.rows[0]?.exists !== true) return undefined;
  const { rows } = await client.query<{ content: string }>('select content from demo_data');
  return rows[0]?.content;
}

async function fill(client: Client, data: DomainData, wanted: string): Promise<number> {
  await client.query('begin');
  try {
    await clear(client, data);
    let count = 0;
    for (const table of data.tables) {
      const sink = client.query(copyFrom(copyStatement(table)));
      await pipeline(Readable.from(copyChunks(table), { objectMode: true, highWaterMark: 4 }), sink);
      count += sink.rowCount;
    }
    for (const { sql } of data.derived) await client.query(sql);
    await client.query('insert into demo_data (content) values ($1)', [wanted]);
    await client.query('commit');
    // Fresh statistics, and pages marked visible so that index-only scans need not look at the rows.
    await client.query('vacuum (analyze)');
    return count;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** Empties the tables if an earlier load filled them; rows of anybody else are never touched. */
async function clear(client: Client, data: DomainData): Promise<void> {
  await client.query(
    'create table if not exists demo_data (content text primary key, loaded_at timestamptz not null default now())',
  );
  const { rowCount } = await client.query('delete from demo_data');
  const names = [...data.tables, ...data.derived].map(({ name }) => name);
  if (rowCount === 0) {
    for (const name of names) {
      const { rows } = await client.query<{ filled: boolean }>(
        `select exists (select from ${name}) as filled`,
      );
      if (rows[0]?.filled === true) {
        throw new Error(
          `Table ${name} has rows that are not the demo's. Give the demo a database of its own, or empty the table.`,
        );
      }
    }
    return;
  }
  await client.query(`truncate ${names.join(', ')}`);
}
