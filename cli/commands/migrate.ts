/** `portcullis migrate`: one domain's plain-SQL migrations, as its own pipeline would run them. */
import { existsSync } from 'node:fs';
import { migrate as runMigrations } from '@portcullis/kit/migrate/migrate';
import { CommandError, defineCommand } from '../command.ts';
import { house } from '../house.ts';

export const migrate = defineCommand({
  usage: ['<domain>'],
  about: [
    'Runs what has not run yet of subgraphs/<domain>/migrations, each file in a transaction of its own.',
    'The database is that of <DOMAIN>_OWNER_DATABASE_URL: the role that owns the tables, not the one that serves.',
  ].join('\n'),
  words: ['domain'],
  options: {},
  async run(_, [domain = '']) {
    const folder = house('subgraphs', domain, 'migrations');
    if (!/^[a-z][a-z0-9-]*$/.test(domain) || !existsSync(folder)) {
      throw new CommandError(`there is no domain "${domain}": subgraphs/${domain}/migrations does not exist`);
    }
    const ran = await runMigrations(ownerUrl(domain), folder);
    process.stdout.write(
      ran.length === 0 ? `${domain} is up to date.\n` : `${ran.map((file) => `ran ${file}\n`).join('')}`,
    );
    return 0;
  },
});

function ownerUrl(domain: string): string {
  const variable = `${domain.toUpperCase().replaceAll('-', '_')}_OWNER_DATABASE_URL`;
  const url = process.env[variable];
  if (url !== undefined && url !== '') return url;
  throw new CommandError(
    `${variable} is not set: give the URL of the role that owns the tables of ${domain}`,
  );
}
