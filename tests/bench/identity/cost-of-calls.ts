/** What one call costs, in microseconds. */
import { summary } from '../measure/statistics.ts';

export interface Cost {
  /** Processor time of all threads: the least of the rounds, since noise only ever adds. */
  readonly cpu: number;
  /** Of single calls, by the clock, which is in the figure. */
  readonly p50: number;
  readonly p99: number;
}

type Act = (n: number) => unknown;

const rounds = 9;

/** @param prepare gives what is to be called in one round */
export async function costOf(calls: number, prepare: () => Act): Promise<Cost> {
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round += 1) cpu.push(await cpuOfRound(calls, prepare()));
  const singles: number[] = [];
  const act = prepare();
  for (let n = 0; n < calls; n += 1) {
    const begun = performance.now();
    const result = act(n);
    if (result instanceof Promise) await result;
    singles.push((performance.now() - begun) * 1000);
  }
  return { cpu: Math.min(...cpu), ...summary(singles) };
}

async function cpuOfRound(calls: number, act: Act): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < calls; n += 1) {
    const result = act(n);
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
