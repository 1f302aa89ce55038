/** A cluster's files: made once by initdb, found again at every later start. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './files.ts';
import type { Home } from './home.ts';
import { serverEnvironment } from './server.ts';

export interface Cluster {
  readonly data: string;
  /** The superuser's password. */
  readonly password: string;
}

/** Finds the cluster of a home, or makes it: a start that dies while it does leaves no half. */
export async function ensureCluster(home: Home, durable: boolean): Promise<Cluster> {
  const whole = join(home.folder, 'postgres');
  await makeFolder(whole, (unfinished) => initialise(home, unfinished, durable));
  const passwordFile = join(whole, 'password');
  try {
    return { data: join(whole, 'data'), password: await readFile(passwordFile, 'utf8') };
  } catch (cause) {
    throw new Error(
      `The database's password in ${passwordFile} cannot be read. Delete ${whole} to start afresh.`,
      {
        cause,
      },
    );
  }
}

async function initialise(home: Home, folder: string, durable: boolean): Promise<void> {
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o755);
  await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const { account } = home;
  if (account !== undefined) {
    // initdb reads the password from a file only, and as the server's account.
    for (const path of [data, password]) await chown(path, account.uid, account.gid);
  }
  await initdb(home, { data, password, durable });
  if (account !== undefined) await chown(password, 0, 0);
}

async function initdb(
  home: Home,
  target: { data: string; password: string; durable: boolean },
): Promise<void> {
  const options = [
    ...['--pgdata', target.data, '--username', 'postgres', '--pwfile', target.password],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
    ...(target.durable ? [] : ['--no-sync']),
  ];
  const { account, folder, programs } = home;
  try {
    await promisify(execFile)(join(programs, 'bin', 'initdb'), options, {
      cwd: folder,
      env: serverEnvironment(),
      ...account,
    });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() ?? String(cause);
    throw new Error(`initdb could not make a database in ${target.data}:\n${said}`, { cause });
  }
}
