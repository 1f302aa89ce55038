/** `--profile W1`: our gateway under the profiler of V8, and a table of where its time went. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPortcullis } from '../contenders/portcullis.ts';
import { cpuOf } from '../measure/cost.ts';
import { stop } from '../measure/processes.ts';
import type { Stage } from '../parts/part.ts';
import type { Mode } from '../workloads.ts';
import { timeByPart } from './read.ts';

export async function profile(workload: string, mode: Mode, { site, setting, say }: Stage): Promise<string> {
  say(`profile of ${workload} ${mode}`);
  const folder = join(site.folder, `profile-${mode}`);
  await mkdir(folder, { recursive: true });
  const node = ['--cpu-prof', '--cpu-prof-interval', '250', '--cpu-prof-dir', folder];
  const { child, url } = await startPortcullis(site, { node });
  const { connections, seconds, warmUpRequests } = setting.pace;
  const job = { url, workload, mode, connections, tokensFile: setting.tokensFile };
  await setting.generate({ ...job, seconds, atLeast: warmUpRequests });
  const before = cpuOf(child.pid ?? 0);
  const from = microseconds();
  const { requests } = await setting.generate({
    ...job,
    seconds: Math.max(5, seconds),
    atLeast: warmUpRequests,
  });
  const to = microseconds();
  const cpu = ((cpuOf(child.pid ?? 0) - before) / requests) * 1000;
  await stop(child);
  const [file] = await readdir(folder);
  if (file === undefined) throw new Error('the gateway left no profile');
  return table(`${workload} ${mode}`, timeByPart(join(folder, file), [from, to]), cpu);
}

/** Of the same clock as V8's profiles. */
function microseconds(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/**
 * The profiler's clock goes on while others have the processor: what it tells is shares, of the time that the process used.
 *
 * @param cpu microseconds for each request
 */
function table(title: string, parts: ReturnType<typeof timeByPart>, cpu: number): string {
  const busy = [...parts].filter(([name]) => name !== '(idle)');
  const total = busy.reduce((sum, [, { self }]) => sum + self, 0);
  const of = (time: number) => `${((time / total) * cpu).toFixed(1)}`;
  const line = ([name, { self, caused }]: (typeof busy)[number]) =>
    `| ${name} | ${of(self)} | ${of(caused)} | ${((caused / total) * 100).toFixed(1)} % |`;
  const shown = busy.filter(([, { self, caused }]) => Math.max(self, caused) > total / 500);
  return [
    `**${title}**, ${cpu.toFixed(0)} µs of processor time for each request\n`,
    '| part | own code, µs | with what it calls, µs | share |',
    '|---|--:|--:|--:|',
    ...shown.sort(([, a], [, b]) => b.caused - a.caused).map(line),
  ].join('\n');
}
