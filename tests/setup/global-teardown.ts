/** Jest's global teardown: stops the server that the setup started. */
import './global-setup.ts';

// biome-ignore lint/style/noDefaultExport: Jest calls the default export.
export default async function teardown(): Promise<void> {
  await globalThis.stopTestDatabase?.();
}
