/** `portcullis policy check`: everything that is wrong with the graph's rules, and whether they decide as their tests say. */
import { type Bundle, readBundle } from '@portcullis/policies/engine/bundle';
import { BundleError, type PolicyProblem } from '@portcullis/policies/engine/problem';
import { runTests, type TestReport } from '@portcullis/policies/engine/test/run-tests';
import { defineCommand } from '../command.ts';
import { composeGraph, folderOf, printAll, readFilesIn, sourceOptions } from '../policies/load.ts';
import { printTests } from '../policies/print-tests.ts';
import { testFilesIn } from '../policies/test-files.ts';
import { counted } from '../policies/words.ts';

export const policyCheck = defineCommand({
  usage: ['[--config FILE] [--policies FOLDER] [--json]'],
  about: [
    'Composes the graph, reads its rules and tries their test files. Each problem names file, line, rule and what',
    'to do about it. Warnings alone are no failure.',
  ].join('\n'),
  words: [],
  options: {
    ...sourceOptions,
    json: { type: 'boolean', describe: 'print {ok, problems, tests} as JSON instead' },
  },
  async run({ config, policies, json = false }) {
    const folder = folderOf({ policies });
    const { supergraph } = await composeGraph(config);
    const files = await readFilesIn(folder);
    const { problems, bundle } = attempt(() => readBundle(files, supergraph));
    const tests = bundle && runTests(bundle, await testFilesIn(folder, bundle));
    const ok = tests !== undefined && tests.problems.length === 0 && tests.failures.length === 0;
    if (json) process.stdout.write(`${JSON.stringify({ ok, problems, tests }, undefined, 2)}\n`);
    else process.stdout.write(print({ problems, bundle, tests }, folder));
    return ok ? 0 : 1;
  },
});

interface Checked {
  readonly problems: readonly PolicyProblem[];
  readonly bundle?: Bundle | undefined;
  readonly tests?: TestReport | undefined;
}

function attempt(read: () => Bundle): Checked {
  try {
    const bundle = read();
    return { problems: bundle.warnings, bundle };
  } catch (error) {
    if (error instanceof BundleError) return { problems: error.problems };
    throw error;
  }
}

function print({ problems, bundle, tests }: Checked, folder: string): string {
  const counts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = problems.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  const verdict =
    bundle === undefined
      ? `The rules cannot be used: ${counts.join(', ')}. Their tests were not tried.`
      : `${counted(bundle.rules.length, 'rule')} (${bundle.version})${counts.length === 0 ? '' : `, ${counts.join(', ')}`}.`;
  const parts = [
    ...(problems.length === 0 ? [] : [`${printAll(problems, folder)}\n`]),
    `${verdict}\n`,
    ...(tests === undefined ? [] : [printTests(tests, folder, false)]),
  ];
  return parts.join('\n');
}
