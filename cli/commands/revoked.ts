/** `portcullis revoked`: who and what is shut out. */
import { readRevocations } from '@portcullis/gateway/revocations/change-file';
import { defineCommand } from '../command.ts';
import { asCommandError, configOption, fileOption, kinds } from '../revocations/kinds.ts';
import { placeOf, warn } from '../revocations/place.ts';

export const revoked = defineCommand({
  usage: ['[--file FILE] [--config FILE] [--json]'],
  about:
    'Lists what the file that the gateways watch says. A gateway’s own word on it is in its log and at /readyz.',
  words: [],
  options: {
    file: fileOption,
    config: configOption,
    json: { type: 'boolean', describe: 'print it as JSON instead' },
  },
  async run({ file, config, json = false }) {
    const { file: place, isUnread, warnings } = await placeOf({ file, config });
    if (isUnread) warn('revoked', warnings);
    const entries = await readRevocations(place).catch(asCommandError);
    const lines = [...kinds].flatMap(([kind, list]) => entries[list].map((entry) => lineOf(kind, entry)));
    if (json) process.stdout.write(`${JSON.stringify(entries, undefined, 2)}\n`);
    else process.stdout.write(lines.length === 0 ? 'Nothing is revoked.\n' : `${lines.join('\n')}\n`);
    return 0;
  },
});

function lineOf(kind: string, entry: object): string {
  const members = Object.entries(entry).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${kind.padEnd(9)}  ${members.join('  ')}`;
}
