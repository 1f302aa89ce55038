import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlannedFetch } from './fetches.ts';
import { schedule } from './schedule.ts';

interface Draft {
  readonly service: string;
  readonly isEntities?: boolean;
  readonly after?: readonly number[];
  readonly kind?: 'query' | 'mutation';
}

function fetches(drafts: readonly Draft[]): readonly PlannedFetch[] {
  return drafts.map(({ service, isEntities = true, after = [], kind = 'query' }) => ({
    path: [],
    after,
    parts: new Set(['']),
    node: {
      kind: 'Fetch',
      serviceName: service,
      operation: '',
      operationName: undefined,
      operationKind: kind as never,
      ...(isEntities && { requires: [] }),
    },
  }));
}

/** Each waits for some of those before it, as in a plan. */
const drafts = fc
  .array(
    fc.record({
      service: fc.constantFrom('a', 'b', 'c'),
      isEntities: fc.boolean(),
      kind: fc.constantFrom('query' as const, 'query' as const, 'mutation' as const),
      waits: fc.array(fc.nat(1_000), { maxLength: 3 }),
    }),
    { maxLength: 14 },
  )
  .map((all) =>
    all.map(({ waits, ...draft }, index): Draft => {
      const after = index === 0 ? [] : [...new Set(waits.map((wait) => wait % index))];
      return { ...draft, after };
    }),
  );

/** Answers that have to be there before, by group. */
function levels(groups: readonly (readonly number[])[], all: readonly PlannedFetch[]): readonly number[] {
  const groupOf = (index: number) => groups.findIndex((group) => group.includes(index));
  const found: number[] = [];
  for (const group of groups) {
    const before = group
      .flatMap((index) => all[index]?.after ?? [])
      .map((index) => found[groupOf(index)] ?? 0);
    found.push(1 + Math.max(-1, ...before));
  }
  return found;
}

describe('the groups of fetches', () => {
  it('hold each of them once, after all that it waits for, with its like only, and take no longer', () => {
    fc.assert(
      fc.property(drafts, (given) => {
        const all = fetches(given);
        const groups = schedule(all);
        expect(groups.flat().sort((a, b) => a - b)).toEqual([...all.keys()]);
        for (const [at, group] of groups.entries()) {
          const sent = new Set(groups.slice(0, at).flat());
          for (const index of group)
            for (const other of all[index]?.after ?? []) expect(sent).toContain(other);
          expect(new Set(group.map((index) => all[index]?.node.serviceName)).size).toBe(1);
          if (group.length > 1)
            for (const index of group) {
              expect(all[index]?.node.requires).toBeDefined();
              expect(all[index]?.node.operationKind).toBe('query');
            }
        }
        const alone = [...all.keys()].map((index) => [index]);
        expect(Math.max(0, ...levels(groups, all))).toBe(Math.max(0, ...levels(alone, all)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('wait for company as long as nobody waits for them', () => {
    const early = { service: 'a', after: [0] };
    const late = { service: 'a', after: [2] };
    const between = { service: 'b', after: [0] };
    const root = { service: 'b', isEntities: false };
    expect(schedule(fetches([root, early, between, late]))).toEqual([[0], [2], [1, 3]]);
    // Not where somebody waits for it.
    const next = { service: 'c', after: [1] };
    expect(schedule(fetches([root, early, between, late, next]))).toEqual([[0], [1], [2], [3], [4]]);
  });
});
