/** The outcome of policy tests for a terminal: what fails first, then what is not tested at all. */
import type { Failure, TestReport } from '@portcullis/policies/engine/test/run-tests';
import { placeOf, printAll } from './load.ts';
import { counted, wrapped } from './words.ts';

export function printTests(report: TestReport, folder: string, withCoverage: boolean): string {
  const { problems, failures, cases, invariants, coverage } = report;
  const found = [
    ...(failures.length === 0 ? [] : [`${failures.length} not as expected`]),
    ...(problems.length === 0 ? [] : [`${counted(problems.length, 'mistake')} in the test files`]),
  ];
  const tried = `${counted(cases, 'case')}, ${counted(invariants, 'invariant')}`;
  const parts = [
    ...(problems.length === 0 ? [] : [printAll(problems, folder)]),
    ...failures.map((failure) => printFailure(failure, folder)),
    found.length === 0 ? `${tried}: all as expected.` : `FAILED: ${found.join(', ')} (${tried} tried).`,
    ...(withCoverage ? [printCoverage(coverage, folder)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function printFailure(
  { file, line, title, expected, actual, rules, reasons }: Failure,
  folder: string,
): string {
  const lines = [
    ['expected', expected],
    ['actual', actual],
    ...reasons.map((reason) => ['because', reason]),
    ...rules.map((rule, index) => [
      index === 0 ? 'rules' : '',
      `${rule.id}  ${placeOf(folder, rule.file, rule.line)}`,
    ]),
  ];
  const told = lines.map(([name = '', value = '']) => `    ${name.padEnd(9)} ${value}`);
  return [`${placeOf(folder, file, line)}: ${title}`, ...told].join('\n');
}

function printCoverage({ rules, fields }: TestReport['coverage'], folder: string): string {
  const decided = `${rules.all - rules.idle.length} of ${rules.all} rules decide a case (${rules.percent} %)`;
  const asked = `${fields.all - fields.untouched.length} of ${fields.all} fields above the second classification are asked about`;
  return [
    `${decided}${rules.idle.length === 0 ? '.' : '; these do not:'}`,
    ...rules.idle.map(({ id, file, line }) => `    ${id}  ${placeOf(folder, file, line)}`),
    `${asked}${fields.untouched.length === 0 ? '.' : '; these are not:'}`,
    ...wrapped(fields.untouched, 4),
  ].join('\n');
}
