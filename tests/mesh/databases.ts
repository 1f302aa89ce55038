/** The six domains' databases with the small data set: made by the first test file that needs them, read by all. */
import { type DomainName, domainNames } from '@portcullis/demo/data/domains';
import { loadData } from '@portcullis/demo/data/load';
import { type DomainUrls, provision, unprovision } from '@portcullis/demo/database/provision';
import { suiteServer } from '@portcullis/demo/database/testing';
import { connected } from '@portcullis/kit/database/connect';
import { migrate } from '@portcullis/kit/migrate/migrate';
import { folderOf } from './folders.ts';

export type DomainDatabases = Readonly<Record<DomainName, DomainUrls & { readonly ownerUrl: string }>>;

/** Any number that no migration uses: whoever holds it makes the databases, the others wait. */
const lock = 7_205_214;

export async function meshDatabases(): Promise<DomainDatabases> {
  const admin = suiteServer();
  return connected(admin, async (client) => {
    await client.query('select pg_advisory_lock($1)', [lock]);
    const made = await Promise.all(
      domainNames.map(async (domain) => [domain, await makeDatabase(admin, domain)] as const),
    );
    const databases = Object.fromEntries(made) as DomainDatabases;
    const ownerUrls = Object.fromEntries(made.map(([domain, { ownerUrl }]) => [domain, ownerUrl]));
    await loadData({ ownerUrls, scale: 'small' });
    return databases;
  });
}

async function makeDatabase(admin: string, domain: DomainName) {
  const urls = await provision({
    admin,
    name: nameOf(domain),
    password: async (role) => `${role} of a test`,
  });
  await migrate(urls.ownerUrl, `${folderOf(domain)}/migrations`);
  return urls;
}

/** For the end of a run: a server that was given to the tests is left as it was. */
export async function dropMeshDatabases(admin: string): Promise<void> {
  for (const domain of domainNames) await unprovision(admin, nameOf(domain));
}

function nameOf(domain: DomainName): string {
  return `portcullis_mesh_${domain}`;
}
