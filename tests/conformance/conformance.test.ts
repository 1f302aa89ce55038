/** Every case of every graph, on our engine, on the stock one and on the monolith: one answer. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { graphs } from './graphs.ts';
import { type Engines, startEngines } from './kit/engines.ts';
import { isPathless } from './kit/faults.ts';
import type { ConformanceCase, Outcome } from './kit/graph.ts';
import { textOf } from './kit/outcome.ts';
import { randomOperations } from './kit/random.ts';

describe.each(graphs)('$topic', (graph) => {
  let engines: Engines;
  beforeAll(async () => {
    engines = await startEngines(graph);
  });
  afterAll(() => engines?.close());

  const right = async (asked: ConformanceCase): Promise<Outcome> =>
    asked.expected ?? (await engines.monolith(asked));

  it.each(graph.cases)('$name', async (asked) => {
    const [ours, expected] = [await engines.ours(asked), await right(asked)];
    expect(textOf(explained(ours, expected, asked))).toBe(textOf(expected));
    const { requests = {}, representations = {} } = asked;
    for (const [name, most] of Object.entries(requests)) {
      expect([name, sentTo(engines, name).length]).toEqual([name, most]);
    }
    for (const [name, most] of Object.entries(representations)) {
      expect([name, sentTo(engines, name).flatMap(representationsOf).length]).toEqual([name, most]);
    }
  });

  // Of several nulls that propagate to one place, one error is enough (GraphQL §6.4.4): which one is anybody's choice.
  const comparable = ({ data, errors }: Outcome) =>
    textOf({ data, errors: errors.length === 0 ? [] : ['some'] });

  if (graph.unanswerable === undefined) {
    it('random operations', async () => {
      const operations = randomOperations(engines.api);
      await fc.assert(
        fc.asyncProperty(operations, async (query) => {
          const asked = { name: 'random', query };
          const ours = await engines.ours(asked);
          expect(comparable(ours)).toBe(comparable(await engines.monolith(asked)));
        }),
        // The same operations in every run: what chance finds is for whoever changes the seed, not for who lands next.
        { numRuns: 8, seed: 1 },
      );
    }, 120_000);
  }

  it.each(graph.cases.filter(({ stockHangs }) => stockHangs === undefined))(
    'the stock engine: $name',
    async (asked) => {
      // Its errors are of another kind: a null that propagates is told in `extensions`, a failed fetch at no field.
      const data = (outcome: Outcome) => textOf({ ...outcome, errors: [] });
      const [stock, expected] = [data(await engines.stock(asked)), data(await right(asked))];
      if (asked.stock === undefined) expect(stock).toBe(expected);
      else expect(stock).not.toBe(expected);
    },
  );
});

/** A subgraph whose errors have no paths leaves the gateway to say how far up they are. */
function explained(ours: Outcome, expected: Outcome, { faults = {} }: ConformanceCase): Outcome {
  if (!Object.values(faults).some(isPathless)) return ours;
  const above = (path: string, other: string) => path === '' || `${other}.`.startsWith(`${path}.`);
  const explains = expected.errors.every((path) => ours.errors.some((each) => above(each, path)));
  const strays = ours.errors.filter((path) => !expected.errors.some((each) => above(path, each)));
  return { data: ours.data, errors: explains ? [...expected.errors, ...strays] : ours.errors };
}

function sentTo({ house }: Engines, name: string) {
  return house.subgraphs.get(name)?.asked ?? [];
}

function representationsOf({
  variables,
}: {
  variables: Readonly<Record<string, unknown>>;
}): readonly unknown[] {
  return Object.values(variables)
    .flatMap((value) => (Array.isArray(value) ? value : []))
    .filter((value) => typeof value === 'object' && value !== null && '__typename' in value);
}
