/**
 * Jest's global setup: one database server for the whole run, unless DATABASE_URL names one, and `dist`, from which the
 * programs and threads that tests start are there in a quarter of the time.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase } from '@portcullis/demo/database/database';

// biome-ignore lint/style/noDefaultExport: Jest calls the default export.
export default async function setup(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'portcullis-tests-'));
  const build = join(import.meta.dirname, '../../build.mjs');
  const [database] = await Promise.all([
    openDatabase({ dir, durable: false }),
    promisify(execFile)(process.execPath, [build, '--if-stale']),
  ]);
  // Workers are started after this and inherit it.
  process.env['DATABASE_URL'] = database.url;
  globalThis.stopTestDatabase = async () => {
    await database.stop();
    await rm(dir, { recursive: true, force: true });
  };
}

declare global {
  // Jest passes nothing else from setup to teardown.
  var stopTestDatabase: (() => Promise<void>) | undefined;
}
