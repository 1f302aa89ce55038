/** What a value in the answer costs as answers grow: operations of several sizes, ours alone. */
import { startPortcullis } from '../contenders/portcullis.ts';
import { stop } from '../measure/processes.ts';
import { runRounds } from '../measure/rounds.ts';
import { median } from '../measure/statistics.ts';
import type { Stage } from '../parts/part.ts';
import { directions, type Size } from './scaling.ts';

export interface Grown {
  readonly name: string;
  readonly fields: number;
  /** Milliseconds of processor time for each request. */
  readonly cpu: number;
  /** Microseconds for each value beyond those of the size before. */
  readonly perField: number | undefined;
}

export async function measureGrowth({ site, setting, say }: Stage): Promise<readonly Grown[]> {
  const contender = await startPortcullis(site);
  const cpuOf = async ({ name }: Size) => {
    say(`growth: ${name}`);
    const [rounds = []] = await runRounds([{ contender, workload: name, mode: 'same' }], setting);
    return median(rounds.map(({ cpu }) => cpu));
  };
  const grown: Grown[] = [];
  for (const sizes of directions) {
    let before: Grown | undefined;
    for (const size of sizes) {
      const cpu = await cpuOf(size);
      const perField = before && ((cpu - before.cpu) / (size.fields - before.fields)) * 1000;
      before = { name: size.name, fields: size.fields, cpu, perField };
      grown.push(before);
    }
  }
  await stop(contender.child);
  return grown;
}

export function growthTable(grown: readonly Grown[]): string {
  const lines = grown.map(({ name, fields, cpu, perField }) => {
    return `| ${name} | ${fields} | ${cpu.toFixed(3)} | ${perField?.toFixed(2) ?? ''} |`;
  });
  return [
    '| size | values in the answer | CPU ms/request | µs for each value beyond the size before |',
    '|---|--:|--:|--:|',
    ...lines,
  ].join('\n');
}
