/** The summary at the end, as Markdown. */
import type { Ending } from './ending.ts';
import type { GatewayLog } from './gateway/log.ts';
import type { MemoryFigures } from './gateway/memory.ts';
import type { Verdict } from './oracle/verdict.ts';
import type { ChaosOptions } from './site.ts';
import type { Ledger } from './subgraphs/ledger.ts';

export interface Report extends Ending {
  readonly options: ChaosOptions;
  readonly requests: number;
  readonly seconds: number;
  /** Processor time of the gateway by the time that passed. */
  readonly cores: number;
  /** The same of the clients and subgraphs. */
  readonly ownCores: number;
  readonly ledger: Ledger;
  readonly verdict: Verdict;
  readonly log: GatewayLog;
  readonly memory: MemoryFigures | undefined;
}

export function summary(report: Report): string {
  const { options, requests, seconds, cores, ownCores, ledger, verdict, log } = report;
  const { connections, seed } = options;
  return [
    `${requests} requests in ${Math.round(seconds)} s (${Math.round(requests / seconds)} a second) on ${connections} connections, seed ${seed}; the gateway used ${cores.toFixed(2)} cores, clients and subgraphs ${ownCores.toFixed(2)}`,
    table('what came of them', verdict.outcomes),
    `${ledger.requests} requests to subgraphs, ${ledger.streams} streams, ${ledger.mutations()} mutations, ${ledger.restarts.length} restarts; sent again: ${log.retries}; breakers opened: ${log.breakerOpened}`,
    table('faults injected', ledger.injected),
    memoryLine(report.memory),
    `sockets: ${report.socketsAtRest} before, ${report.socketsAfter} after; SIGTERM took ${Math.round(report.stoppedAfterMs)} ms`,
    verdict.violated === 0
      ? 'Nothing wrong.'
      : `${verdict.violated} VIOLATIONS\n${verdict.violations.map((each) => `- ${each}`).join('\n')}`,
  ].join('\n\n');
}

function table(title: string, counts: ReadonlyMap<string, number>): string {
  const rows = [...counts]
    .sort(([, one], [, two]) => two - one)
    .map(([what, count]) => `| ${what} | ${count} |`);
  return [`| ${title} | |`, '|---|--:|', ...rows].join('\n');
}

function memoryLine(memory: MemoryFigures | undefined): string {
  if (memory === undefined) return 'memory: not measured';
  const { min, median, max, mbPerMinute, growth } = memory;
  const [least, middle, most] = [min, median, max].map(Math.round);
  return `memory after the warm-up: ${least} MB at least, ${middle} median, ${most} at most; slope ${mbPerMinute.toFixed(2)} MB a minute; growth ${Math.round(growth)} MB`;
}
