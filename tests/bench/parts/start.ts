/** Cold start: from the start of the process to its first answer, on an otherwise idle benchmark. */
import type { Contender } from '../contenders/site.ts';
import { starts } from '../contenders/start.ts';
import { cpuOf } from '../measure/cost.ts';
import { stop } from '../measure/processes.ts';
import { median } from '../measure/statistics.ts';
import type { PeerName } from '../options.ts';
import type { Stage } from './part.ts';

export interface ColdStart {
  readonly contender: string;
  /** Milliseconds. */
  readonly least: number;
  readonly median: number;
  /** Milliseconds of processor time until then, the least: what a busy machine does not lengthen. */
  readonly cpu: number;
}

const times = 5;

export async function measureStarts(
  peers: readonly PeerName[],
  { site, say }: Stage,
): Promise<readonly ColdStart[]> {
  const found: ColdStart[] = [];
  for (const start of starts(peers)) {
    const contenders: Contender[] = [];
    const cpu: number[] = [];
    for (let time = 0; time < times; time += 1) {
      const contender = await start(site);
      cpu.push(cpuOf(contender.child.pid ?? 0));
      await stop(contender.child);
      contenders.push(contender);
    }
    const after = contenders.map(({ startedAfter }) => startedAfter);
    const contender = contenders[0]?.name ?? '';
    say(`cold start: ${contender}`);
    found.push({ contender, least: Math.min(...after), median: median(after), cpu: Math.min(...cpu) });
  }
  return found;
}

export function startsTable(found: readonly ColdStart[]): string {
  const lines = found.map(({ contender, ...each }) => {
    const figures = [each.least, each.median, each.cpu].map((figure) => figure.toFixed(0));
    return `| ${[contender, ...figures].join(' | ')} |`;
  });
  return [
    `| from the start of the process to its first answer | least of ${times}, ms | median | CPU ms, least |`,
    '|---|--:|--:|--:|',
    ...lines,
  ].join('\n');
}
