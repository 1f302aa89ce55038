/** `portcullis revoke`: shuts somebody or something out of every gateway that watches the file. */
import { addRevocation } from '@portcullis/gateway/revocations/change-file';
import { instantOf, lists } from '@portcullis/gateway/revocations/entries';
import { defineCommand, UsageError } from '../command.ts';
import { asCommandError, kindUsage, listOf, named, namingOptions } from '../revocations/kinds.ts';
import { placeOf, warn } from '../revocations/place.ts';
import { warningsAbout } from '../revocations/unknown.ts';

export const revoke = defineCommand({
  usage: [
    ...kindUsage('[--reason TEXT] [--file FILE] [--config FILE]'),
    'keys --issuer URL [--reason TEXT] [--file FILE] [--config FILE]',
    'principal|client|issuer … --before INSTANT',
  ],
  about: [
    'Writes into the file that the gateways watch (`revocations` in their configuration) that a token, a principal, a',
    'client or an issuer does not count; that nothing is sent to a data product; or that the keys of an issuer are to be',
    'fetched anew and those before forgotten. Every gateway goes by it within two seconds, with open streams too.',
    '',
    'With --before, only tokens that were issued before that instant are refused: whoever logs in again is in, with',
    'the roles of now. Without it, nobody who is meant gets in until `portcullis restore`.',
    '',
    'Issuers and data products that the configuration does not have are warned of; nobody is looked up. If the gateways of',
    'the configuration do not read the file, the exit code is 1, unless --file was given.',
  ].join('\n'),
  words: ['WHAT'],
  options: {
    ...namingOptions,
    before: {
      type: 'string',
      value: 'INSTANT',
      describe: 'now, or an instant like 2026-11-29T12:00:00Z',
    },
    reason: { type: 'string', value: 'TEXT', describe: 'why, for the log; no caller sees it' },
  },
  async run({ before, reason, file, config, ...given }, [kind = '']) {
    const list = listOf(kind);
    const name = named(kind, given);
    if (before !== undefined && !lists[list].optional.some((member) => member === 'before'))
      throw new UsageError(`--before has no meaning for ${kind}`);
    const at = new Date().toISOString();
    const bound = before === 'now' ? at : before;
    if (bound !== undefined && instantOf(bound) === undefined)
      throw new UsageError(`--before ${bound}: write now, or an instant like 2026-11-29T12:00:00Z`);
    const place = await placeOf({ file, config });
    const until = bound === undefined ? {} : { before: bound };
    const why = reason === undefined ? {} : { reason };
    await addRevocation(place.file, list, { ...name, ...until, ...why, at }).catch(asCommandError);
    warn('revoke', [...place.warnings, ...(await warningsAbout(name, place.config))]);
    process.stdout.write(
      place.isUnread
        ? `Written to ${place.file}, without effect: see above.\n`
        : `Written to ${place.file}. Every gateway that watches it goes by it within two seconds.\n`,
    );
    return place.isUnread && file === undefined ? 1 : 0;
  },
});
