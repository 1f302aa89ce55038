/** What was found, before it is a table or JSON. */

import type { Round } from '../measure/rounds.ts';
import { median, spread } from '../measure/statistics.ts';

export interface Row {
  readonly contender: string;
  /** Milliseconds of processor time for each request. */
  readonly cpuLeast: number;
  readonly cpuMedian: number;
  /** (most − least) / median of the rounds. */
  readonly cpuSpread: number;
  /** Its processor time by that of the first contender: the median over the rounds, each compared within itself. */
  readonly ratio: number;
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly rss: number;
}

export interface CaseResult {
  readonly name: string;
  readonly replyBytes: number;
  readonly rows: readonly Row[];
}

export function rowOf(contender: string, rounds: readonly Round[], first: readonly Round[]): Row {
  const of = (figure: (round: Round) => number) => rounds.map(figure);
  const cpu = of((round) => round.cpu);
  return {
    contender,
    cpuLeast: Math.min(...cpu),
    cpuMedian: median(cpu),
    cpuSpread: spread(cpu),
    ratio: median(cpu.map((each, round) => each / (first[round]?.cpu ?? Number.NaN))),
    requestsPerSecond: median(of(({ requests, seconds }) => requests / seconds)),
    p50: median(of((round) => round.p50)),
    p99: median(of((round) => round.p99)),
    rss: Math.max(...of((round) => round.rss)),
  };
}
