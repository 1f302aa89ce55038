/** `portcullis policy test`: whether the rules decide what their test files say. */
import { runTests } from '@portcullis/policies/engine/test/run-tests';
import { defineCommand, UsageError } from '../command.ts';
import { load, sourceOptions } from '../policies/load.ts';
import { printTests } from '../policies/print-tests.ts';
import { testFilesIn } from '../policies/test-files.ts';

export const policyTest = defineCommand({
  usage: ['[FILES…] [--config FILE] [--policies FOLDER] [--coverage PERCENT] [--json]'],
  about: [
    'Tries the cases and invariants of the *.test.yaml files that lie beside the rules; all of them, or those named.',
    'Each case is decided twice, by the rules as they are written and by the compiled view that the gateway uses.',
    'Of all files together it tells which rules decide no case, and which protected fields nobody asks about.',
  ].join('\n'),
  words: [],
  more: 'FILES',
  options: {
    ...sourceOptions,
    coverage: {
      type: 'string',
      value: 'PERCENT',
      describe: 'fail if fewer of the rules decide a case',
    },
    json: { type: 'boolean', describe: 'print the report as JSON instead' },
  },
  async run({ config, policies, coverage, json = false }, files) {
    const wanted = coverage === undefined ? undefined : percentOf(coverage);
    const { bundle, folder } = await load({ config, policies });
    const report = runTests(bundle, await testFilesIn(folder, bundle, files));
    const { problems, failures } = report;
    const { percent } = report.coverage.rules;
    const isCovered = wanted === undefined || percent >= wanted;
    const ok = problems.length === 0 && failures.length === 0 && isCovered;
    if (json) process.stdout.write(`${JSON.stringify({ ok, ...report }, undefined, 2)}\n`);
    else process.stdout.write(printTests(report, folder, files.length === 0 || wanted !== undefined));
    if (!isCovered && !json)
      process.stderr.write(`Only ${percent} % of the rules decide a case; ${wanted} % are asked for.\n`);
    return ok ? 0 : 1;
  },
});

function percentOf(text: string): number {
  const percent = Number(text);
  if (/^\d+$/.test(text) && percent <= 100) return percent;
  throw new UsageError(`--coverage ${text}: give a whole number from 0 to 100`);
}
