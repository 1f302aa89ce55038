/** The file of service tokens, as the commands read and change it: one after the other, and whole. */
import { randomUUID } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TokenFileError } from '@portcullis/gateway/authenticate/service-tokens/strict-json';
import {
  parseTokenFile,
  printTokenFile,
  type ServicePrincipal,
  type ServicePrincipals,
} from '@portcullis/gateway/authenticate/service-tokens/token-file';
import { CommandError } from '../command.ts';
import { house } from '../house.ts';
import { ownGateway } from './own-gateway.ts';

/** Milliseconds that another command is waited for. */
const patience = 5_000;

export const fileOption = {
  file: {
    type: 'string',
    value: 'FILE',
    describe: 'the file of service tokens; by default that of the gateway.yaml here, or else the demo’s',
  },
} as const;

/**
 * Absolute.
 * @throws CommandError if the configuration that lies here names none
 */
export function tokenFile(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const state = process.env['PORTCULLIS_STATE'] || house('.portcullis');
  return ownGateway()?.file ?? resolve(join(state, 'gateway/service-tokens.json'));
}

/** Seconds since the epoch. */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** @throws CommandError; what is not there is empty */
export async function readTokens(file: string): Promise<ServicePrincipals> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new CommandError(`${file} cannot be read: ${String(error)}`, { cause: error });
  });
  try {
    return text === undefined ? new Map() : parseTokenFile(text, epochSeconds());
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    throw new CommandError(`${file} cannot be used: ${error.message}. Correct it by hand.`, { cause: error });
  }
}

/**
 * Lets `change` alter what is in it; nothing is written if that throws.
 * @throws CommandError
 */
export async function changeTokens<Result>(
  file: string,
  change: (principals: Map<string, ServicePrincipal>) => Result,
): Promise<Result> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unlock = await lock(`${file}.lock`);
  try {
    const principals = new Map(await readTokens(file));
    const result = change(principals);
    await replace(file, printTokenFile(principals));
    return result;
  } finally {
    await unlock();
  }
}

/** What another command writes meanwhile would be lost, a revocation too. */
async function lock(path: string): Promise<() => Promise<void>> {
  const end = Date.now() + patience;
  for (;;) {
    try {
      await (await open(path, 'wx', 0o600)).close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!isCode(error, 'EEXIST'))
        throw new CommandError(`${path} cannot be made: ${String(error)}`, { cause: error });
      if (Date.now() > end)
        throw new CommandError(
          `another \`portcullis token\` is at work. If there is none, it was killed: remove ${path}`,
        );
      await sleep(50);
    }
  }
}

/** Whoever reads it sees the one before or this one, and no third. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await keepOwner(file, draft);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CommandError(`${file} cannot be written: ${String(error)}`, { cause: error });
  }
}

/** Root may call this for a gateway that runs as somebody else. */
async function keepOwner(file: string, draft: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const before = await stat(file).catch(() => undefined);
  if (before !== undefined) await chown(draft, before.uid, before.gid);
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
