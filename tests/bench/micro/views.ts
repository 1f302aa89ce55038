/** What it takes to build the views of callers under a thousand rules. */
import { join } from 'node:path';
import { writeConfiguration } from '../contenders/portcullis.ts';
import { answerOf } from '../measure/processes.ts';
import type { Summary } from '../measure/statistics.ts';
import type { Stage } from '../parts/part.ts';
import { composeLargeSites } from '../parts/policies.ts';

/** Times in milliseconds. */
export interface Views {
  readonly rules: number;
  readonly fields: number;
  readonly reading: number;
  readonly compiling: number;
  readonly building: Summary;
  readonly resolving: Summary;
}

export async function measureViews({ site, say }: Stage): Promise<Views> {
  say('views of 300 callers');
  const { withRules } = await composeLargeSites(site);
  await writeConfiguration(withRules, 1);
  const script = join(import.meta.dirname, 'view-builds.ts');
  return (await answerOf(script, [withRules.supergraph, join(withRules.folder, 'policies')])) as Views;
}

export function viewsTable({ rules, fields, reading, compiling, building, resolving }: Views): string {
  const line = (name: string, { p50, p99 }: Summary) => `| ${name} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`;
  return [
    `| ${rules} rules, ${fields} fields | p50 ms | p99 ms |`,
    '|---|--:|--:|',
    line('building the view of a new kind of caller, in the thread', building),
    line('resolving it, where requests are answered', resolving),
    '',
    `Once for each set of rules, in the thread: reading and checking ${reading.toFixed(0)} ms, compiling ${compiling.toFixed(0)} ms.`,
  ].join('\n');
}
