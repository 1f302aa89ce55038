/** How often our gateway signs and verifies while it is asked W2: tokens are kept, so that a request as such does neither. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startPortcullis } from '../contenders/portcullis.ts';
import type { Job } from '../load/job.ts';
import { stop } from '../measure/processes.ts';
import type { Stage } from '../parts/part.ts';
import type { Mode } from '../workloads.ts';

interface Counts {
  readonly sign: number;
  readonly verify: number;
}

export interface Signatures {
  readonly mode: Mode;
  readonly principals: number;
  readonly requests: number;
  readonly seconds: number;
  readonly signed: number;
  readonly verified: number;
}

/** Longer than a kept token is given out: renewals are in the figure. */
const leastSeconds = 25;

export async function measureSignatures({ site, setting, say }: Stage): Promise<readonly Signatures[]> {
  const counter = pathToFileURL(join(import.meta.dirname, 'count-signatures.mjs')).href;
  const { child, url } = await startPortcullis(site, { node: ['--import', counter] });
  const { generate, tokensFile, pace } = setting;
  const found: Signatures[] = [];
  for (const mode of ['same', 'auth'] as const) {
    say(`signatures in W2 ${mode}`);
    const seconds = Math.max(leastSeconds, pace.seconds);
    const job: Job = {
      url,
      workload: 'W2',
      mode,
      seconds,
      atLeast: 1,
      connections: pace.connections,
      tokensFile,
    };
    await generate({ ...job, seconds: pace.warmUpSeconds, atLeast: pace.warmUpRequests });
    const before = await countsOf(child);
    const load = await generate(job);
    const after = await countsOf(child);
    found.push({
      mode,
      principals: mode === 'auth' ? site.principals.count : 1,
      requests: load.requests,
      seconds: load.seconds,
      signed: after.sign - before.sign,
      verified: after.verify - before.verify,
    });
  }
  await stop(child);
  return found;
}

async function countsOf(child: ChildProcess): Promise<Counts> {
  const told = once(child, 'message');
  child.send('counts');
  const [counts] = await told;
  return counts as Counts;
}

export function signaturesTable(found: readonly Signatures[]): string {
  const lines = found.map(({ mode, principals, requests, seconds, signed, verified }) => {
    const rates = [signed, verified].flatMap((count) => [
      ((count / requests) * 1000).toFixed(2),
      (count / seconds).toFixed(2),
    ]);
    return `| ${[`W2 ${mode}`, principals, requests, signed, verified].join(' | ')} | ${rates.join(' | ')} |`;
  });
  return [
    '| after the warm-up | principals | requests | signed | verified | signed/1,000 requests | signed/s | verified/1,000 requests | verified/s |',
    `|---|${'--:|'.repeat(8)}`,
    ...lines,
  ].join('\n');
}
