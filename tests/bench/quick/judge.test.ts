import { describe, expect, test } from '@jest/globals';
import type { CaseResult } from '../report/result.ts';
import { rowOf } from '../report/result.ts';
import { judge } from './judge.ts';

const round = { requests: 1, seconds: 1, bytes: 1, p50: 1, p99: 1, rss: 1 };

function caseOf(ours: readonly number[], theirs: readonly number[]): CaseResult {
  const [mine, other] = [ours, theirs].map((times) => times.map((cpu) => ({ ...round, cpu })));
  const rows = [rowOf('ours', mine ?? [], mine ?? []), rowOf('theirs', other ?? [], mine ?? [])];
  return { name: 'W1 auth', replyBytes: 1, rows };
}

describe('a ratio of processor times', () => {
  const oursToTheirs = { judged: 0, reference: 1 };

  test('passes up to its threshold, by the least times of the rounds', () => {
    const found = caseOf([9, 3, 4], [6, 30, 7]);
    expect(judge(found, oursToTheirs, { 'W1 auth': 0.5 })).toMatchObject({ ratio: 0.5, passes: true });
    expect(judge(found, oursToTheirs, { 'W1 auth': 0.49 })).toMatchObject({ passes: false });
  });

  test('is of whichever row is judged', () => {
    const found = caseOf([4], [6]);
    expect(judge(found, { judged: 1, reference: 0 }, { 'W1 auth': 2 })).toMatchObject({ ratio: 1.5 });
  });

  test('fails without a threshold, and without a figure', () => {
    expect(judge(caseOf([1], [1]), oursToTheirs, {}).passes).toBe(false);
    expect(judge({ name: 'W1 auth', replyBytes: 0, rows: [] }, oursToTheirs, { 'W1 auth': 9 }).passes).toBe(
      false,
    );
  });
});
