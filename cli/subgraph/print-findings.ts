/** The findings about a subgraph for a terminal: a line for each check, and what to do about those that failed. */
import type { Finding } from '@portcullis/kit/conformance/verify-subgraph';
import { counted } from '../policies/words.ts';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

export function printFindings(findings: readonly Finding[], subgraph: string): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const lines = findings.flatMap((finding) => [
    `${marks[finding.result]} ${finding.id.padEnd(width)}  ${finding.sentence}${finding.why === undefined ? '' : ` (not shown: ${finding.why})`}`,
    ...detailsOf(finding),
  ]);
  return `${lines.join('\n')}\n\n${summary(findings, subgraph)}\n`;
}

function detailsOf({ sent, came, advice }: Finding): readonly string[] {
  const told = [
    ['sent', sent],
    ['came', came],
    ['do', advice],
  ];
  return told.flatMap(([name = '', text]) => (text === undefined ? [] : [`    ${name.padEnd(4)}  ${text}`]));
}

function summary(findings: readonly Finding[], subgraph: string): string {
  const count = (result: Finding['result']) => findings.filter((each) => each.result === result).length;
  const failed = count('failed');
  const verdict =
    failed === 0 ? `${subgraph} keeps the protocol` : `${subgraph} has ${counted(failed, 'fault')}`;
  const unshown = count('skipped');
  return `${verdict}: ${count('passed')} of ${counted(findings.length, 'check')} passed${unshown === 0 ? '' : `, ${unshown} not shown`}.`;
}
