/** What was found, as Markdown. */
import type { CaseResult, Row } from './result.ts';

/** A line for each case, a column for each contender: milliseconds of processor time, and the ratio to the first. */
export function overview(cases: readonly CaseResult[]): string {
  const names = [...new Set(cases.flatMap(({ rows }) => rows.map(({ contender }) => contender)))];
  const lines = cases.map(({ name, rows }) => {
    const cells = names.map((contender) => cell(rows, contender));
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  return [`| CPU ms/request | ${names.join(' | ')} |`, `|---|${'--:|'.repeat(names.length)}`, ...lines].join(
    '\n',
  );
}

function cell(rows: readonly Row[], contender: string): string {
  const row = rows.find((each) => each.contender === contender);
  if (row === undefined) return '–';
  return row === rows[0] ? digits(row.cpuMedian) : `${digits(row.cpuMedian)} (${row.ratio.toFixed(2)}×)`;
}

/** Everything that was measured of one case. */
export function details({ name, replyBytes, rows }: CaseResult): string {
  const lines = rows.map((row) => {
    const figures = [
      digits(row.cpuLeast),
      digits(row.cpuMedian),
      `${Math.round(row.cpuSpread * 100)} %`,
      row.ratio.toFixed(2),
      Math.round(row.requestsPerSecond),
      row.p50.toFixed(1),
      row.p99.toFixed(1),
      Math.round(row.rss),
    ];
    return `| ${[row.contender, ...figures].join(' | ')} |`;
  });
  return [
    `**${name}**, reply of ${(replyBytes / 1000).toFixed(1)} KB\n`,
    '| | CPU ms/request, least | median | spread | ratio to ours | requests/s | p50 ms | p99 ms | RSS MB |',
    `|---|${'--:|'.repeat(8)}`,
    ...lines,
  ].join('\n');
}

function digits(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 1 ? 3 : 2);
}
