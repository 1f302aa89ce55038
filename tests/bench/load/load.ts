/** The load generator, a process of its own: a closed loop on each of some connections, every status checked. */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';
import { type Workload, workload } from '../workloads.ts';
import { exchange, type Reply } from './exchange.ts';
import type { Job, JobResult } from './job.ts';

/** Every so many replies one is read as well. */
const parsedOf = 50;

process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => {
  void run(job).then(
    (result) => tell(result),
    (error: unknown) => tell({ failure: `${job.workload} ${job.mode} at ${job.url}: ${String(error)}` }),
  );
});

/** The number of the next request, over all jobs: none of the mode `text` comes twice. */
let next = 0;
const tokens = new Map<string, readonly string[]>();

function tell(result: JobResult): void {
  process.send?.(result);
}

async function run(job: Job): Promise<JobResult> {
  const asked = workload(job.workload, job.mode);
  const { origin, pathname } = new URL(job.url);
  const principals = tokensOf(job.tokensFile);
  const clients = Array.from({ length: job.connections }, () => new Client(origin, { pipelining: 1 }));
  const latencies: number[] = [];
  let bytes = 0;
  const started = performance.now();
  const until = started + job.seconds * 1000;
  try {
    await Promise.all(
      clients.map(async (client) => {
        for (let now = started; now < until || latencies.length < job.atLeast; ) {
          const n = next++;
          const token = principals[job.mode === 'auth' ? n % principals.length : 0] ?? '';
          const sent = { path: pathname, body: asked.body(n), token };
          const reply = await exchange(client, sent, n % parsedOf === 0);
          check(reply, asked);
          bytes += reply.bytes;
          const ended = performance.now();
          latencies.push(ended - now);
          now = ended;
        }
      }),
    );
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    seconds,
    bytes,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** A speed is worth nothing if what comes is an error. */
function check({ status, bytes, text }: Reply, { errorCode }: Workload): void {
  if (status !== 200 || bytes === 0) throw new Error(`status ${status}, ${bytes} bytes`);
  if (text === undefined) return;
  const { data, errors = [] } = JSON.parse(text);
  const unexpected = errors.find((error: { extensions?: { code?: string } }) => {
    return errorCode === undefined || error.extensions?.code !== errorCode;
  });
  if (unexpected !== undefined || data === null || data === undefined) throw new Error(text.slice(0, 500));
}

function tokensOf(file: string): readonly string[] {
  const known = tokens.get(file);
  if (known !== undefined) return known;
  const read: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));
  tokens.set(file, read);
  return read;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
