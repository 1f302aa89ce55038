/** Jest's global teardown: leaves a server that was given as it was, and stops the one that the setup started. */
import { suiteServer } from '@portcullis/demo/database/testing';
import { dropMeshDatabases } from '../mesh/databases.ts';
import './global-setup.ts';

// biome-ignore lint/style/noDefaultExport: Jest calls the default export.
export default async function teardown(): Promise<void> {
  await dropMeshDatabases(suiteServer());
  await globalThis.stopTestDatabase?.();
}
