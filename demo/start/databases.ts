/** The database side of the start: one server, a database for each domain, its tables, its rows. */
import { join } from 'node:path';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { loadData } from '../data/load.ts';
import { openDatabase } from '../database/database.ts';
import { domainDatabase } from '../database/domain.ts';
import type { DomainUrls } from '../database/provision.ts';
import type { Progress } from './progress.ts';
import type { Settings } from './settings.ts';
import type { Shutdown } from './shutdown.ts';

export type Databases = ReadonlyMap<string, DomainUrls>;

/** The server, and a database with two roles for each domain. */
export async function openDatabases(
  settings: Settings,
  progress: Progress,
  shutdown: Shutdown,
): Promise<Databases> {
  const { state, environment } = settings;
  return progress.step('database', async (note) => {
    const server = await openDatabase({ dir: join(state, 'database'), environment, onProgress: note });
    shutdown.add('database', () => server.stop());
    const { hostname, port } = new URL(server.url);
    const admin = server.url;
    const urls = new Map<string, DomainUrls>();
    for (const domain of settings.domainPorts.keys()) {
      urls.set(domain, await domainDatabase(domain, { admin, dir: join(state, 'passwords'), environment }));
    }
    note(`PostgreSQL at ${hostname}:${port || 5432}, ${urls.size} databases`);
    return urls;
  });
}

/** Each domain's own migrations, all domains at once: they share nothing. */
export async function migrateAll(
  databases: Databases,
  settings: Settings,
  progress: Progress,
): Promise<void> {
  await progress.step('migrations', async (note) => {
    const ran = await Promise.all(
      [...databases].map(([domain, urls]) => migrateDomain(settings, domain, urls)),
    );
    const count = ran.reduce((sum, files) => sum + files, 0);
    note(count === 0 ? 'nothing new' : `${count} ran`);
  });
}

/** How many migrations ran; a database that was given without its owner is migrated by those who gave it. */
export async function migrateDomain(
  settings: Settings,
  domain: string,
  { ownerUrl }: DomainUrls,
): Promise<number> {
  if (ownerUrl === undefined) return 0;
  const folder = join(settings.house, 'subgraphs', domain, 'migrations');
  return (await migrate(ownerUrl, folder)).length;
}

export async function loadAll(databases: Databases, settings: Settings, progress: Progress): Promise<void> {
  const { scale } = settings;
  await progress.step(`data (${scale})`, async (note) => {
    const owned = [...databases].flatMap(([domain, { ownerUrl }]) =>
      ownerUrl === undefined ? [] : [[domain, ownerUrl]],
    );
    const loaded = await loadData({ ownerUrls: Object.fromEntries(owned), scale, onProgress: note });
    const rows = [...loaded.values()].reduce((sum, count) => sum + count, 0);
    note(rows === 0 ? 'already there' : `${rows.toLocaleString('en')} rows`);
  });
}
