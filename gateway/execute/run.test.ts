import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Step } from '../program.ts';
import { runSteps } from './run.ts';

const step = (index: number, after: readonly number[]): Step => ({
  index,
  after,
  parts: new Set(['']),
  subgraph: 's',
  url: '',
  kind: 'query',
  head: '',
  variables: [],
  batches: [],
  alone: [],
});

/** Each waits for some of those before it; `takes`: turns until it has ended. */
const graphs = fc
  .array(fc.record({ waits: fc.array(fc.nat(1_000), { maxLength: 3 }), takes: fc.nat(8) }), { maxLength: 12 })
  .map((all) =>
    all.map(({ waits, takes }, index) => {
      const after = index === 0 ? [] : [...new Set(waits.map((wait) => wait % index))];
      return { step: step(index, after), takes };
    }),
  );

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe('steps', () => {
  it('start once, as soon as those before them have ended, and not before', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const ended = new Set<number>();
        const started: number[] = [];
        await runSteps(
          graph.map((each) => each.step),
          async ({ index, after }) => {
            started.push(index);
            for (const other of after) expect(ended).toContain(other);
            await turns(graph[index]?.takes ?? 0);
            ended.add(index);
          },
        );
        expect(started.sort((a, b) => a - b)).toEqual([...graph.keys()]);
        expect(ended.size).toBe(graph.length);
      }),
    );
  });

  it('do not start after one has failed, and the first fault is told', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.array(fc.nat(11), { minLength: 1 }), async (graph, faulty) => {
        fc.pre(graph.some((_, index) => faulty.includes(index)));
        let first: unknown;
        let started = 0;
        const running = runSteps(
          graph.map((each) => each.step),
          async ({ index }) => {
            started += 1;
            await turns(graph[index]?.takes ?? 0);
            if (!faulty.includes(index)) return;
            first ??= index;
            throw index;
          },
        );
        const told = await running.catch((fault: unknown) => fault);
        expect(told).toBe(first);
        const before = started;
        await turns(200);
        expect(started).toBe(before);
      }),
    );
  });
});
