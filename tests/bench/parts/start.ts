/** Cold start: from the start of the process to its first answer, on an otherwise idle benchmark. */
import type { Contender } from '../contenders/site.ts';
import { starts } from '../contenders/start.ts';
import { stop } from '../measure/processes.ts';
import { median } from '../measure/statistics.ts';
import type { PeerName } from '../options.ts';
import type { Stage } from './part.ts';

export interface ColdStart {
  readonly contender: string;
  /** Milliseconds. */
  readonly least: number;
  readonly median: number;
}

const times = 5;

export async function measureStarts(
  peers: readonly PeerName[],
  { site, say }: Stage,
): Promise<readonly ColdStart[]> {
  const found: ColdStart[] = [];
  for (const start of starts(peers)) {
    const contenders: Contender[] = [];
    for (let time = 0; time < times; time += 1) {
      const contender = await start(site);
      await stop(contender.child);
      contenders.push(contender);
    }
    const after = contenders.map(({ startedAfter }) => startedAfter);
    const contender = contenders[0]?.name ?? '';
    say(`cold start: ${contender}`);
    found.push({ contender, least: Math.min(...after), median: median(after) });
  }
  return found;
}

export function startsTable(found: readonly ColdStart[]): string {
  const lines = found.map(
    (each) => `| ${each.contender} | ${each.least.toFixed(0)} | ${each.median.toFixed(0)} |`,
  );
  return [
    `| start of the process to its first answer | least of ${times}, ms | median |`,
    '|---|--:|--:|',
    ...lines,
  ].join('\n');
}
