/** Help texts, written from the commands' own declarations so that they cannot fall behind. */
import type { Command, Option } from './command.ts';
import { commands } from './commands.ts';

export function overview(): string {
  const width = Math.max(...[...commands.keys(), 'help'].map((name) => name.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Portcullis: a federated GraphQL data access gateway.',
    '',
    'Usage: portcullis <command> [options]',
    '',
    'Commands:',
    ...lines,
    `  ${'help'.padEnd(width)}  show this, or how to use one command`,
    '',
    '`portcullis --version` prints the version.',
    '',
    'Exit codes: 0 done, 1 not done (the message says why), 2 wrong usage.',
    '',
  ].join('\n');
}

export function helpFor(name: string, command: Command): string {
  const flags = Object.entries({ ...command.options, help }).map(([flag, option]) => ({
    ...option,
    flag: flagText(flag, option),
  }));
  const width = Math.max(...flags.map(({ flag }) => flag.length));
  return [
    ...command.usage.map((line, index) =>
      `${index === 0 ? 'Usage:' : '      '} portcullis ${name} ${line}`.trimEnd(),
    ),
    '',
    command.about,
    '',
    'Options:',
    ...flags.map(({ flag, describe }) => `  ${flag.padEnd(width)}  ${describe}`),
    '',
  ].join('\n');
}

const help: Option = { type: 'boolean', describe: 'show this help' };

function flagText(flag: string, option: Option): string {
  return option.type === 'string' ? `--${flag} ${option.value ?? 'VALUE'}` : `--${flag}`;
}
