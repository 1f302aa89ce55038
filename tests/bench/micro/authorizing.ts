/** What authorising costs by itself. */
import { join } from 'node:path';
import { writeConfiguration } from '../contenders/portcullis.ts';
import { answerOf } from '../measure/processes.ts';
import type { Summary } from '../measure/statistics.ts';
import type { Stage } from '../parts/part.ts';
import { composeLargeSites } from '../parts/policies.ts';

/** Where the caller's view is known. */
export interface Authorizing {
  /** Of an operation that has been decided before for somebody with these rights. */
  readonly allowed: Summary;
  readonly denied: Summary;
  /** Of one that has not. */
  readonly allowedFirst: Summary;
  readonly deniedFirst: Summary;
}

export async function measureAuthorizing({ site, say }: Stage): Promise<Authorizing> {
  say('authorising operations of 60 fields');
  const { withRules } = await composeLargeSites(site);
  await writeConfiguration(withRules, 1);
  const script = join(import.meta.dirname, 'decisions.ts');
  return (await answerOf(script, [withRules.supergraph, join(withRules.folder, 'policies')])) as Authorizing;
}

export function authorizingTable({ allowed, denied, allowedFirst, deniedFirst }: Authorizing): string {
  const line = (name: string, { p50, p99 }: Summary) => `| ${name} | ${tenths(p50)} | ${tenths(p99)} |`;
  return [
    '| authorising 60 fields under 1,000 rules, the view known | p50 µs | p99 µs |',
    '|---|--:|--:|',
    line('allowed, decided before', allowed),
    line('denied, decided before', denied),
    line('allowed, the first time', allowedFirst),
    line('denied, the first time', deniedFirst),
  ].join('\n');
}

function tenths(milliseconds: number): string {
  return (milliseconds * 1000).toFixed(1);
}
