/** W1 to W3: every gateway on the same workloads. */
import type { Contender } from '../contenders/site.ts';
import { startContenders } from '../contenders/start.ts';
import { stop } from '../measure/processes.ts';
import type { PeerName } from '../options.ts';
import type { CaseResult } from '../report/result.ts';
import type { Mode } from '../workloads.ts';
import { type Case, runCase } from './case.ts';
import type { Stage } from './part.ts';

export type Ask = readonly [workload: string, mode: Mode];

export async function runShared(
  asks: readonly Ask[],
  peers: readonly PeerName[],
  { site, setting, say }: Stage,
): Promise<readonly CaseResult[]> {
  if (asks.length === 0) return [];
  const contenders = await startContenders(site, peers, say);
  const results: CaseResult[] = [];
  for (const ask of asks) {
    say(ask.join(' '));
    results.push(await runCase(sharedCase(contenders, ask), setting));
  }
  await Promise.all(contenders.map(({ child }) => stop(child)));
  return results;
}

function sharedCase(contenders: readonly Contender[], [workload, mode]: Ask): Case {
  const able = contenders.filter(({ modes }) => modes?.includes(mode) ?? true);
  const entrants = able.map((contender) => ({ contender, workload, mode }));
  return { name: `${workload} ${mode}`, entrants };
}
