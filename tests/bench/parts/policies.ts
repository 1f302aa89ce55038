/** P: our gateway with one rule that permits all, and with a thousand, a selection that they deny and one that they mask. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startPortcullis } from '../contenders/portcullis.ts';
import type { Contender, Site } from '../contenders/site.ts';
import { composeLargeGraph } from '../graph/graph.ts';
import { permitAll, thousandRules } from '../graph/rules.ts';
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
  const without = await startPortcullis(withoutRules, { name: 'Portcullis, 1 rule' });
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
  const rules = withRules ? thousandRules() : permitAll;
  return { ...site, folder, rules, supergraph: await composeLargeGraph(folder, site.subgraphs) };
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
