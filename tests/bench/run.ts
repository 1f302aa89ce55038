/** The parts of a run, in their order. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPeers } from './contenders/install-peers.ts';
import type { Site } from './contenders/site.ts';
import { composeGraph, startSubgraphs } from './graph/graph.ts';
import { identityTable, measureIdentity } from './identity/identity.ts';
import { startGenerator } from './load/generator.ts';
import { authorizingTable, measureAuthorizing } from './micro/authorizing.ts';
import { growthTable, measureGrowth } from './micro/growth.ts';
import { measureSingleRequests, singleRequestsTable } from './micro/single-requests.ts';
import { measureViews, viewsTable } from './micro/views.ts';
import type { Options } from './options.ts';
import type { Stage } from './parts/part.ts';
import { runPolicies } from './parts/policies.ts';
import { type Ask, runShared } from './parts/shared.ts';
import { measureStarts, startsTable } from './parts/start.ts';
import { makePrincipals } from './principals.ts';
import { profile } from './profile/profile.ts';
import { runQuick } from './quick/quick.ts';
import { details, overview } from './report/table.ts';

export interface Report {
  readonly text: string;
  /** What has to make the run fail. */
  readonly failures: readonly string[];
}

export async function runBench(
  options: Options,
  scratch: string,
  say: (line: string) => void,
): Promise<Report> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../build.mjs')]);
  const site = await prepare(scratch, options.principals);
  const { rounds, seconds, connections } = options;
  const setting = {
    generate: startGenerator(),
    tokensFile: site.principals.tokensFile,
    pace: { rounds, seconds, connections, warmUpSeconds: Math.max(2, seconds), warmUpRequests: 500 },
  };
  const stage = { site, setting, say };
  if (options.quick) return runQuick(stage);
  if (options.profile !== undefined) return { text: await profiles(options, stage), failures: [] };
  return { text: await measured(options, stage), failures: [] };
}

async function prepare(folder: string, people: number): Promise<Site> {
  const subgraphs = await startSubgraphs();
  const supergraph = await composeGraph(folder, subgraphs);
  return { folder, supergraph, subgraphs, principals: await makePrincipals(folder, people) };
}

async function profiles({ profile: workload = '', modes }: Options, stage: Stage): Promise<string> {
  const tables: string[] = [];
  for (const mode of modes) tables.push(await profile(workload, mode, stage));
  return tables.join('\n\n');
}

async function measured(options: Options, stage: Stage): Promise<string> {
  const { peers, json } = options;
  const wants = (part: string) => options.only.includes(part);
  if (peers.some((peer) => peer !== 'apollo')) await installPeers(stage.say);
  const asks = options.only
    .filter((name) => name.startsWith('W'))
    .flatMap((name) => options.modes.map((mode): Ask => [name, mode]));
  const shared = await runShared(asks, peers, stage);
  const policies = wants('P') ? await runPolicies(['W1', 'W2', 'W3'], stage) : [];
  const starts = wants('start') ? await measureStarts(peers, stage) : undefined;
  const authorizing = wants('micro') ? await measureAuthorizing(stage) : undefined;
  const single = wants('micro') ? await measureSingleRequests(stage) : undefined;
  const views = wants('micro') ? await measureViews(stage) : undefined;
  const growth = wants('micro') ? await measureGrowth(stage) : undefined;
  const identity = wants('identity') ? await measureIdentity(stage) : undefined;
  const micro = { authorizing, single, views, growth };
  if (json) return JSON.stringify({ shared, policies, starts, ...micro, identity }, null, 2);
  return [
    ...[shared, policies].filter((cases) => cases.length > 0).map(overview),
    ...(starts ? [startsTable(starts)] : []),
    ...(authorizing ? [authorizingTable(authorizing)] : []),
    ...(single ? [singleRequestsTable(single)] : []),
    ...(views ? [viewsTable(views)] : []),
    ...(growth ? [growthTable(growth)] : []),
    ...(identity ? [identityTable(identity)] : []),
    ...[...shared, ...policies].map(details),
  ].join('\n\n');
}
