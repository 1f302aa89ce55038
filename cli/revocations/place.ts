/** Which file is meant, and what the configuration of a gateway says of it. */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { GatewayConfig } from '@portcullis/gateway/config';
import { readConfig } from '@portcullis/gateway/config/read-config';
import { CommandError } from '../command.ts';

/** Where a configuration is looked for, from where the command is called. */
const usualConfigs = ['gateway.yaml', 'demo/gateway.yaml'];
const usualFile = 'revocations.yaml';

export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly config: FoundConfig | undefined;
  /** What whoever calls the command has to know of it. */
  readonly warnings: readonly string[];
  /** Whether it is known that no gateway of the configuration reads the file. */
  readonly isUnread: boolean;
}

export interface FoundConfig extends GatewayConfig {
  /** As it was called, for messages. */
  readonly name: string;
}

export interface PlaceFlags {
  readonly file: string | undefined;
  readonly config: string | undefined;
}

/** On standard error, where the output of nobody else is. */
export function warn(command: string, warnings: readonly string[]): void {
  process.stderr.write(warnings.map((each) => `portcullis ${command}: ${each}\n`).join(''));
}

/** @throws CommandError if the configuration that is named cannot be used */
export async function placeOf({ file: given, config: named }: PlaceFlags): Promise<Place> {
  const name = named ?? usualConfigs.find((each) => existsSync(each));
  const otherwise = resolve(given ?? usualFile);
  const unchecked = (why: string): Place => ({
    file: otherwise,
    config: undefined,
    warnings: [`${why}: whether a gateway reads ${otherwise} was not checked. Name it with --config.`],
    isUnread: false,
  });
  if (name === undefined) return unchecked('No configuration of a gateway is here');
  const config = read(name);
  if ('fault' in config) {
    if (named !== undefined) throw new CommandError(config.fault);
    return unchecked(`${name} cannot be used (${config.fault})`);
  }
  const file = given === undefined ? (config.revocations ?? otherwise) : otherwise;
  const isRead = config.revocations !== undefined && (await areSame(file, config.revocations));
  return { file, config, warnings: isRead ? [] : [unreadText(file, config)], isUnread: !isRead };
}

function read(name: string): FoundConfig | { readonly fault: string } {
  try {
    return { ...readConfig(name), name };
  } catch (cause) {
    return { fault: cause instanceof Error ? cause.message : String(cause) };
  }
}

function unreadText(file: string, { name, revocations }: FoundConfig): string {
  const line = `revocations: ${relative(resolve(name, '..'), file)}`;
  const why =
    revocations === undefined ? `${name} has no \`revocations\`` : `${name} names ${revocations} instead`;
  return `NO GATEWAY OF ${name} READS ${file}: ${why}. What is written there shuts nobody out. Write into ${name}, and start the gateway anew:\n    ${line}`;
}

/** One may be a link to the other. */
async function areSame(one: string, other: string): Promise<boolean> {
  const [real, wanted] = await Promise.all([one, other].map((each) => realpath(each).catch(() => each)));
  return real === wanted;
}
