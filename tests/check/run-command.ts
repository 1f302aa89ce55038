/** Runs a tool to its end and keeps what it said. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The repository's root: every check is about the whole of it. */
export const root = join(import.meta.dirname, '../..');

export interface Outcome {
  readonly ok: boolean;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

function runCommand(command: string, args: readonly string[], folder: string = root): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: `cannot run ${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

/** A tool that came with `npm ci`, run by this Node: no shell, no PATH. */
export function runTool(script: string, args: readonly string[], folder?: string): Promise<Outcome> {
  return runCommand(process.execPath, [join(root, 'node_modules', script), ...args], folder);
}
