/** `npm run test:chaos`: full load while subgraphs fail in every way; no answer may be wrong, and nothing may be left. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, usage } from './options.ts';
import { summary } from './report.ts';
import { runChaos } from './run.ts';
import type { ChaosOptions } from './site.ts';

const options = read();
const scratch = await mkdtemp(join(tmpdir(), 'portcullis-chaos-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void finish(130));
try {
  const report = await runChaos(options, scratch, (line) => console.error(`… ${line}`));
  console.log(summary(report));
  await finish(report.verdict.violated === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  await finish(1);
}

async function finish(code: number): Promise<never> {
  await rm(scratch, { recursive: true, force: true });
  process.exit(code);
}

function read(): ChaosOptions {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    process.exit();
  }
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}
