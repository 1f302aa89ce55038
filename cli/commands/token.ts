/** `portcullis token`: an access token of a demo persona, alone on standard output, for `$(…)` in a shell. */
import { fetchToken } from '@portcullis/demo/identity/token';
import { defineCommand } from '../command.ts';
import { house } from '../house.ts';

export const token = defineCommand({
  usage: ['<persona>'],
  about: [
    'Prints an access token of a persona of the running demo: analyst, support, clerk, partner or steward.',
    '',
    '  curl -H "Authorization: Bearer $(npm run --silent token -- analyst)" …',
    '',
    'It ends after an hour. A token that lasts, for a program of your own: portcullis help token create.',
  ].join('\n'),
  words: ['persona'],
  options: {},
  async run(_, [persona = '']) {
    const stateFolder = process.env['PORTCULLIS_STATE'] || house('.portcullis');
    process.stdout.write(`${await fetchToken(persona, { stateFolder })}\n`);
    return 0;
  },
});
