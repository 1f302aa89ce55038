/** `npm run bench`: processor time per request, ours beside other gateways, on the same graph at the same time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAll } from './measure/processes.ts';
import { type Options, readOptions, usage } from './options.ts';
import { runBench } from './run.ts';

const options = read();
const scratch = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void finish(130));
try {
  const report = await runBench(options, scratch, (line) => console.error(`… ${line}`));
  console.log(report.text);
  if (options.out !== undefined) await writeFile(options.out, `${report.text}\n`);
  await finish(report.failures.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  await finish(1);
}

async function finish(code: number): Promise<never> {
  await stopAll();
  await rm(scratch, { recursive: true, force: true });
  process.exit(code);
}

function read(): Options {
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
