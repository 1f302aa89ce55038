/** Jest's global setup: one database server for the whole run, unless DATABASE_URL names one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@portcullis/demo/database/database';

// biome-ignore lint/style/noDefaultExport: Jest calls the default export.
export default async function setup(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'portcullis-tests-'));
  const database = await openDatabase({ dir, durable: false });
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
