/** The migrations of a domain as files: `NNN_name.sql`, numbered from 001 without a gap. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Migration {
  readonly version: number;
  /** The file's name. */
  readonly name: string;
  readonly path: string;
  readonly sql: string;
  /** SHA-256 of the text, line ends as LF: a checkout on another system is no change. */
  readonly checksum: string;
}

const NAME = /^(\d{3})_[a-z0-9_]+\.sql$/;
/** PostgreSQL would end our transaction at these, and a failure after one could not be rolled back. */
const TRANSACTION = /^[ \t]*(?:begin|start\s+transaction|commit|rollback)\b[^;\n]*;/im;

/** Reads the migrations of a folder in order, or says which file is out of order. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
  return Promise.all(files.map((file, index) => readMigration(join(folder, file), file, index + 1)));
}

async function readMigration(path: string, name: string, expected: number): Promise<Migration> {
  const version = Number(NAME.exec(name)?.[1]);
  if (Number.isNaN(version)) {
    throw new Error(`${path} is not named like a migration: call it ${numbered(expected)}_what_it_does.sql`);
  }
  if (version !== expected) {
    throw new Error(
      `${path} is number ${version}, but ${numbered(expected)} comes next: there is a gap or a double.`,
    );
  }
  const sql = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
  if (TRANSACTION.test(sql)) {
    throw new Error(
      `${path} begins or ends a transaction: take that out, each migration runs in one of its own.`,
    );
  }
  return { version, name, path, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

function numbered(version: number): string {
  return String(version).padStart(3, '0');
}
