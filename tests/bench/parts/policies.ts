/** P: our gateway without rules, and with a thousand of them and a selection that they deny. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPortcullis } from '../contenders/portcullis.ts';
import type { Contender, Site } from '../contenders/site.ts';
import { composeLargeGraph } from '../graph/graph.ts';
import { stop } from '../measure/processes.ts';
import type { CaseResult } from '../report/result.ts';
import { type Case, runCase } from './case.ts';
import type { Stage } from './part.ts';

export interface LargeSites {
  readonly withoutRules: Site;
  readonly withRules: Site;
}

/** Both graphs are the same size: what the rules cost is told by the two columns. */
export async function runPolicies(
  workloads: readonly string[],
  { site, setting, say }: Stage,
): Promise<readonly CaseResult[]> {
  const { withoutRules, withRules } = await composeLargeSites(site);
  const without = await startPortcullis(withoutRules, { name: 'Portcullis, no rules' });
  const governed = await startPortcullis(withRules, { name: 'Portcullis, 1,000 rules' });
  const results: CaseResult[] = [];
  for (const workload of workloads) {
    say(`P ${workload}`);
    results.push(await runCase(policyCase(without, governed, workload), setting));
  }
  await Promise.all([without, governed].map(({ child }) => stop(child)));
  return results;
}

export async function composeLargeSites(site: Site): Promise<LargeSites> {
  return {
    withoutRules: await composeLargeSite(site, false),
    withRules: await composeLargeSite(site, true),
  };
}

async function composeLargeSite(site: Site, withRules: boolean): Promise<Site> {
  const folder = join(site.folder, withRules ? 'rules' : 'no-rules');
  await mkdir(folder, { recursive: true });
  return { ...site, folder, supergraph: await composeLargeGraph(folder, site.subgraphs, withRules) };
}

function policyCase(without: Contender, governed: Contender, workload: string): Case {
  return {
    name: `P ${workload}`,
    entrants: [
      { contender: without, workload, mode: 'auth' },
      { contender: governed, workload: `${workload}+denied`, mode: 'auth' },
    ],
  };
}
