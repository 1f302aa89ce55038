/** The run: a gateway under full load in front of subgraphs that fail, from the start of its process to its end. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import { composeGraph } from '../bench/graph/graph.ts';
import { cpuOf, rssOf } from '../bench/measure/cost.ts';
import { checkEnd, checkMemory } from './ending.ts';
import type { Sample } from './gateway/memory.ts';
import { startGateway } from './gateway/process.ts';
import { sdlPath, subgraphNames } from './graph/graph.ts';
import { runLoad } from './load/clients.ts';
import { Truth } from './oracle/truth.ts';
import { Verdict } from './oracle/verdict.ts';
import { createRandom } from './random.ts';
import type { Report } from './report.ts';
import type { ChaosOptions, Site } from './site.ts';
import { Ledger } from './subgraphs/ledger.ts';
import { Subgraph } from './subgraphs/subgraph.ts';

const downMs = 500;

/** @param folder for what it writes @param say is told how it goes, every few seconds */
export async function runChaos(
  options: ChaosOptions,
  folder: string,
  say: (line: string) => void,
): Promise<Report> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../build.mjs')]);
  const ledger = new Ledger();
  const subgraphs = subgraphNames.map(
    (name, index) => new Subgraph(name, ledger, createRandom(options.seed * 10 + index)),
  );
  for (const subgraph of subgraphs) await subgraph.start();
  const entries = subgraphs.map(({ name, url }) => ({ name, url, schema: sdlPath(name) }));
  const supergraph = await composeGraph(folder, entries);
  const gateway = await startGateway(folder, supergraph);
  const verdict = new Verdict(ledger);
  const truth = new Truth(readSupergraph(await readFile(supergraph, 'utf8')).api);
  const site = { gateway, subgraphs, ledger, verdict, say };
  try {
    const atRest = gateway.sockets();
    const load = await underLoad(site, truth, options);
    const end = await checkEnd(site, atRest);
    verdict.settle(gateway.log.breakers());
    if (!verdict.outcomes.has('whole')) verdict.violate('no answer was whole');
    const memory = checkMemory(load.samples, options.seconds, verdict);
    return { options, ledger, verdict, log: gateway.log, memory, ...load, ...end };
  } finally {
    await gateway.stop(2_000);
    for (const subgraph of subgraphs) await subgraph.stop();
  }
}

async function underLoad(site: Site, truth: Truth, options: ChaosOptions) {
  const { gateway, verdict, ledger } = site;
  const begun = Date.now();
  const cpuBefore = cpuOf(gateway.pid);
  const ownBefore = process.cpuUsage();
  const ended = new AbortController();
  const samples: Sample[] = [];
  const watching = watch(site, samples, ended.signal);
  const restarting = restartInTurn(site, options, ended.signal);
  const { connections, seconds, seed } = options;
  const until = begun + seconds * 1_000;
  const random = createRandom(seed);
  const requests = await runLoad({ url: gateway.url, connections, until, truth, verdict, ledger, random });
  const took = (Date.now() - begun) / 1_000;
  const cores = (cpuOf(gateway.pid) - cpuBefore) / 1_000 / took;
  const { user, system } = process.cpuUsage(ownBefore);
  const ownCores = (user + system) / 1_000_000 / took;
  ended.abort();
  await Promise.all([watching, restarting]);
  return { requests, seconds: took, cores, ownCores, samples };
}

/** Also tells how it goes. */
async function watch({ gateway, ledger, verdict, say }: Site, samples: Sample[], signal: AbortSignal) {
  for (let second = 1; await passes(1_000, signal); second += 1) {
    if (!gateway.isRunning()) {
      verdict.violate(`the gateway ended after ${second} s: ${gateway.complaints()}`);
      return;
    }
    samples.push({ second, mb: rssOf(gateway.pid) });
    if (second % 5 !== 0) continue;
    const whole = verdict.outcomes.get('whole') ?? 0;
    const mb = Math.round(samples.at(-1)?.mb ?? 0);
    say(
      `${second} s: ${whole} whole answers, ${ledger.requests} subgraph requests, ${gateway.log.retries} retries, ${mb} MB, ${verdict.violated} violations`,
    );
  }
}

async function restartInTurn(
  { subgraphs, say }: Site,
  { restartSeconds }: ChaosOptions,
  signal: AbortSignal,
) {
  for (let turn = 0; await passes(restartSeconds * 1_000, signal); turn += 1) {
    const subgraph = subgraphs[turn % subgraphs.length];
    say(`${subgraph?.name} is restarted`);
    await subgraph?.restart(downMs);
  }
}

/** @returns false if it has ended meanwhile */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
