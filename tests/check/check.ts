/** `npm run check`: everything that can be said about the code without running it. */
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type Step, steps } from './steps.ts';

const waiting = [...steps];
const failed: string[] = [];

async function work(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await carryOut(step);
}

async function carryOut(step: Step): Promise<void> {
  const started = performance.now();
  const { ok, output } = await step.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(34)} ${seconds.padStart(5)} s`);
  if (ok) return;
  failed.push(step.name);
  console.log(output.trimEnd().replaceAll(/^/gm, '    '));
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
