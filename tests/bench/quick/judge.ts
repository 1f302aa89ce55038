/** Whether a ratio of processor times passes. */
import type { CaseResult } from '../report/result.ts';

export interface Verdict {
  readonly name: string;
  readonly ratio: number;
  /** The highest that passes. */
  readonly most: number;
  readonly passes: boolean;
}

/** Which row of a case is judged, and which it is compared with. */
export interface Comparison {
  readonly judged: number;
  readonly reference: number;
}

/** By the least times of the rounds: noise only ever adds. What has no threshold fails. */
export function judge(
  { name, rows }: CaseResult,
  { judged, reference }: Comparison,
  thresholds: Readonly<Record<string, number>>,
): Verdict {
  const least = (row: number) => rows[row]?.cpuLeast ?? Number.NaN;
  const ratio = least(judged) / least(reference);
  const most = thresholds[name] ?? Number.NaN;
  return { name, ratio, most, passes: ratio <= most };
}
