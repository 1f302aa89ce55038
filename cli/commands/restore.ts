/** `portcullis restore`: takes a revocation back. */
import { removeRevocation } from '@portcullis/gateway/revocations/change-file';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { asCommandError, kindUsage, listOf, named, namingOptions } from '../revocations/kinds.ts';
import { placeOf, warn } from '../revocations/place.ts';

export const restore = defineCommand({
  usage: kindUsage('[--file FILE] [--config FILE]'),
  about: [
    'Takes out of the file that the gateways watch what `portcullis revoke` has written into it about the same.',
    'Every gateway goes by it within two seconds. What else is revoked stays so: `portcullis revoked` lists it.',
  ].join('\n'),
  words: ['WHAT'],
  options: namingOptions,
  async run({ file, config, ...given }, [kind = '']) {
    const list = listOf(kind);
    if (list === 'keys')
      throw new UsageError('keys that were forgotten are fetched anew: there is nothing to restore');
    const name = named(kind, given);
    const { file: place, isUnread, warnings } = await placeOf({ file, config });
    if (isUnread) warn('restore', warnings);
    const removed = await removeRevocation(place, list, name).catch(asCommandError);
    if (removed === 0)
      throw new CommandError(`no such ${kind} is revoked in ${place}; \`portcullis revoked\` lists what is`);
    process.stdout.write(
      `Taken out of ${place}. Every gateway that watches it goes by it within two seconds.\n`,
    );
    return 0;
  },
});
