/** `portcullis start`: the whole demo in one command. */
import { startDemo } from '@portcullis/demo/start/start';
import { defineCommand } from '../command.ts';
import { house } from '../house.ts';

export const start = defineCommand({
  usage: ['[--watch]'],
  about: [
    'Starts a PostgreSQL with six domains’ data, their subgraphs, an identity provider and the gateway, and',
    'prints what to try. Ctrl-C stops everything. Logs are in .portcullis/logs.',
    '',
    'Environment:',
    '  PORT                    the gateway’s port (4000)',
    '  SUBGRAPH_PORT           the first of the six subgraphs’ ports (4101)',
    '  IDENTITY_PORT           the identity provider’s port (4010)',
    '  DATABASE_URL            a PostgreSQL to use instead of the embedded one',
    '  <DOMAIN>_DATABASE_URL   a domain’s own database, migrated already',
    '  VIEWERS_EVERY_MS        how often the viewers of live streams change (2000), or 0 for never',
    '  DATA_SCALE              small (the default), or full: a million plays',
    '  PORTCULLIS_STATE        where keys, secrets, logs and data are (.portcullis); without it all begins anew',
  ].join('\n'),
  words: [],
  options: {
    watch: { type: 'boolean', describe: 'follow the sources: a domain that changes is served again' },
  },
  async run({ watch = false }) {
    await startDemo({ house: house(), watch });
    return 0;
  },
});
