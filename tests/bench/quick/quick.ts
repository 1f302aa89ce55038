/**
 * `--quick`, for continuous integration: ours beside the stock ApolloGateway in one run, judged by the ratio of their
 * processor times. Machines differ, and a busy one is slow for both; what an absolute time would say is about the machine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../parts/part.ts';
import { runPolicies } from '../parts/policies.ts';
import { type Ask, runShared } from '../parts/shared.ts';
import { details } from '../report/table.ts';
import { judge, type Verdict } from './judge.ts';

const asks: readonly Ask[] = [
  ['W1', 'auth'],
  ['W1', 'same'],
  ['W2', 'auth'],
  ['W3', 'auth'],
];
const pace = { rounds: 3, seconds: 0.8, warmUpSeconds: 0.5, warmUpRequests: 250 };

/** By the name of a case: the highest ratio that passes. How they were found stands in docs/performance.md. */
const thresholds: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'thresholds.json'), 'utf8'),
);

export async function runQuick(stage: Stage) {
  const setting = { ...stage.setting, pace: { ...stage.setting.pace, ...pace } };
  const shared = await runShared(asks, ['apollo'], { ...stage, setting });
  const policies = await runPolicies(['W1'], { ...stage, setting });
  const verdicts = [
    // Ours by the reference; and ours with rules by ours without.
    ...shared.map((each) => judge(each, { judged: 0, reference: 1 }, thresholds)),
    ...policies.map((each) => judge(each, { judged: 1, reference: 0 }, thresholds)),
  ];
  const failures = verdicts.filter(({ passes }) => !passes).map(({ name }) => name);
  return { text: [tableOf(verdicts), ...[...shared, ...policies].map(details)].join('\n\n'), failures };
}

function tableOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ name, ratio, most, passes }) => {
    return `| ${name} | ${ratio.toFixed(2)} | ${most} | ${passes ? 'passes' : 'REGRESSION'} |`;
  });
  return ['| case | ratio of CPU ms/request | at most | |', '|---|--:|--:|---|', ...lines].join('\n');
}
