import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { describe, expect, it } from '@jest/globals';
import { fetchesOf } from './fetches.ts';

const fetch = (serviceName: string, more: Partial<FetchNode> = {}): FetchNode => ({
  kind: 'Fetch',
  serviceName,
  operation: '{a}',
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
  ...more,
});

const shown = (node: PlanNode) =>
  fetchesOf(node).map(({ node: { serviceName }, path, after }) => [serviceName, path, after]);

describe('the fetches of a plan', () => {
  it('wait for all that comes before them in a sequence, and for nothing beside them', () => {
    const parallel: PlanNode = {
      kind: 'Parallel',
      nodes: [
        { kind: 'Sequence', nodes: [fetch('b'), { kind: 'Flatten', path: ['x', '@'], node: fetch('c') }] },
        { kind: 'Flatten', path: ['y'], node: fetch('d') },
      ],
    };
    expect(shown({ kind: 'Sequence', nodes: [fetch('a'), parallel, fetch('e')] })).toEqual([
      ['a', [], []],
      ['b', [], [0]],
      ['c', ['x', '@'], [1]],
      ['d', ['y'], [0]],
      ['e', [], [2, 3]],
    ]);
  });

  it('are refused where they need what is not there', () => {
    const contextRewrites = [{ kind: 'KeyRenamer' as const, path: ['..', 'currency'], renameKeyTo: 'c' }];
    expect(() => shown(fetch('a', { contextRewrites }))).toThrow('context');
    expect(shown(fetch('a', { contextRewrites, requires: [] }))).toHaveLength(1);
    expect(() => shown({ kind: 'Condition', condition: 'c' })).toThrow('condition');
  });
});
