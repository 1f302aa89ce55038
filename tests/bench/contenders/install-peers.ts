/** Installs the gateways to compare with, beside the benchmark and apart from our own packages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';

export const peersFolder = join(import.meta.dirname, '../peers');

/**
 * At the first use, and after their versions have changed. No script of theirs runs. The flag repeats what their `.npmrc` says: npm
 * hands its own settings down to what it runs.
 */
export async function installPeers(say: (line: string) => void): Promise<void> {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  say('installing the other gateways (once, about a minute)');
  const npm = spawn(
    'npm',
    ['ci', '--engine-strict=false', '--ignore-scripts', '--no-audit', '--loglevel=error'],
    {
      cwd: peersFolder,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error(`npm ci in ${peersFolder} ended with exit code ${code}`);
}

function modified(file: string): number {
  return statSync(join(peersFolder, file), { throwIfNoEntry: false })?.mtimeMs ?? -1;
}
