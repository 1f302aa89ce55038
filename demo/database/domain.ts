/** The database of one domain: the one its variables name, or one of its own on the demo's server. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnce } from './files.ts';
import { type DomainUrls, provision } from './provision.ts';

interface DomainOptions {
  /** URL of `openDatabase`. */
  readonly admin: string;
  /** Folder for the roles' passwords, one file each. */
  readonly dir: string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Finds or makes the database of a domain; `<DOMAIN>_DATABASE_URL` and `<DOMAIN>_OWNER_DATABASE_URL` win. */
export async function domainDatabase(domain: string, options: DomainOptions): Promise<DomainUrls> {
  const { admin, dir, environment = process.env } = options;
  const stem = domain.toUpperCase().replaceAll('-', '_');
  const appUrl = environment[`${stem}_DATABASE_URL`];
  const ownerUrl = environment[`${stem}_OWNER_DATABASE_URL`];
  if (appUrl !== undefined) return { ownerUrl, appUrl };
  if (ownerUrl !== undefined) {
    throw new Error(
      `${stem}_OWNER_DATABASE_URL is set but ${stem}_DATABASE_URL is not: name the role that serves as well.`,
    );
  }
  // The prefix keeps a server that has databases of others from a clash of names.
  const name = `portcullis_${domain.replaceAll('-', '_')}`;
  return provision({ admin, name, password: (role) => storedPassword(dir, role) });
}

async function storedPassword(dir: string, role: string): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, `${role}.password`);
  await writeOnce(file, randomBytes(24).toString('base64url'));
  return readFile(file, 'utf8');
}
