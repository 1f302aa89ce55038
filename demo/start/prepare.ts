/** One-shot for containers: makes each domain's database on the server of DATABASE_URL, migrates it and fills it. */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { type DomainName, domainNames } from '../data/domains.ts';
import { type DomainUrls, provision } from '../database/provision.ts';
import { loadAll, migrateAll } from './databases.ts';
import { printProgress } from './progress.ts';
import { readSettings } from './settings.ts';

const settings = readSettings({
  // From the sources and from `dist` alike: what it reads (the migrations) is beside it in both trees.
  house: join(import.meta.dirname, '../..'),
  watch: false,
  environment: process.env,
});
const progress = printProgress((line) => process.stdout.write(`${line}\n`));

const databases = await progress.step('databases', async (note) => {
  const urls = new Map<DomainName, DomainUrls>();
  for (const domain of domainNames) urls.set(domain, await provisionDomain(domain));
  note([...urls.keys()].join(', '));
  return urls;
});
await migrateAll(databases, settings, progress);
await loadAll(databases, settings, progress);

function provisionDomain(domain: DomainName): Promise<DomainUrls> {
  const admin = required('DATABASE_URL');
  const name = `portcullis_${domain}`;
  const serving = required(`${domain.toUpperCase()}_PASSWORD`);
  // Nobody but this process logs in as the owner, so its password need only be the same each time.
  const owner = createHmac('sha256', admin).update(name).digest('base64url');
  return provision({ admin, name, password: async (role) => (role.endsWith('_app') ? serving : owner) });
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${variable} is not set`);
}
