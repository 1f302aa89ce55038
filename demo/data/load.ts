/** Fills the domains' databases: each in one transaction, once for each scale and version of the data. */
import { connected } from '@portcullis/kit/database/connect';
import type { Client } from 'pg';
import { createDomains, type DomainName, dataVersion, domainNames } from './domains.ts';
import { fill } from './fill.ts';
import { type ScaleName, scales } from './scale.ts';

export interface LoadOptions {
  /** Each domain's database, as the role that owns its tables. A domain without one is left alone. */
  readonly ownerUrls: Readonly<Partial<Record<DomainName, string>>>;
  readonly scale: ScaleName;
  /** Told what is being done, in words for a person. */
  readonly onProgress?: (step: string) => void;
}

/** How many rows were loaded into each domain; 0 where they were there already. */
export type Loaded = ReadonlyMap<DomainName, number>;

export async function loadData({ ownerUrls, scale, onProgress = () => {} }: LoadOptions): Promise<Loaded> {
  // The facts are made when the first domain needs them: a second start must not wait for them.
  let domains: ReturnType<typeof createDomains> | undefined;
  const load = async (name: DomainName, url: string): Promise<number> => {
    const rows = await asDomain(name, url, async (client) => {
      const content = `${scale} version ${dataVersion}`;
      if ((await loadedContent(client)) === content) return 0;
      domains ??= createDomains(scales[scale]);
      return fill(client, domains[name], content);
    });
    if (rows > 0) onProgress(`loaded ${name}: ${rows.toLocaleString('en')} rows`);
    return rows;
  };
  const wanted = domainNames.flatMap((name) => {
    const url = ownerUrls[name];
    return url === undefined ? [] : [{ name, rows: load(name, url) }];
  });
  // All have ended before anything is reported: nobody is left writing behind the caller's back.
  const outcomes = await Promise.allSettled(wanted.map(({ rows }) => rows));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) {
    throw new AggregateError(failures, failures.map((failure) => String(failure.message)).join('\n'));
  }
  return new Map(await Promise.all(wanted.map(async ({ name, rows }) => [name, await rows] as const)));
}

async function asDomain<Result>(
  domain: DomainName,
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await connected(url, work);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The demo data of ${domain} was not loaded, its database is as it was: ${reason}`, {
      cause,
    });
  }
}

/** What an earlier load filled the database with. */
async function loadedContent(client: Client): Promise<string | undefined> {
  const found = await client.query<{ exists: boolean }>(
    `select to_regclass('demo_data') is not null as exists`,
  );
  if (found.rows[0]?.exists !== true) return undefined;
  const { rows } = await client.query<{ content: string }>('select content from demo_data');
  return rows[0]?.content;
}
