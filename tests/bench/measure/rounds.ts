/** Gateways in turn on one workload, A B A B: they meet the same weather, and are compared within it. */
import type { Contender } from '../contenders/site.ts';
import type { Generate } from '../load/generator.ts';
import type { Job, Load } from '../load/job.ts';
import type { Mode } from '../workloads.ts';
import { cpuOf, rssOf } from './cost.ts';

/** Who runs, and what. */
export interface Entrant {
  readonly contender: Contender;
  readonly workload: string;
  readonly mode: Mode;
}

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** What the compilers of the gateways need to have seen, however slow the machine is. */
  readonly warmUpRequests: number;
  readonly connections: number;
}

export interface Round extends Load {
  /** Milliseconds of processor time of the gateway, and of all it started, for each request served. */
  readonly cpu: number;
  /** Megabytes resident, the most that was seen. */
  readonly rss: number;
}

export interface Setting {
  readonly generate: Generate;
  readonly tokensFile: string;
  readonly pace: Pace;
}

/** @returns for each entrant its rounds */
export async function runRounds(
  entrants: readonly Entrant[],
  setting: Setting,
): Promise<readonly (readonly Round[])[]> {
  const { rounds, seconds, warmUpSeconds, warmUpRequests } = setting.pace;
  const found = entrants.map((entrant) => ({ entrant, rounds: [] as Round[] }));
  for (const { entrant } of found)
    await runRound(entrant, setting, { seconds: warmUpSeconds, atLeast: warmUpRequests });
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first alternates, so that nobody always follows the same one's garbage.
    for (const each of round % 2 === 0 ? found : [...found].reverse())
      each.rounds.push(await runRound(each.entrant, setting, { seconds, atLeast: 1 }));
  }
  return found.map((each) => each.rounds);
}

async function runRound(
  { contender, workload, mode }: Entrant,
  { generate, tokensFile, pace }: Setting,
  length: Pick<Job, 'seconds' | 'atLeast'>,
): Promise<Round> {
  const pid = contender.child.pid ?? 0;
  const job: Job = {
    url: contender.url,
    workload,
    mode,
    ...length,
    connections: pace.connections,
    tokensFile,
  };
  let rss = rssOf(pid);
  const watch = setInterval(() => {
    rss = Math.max(rss, rssOf(pid));
  }, 200);
  try {
    const before = cpuOf(pid);
    const load = await generate(job);
    return { ...load, cpu: (cpuOf(pid) - before) / load.requests, rss: Math.max(rss, rssOf(pid)) };
  } finally {
    clearInterval(watch);
  }
}
