/**
 * `--quick`, for continuous integration: ours beside the stock ApolloGateway in one run, judged by the ratio of their
 * processor times. Machines differ, and a busy one is slow for both; what an absolute time would say is about the machine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../parts/part.ts';
import { runPolicies } from '../parts/policies.ts';
import { type Ask, runShared } from '../parts/shared.ts';
import type { CaseResult } from '../report/result.ts';
import { details } from '../report/table.ts';

const asks: readonly Ask[] = [
  ['W1', 'auth'],
  ['W1', 'same'],
  ['W2', 'auth'],
  ['W3', 'auth'],
];
const pace = { rounds: 3, seconds: 0.8, warmUpSeconds: 1 };

/** By the name of a case: the highest ratio that passes. How they were found stands in docs/performance.md. */
const thresholds: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'thresholds.json'), 'utf8'),
);

export async function runQuick(stage: Stage) {
  const setting = { ...stage.setting, pace: { ...stage.setting.pace, ...pace } };
  const quick = { ...stage, setting };
  const shared = await runShared(asks, ['apollo'], quick);
  const policies = await runPolicies(['W1'], quick);
  const verdicts = [...shared.map((each) => judge(each, 0, 1)), ...policies.map((each) => judge(each, 1, 0))];
  const failures = verdicts.filter(({ passes }) => !passes).map(({ line }) => line);
  const lines = verdicts.map(({ line }) => `| ${line} |`);
  const table = ['| case | ratio of CPU ms/request | at most | |', '|---|--:|--:|---|', ...lines].join('\n');
  return { text: [table, ...[...shared, ...policies].map(details)].join('\n\n'), failures };
}

/** Of the least times of the rounds: noise only ever adds. */
function judge({ name, rows }: CaseResult, judged: number, reference: number) {
  const ratio = (rows[judged]?.cpuLeast ?? Number.NaN) / (rows[reference]?.cpuLeast ?? Number.NaN);
  const most = thresholds[name] ?? Number.NaN;
  const passes = ratio <= most;
  return { passes, line: `${name} | ${ratio.toFixed(2)} | ${most} | ${passes ? 'passes' : 'REGRESSION'}` };
}
