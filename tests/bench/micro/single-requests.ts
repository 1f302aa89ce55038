/** Times of single requests at the front door, without HTTP: what authorising costs there. */
import { join } from 'node:path';
import { writeConfiguration } from '../contenders/portcullis.ts';
import { answerOf } from '../measure/processes.ts';
import type { Summary } from '../measure/statistics.ts';
import type { Stage } from '../parts/part.ts';
import { composeLargeSites } from '../parts/policies.ts';

export interface SingleRequests {
  readonly allowed: Summary;
  readonly allowedWithoutRules: Summary;
  readonly denied: Summary;
}

export async function measureSingleRequests({ site, say }: Stage): Promise<SingleRequests> {
  say('single requests of 60 fields');
  const { withRules, withoutRules } = await composeLargeSites(site);
  const configs = [await writeConfiguration(withRules, 1), await writeConfiguration(withoutRules, 1)];
  const args = [...configs, site.principals.tokensFile];
  return (await answerOf(join(import.meta.dirname, 'door.ts'), args)) as SingleRequests;
}

export function singleRequestsTable({ allowed, allowedWithoutRules, denied }: SingleRequests): string {
  const line = (name: string, { p50, p99 }: Summary) => `| ${name} | ${us(p50)} | ${us(p99)} |`;
  return [
    '| one request of 60 fields at a time, no HTTP server | p50 µs | p99 µs |',
    '|---|--:|--:|',
    line('denied, 1,000 rules: no fetch, the whole way through all stages', denied),
    line('allowed, 1,000 rules, one fetch', allowed),
    line('allowed, no rules, one fetch', allowedWithoutRules),
  ].join('\n');
}

function us(milliseconds: number): string {
  return (milliseconds * 1000).toFixed(0);
}
