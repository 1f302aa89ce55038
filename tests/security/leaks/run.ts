/** Random graphs, rules, callers and operations, one after the other, until the time is over. */
import { type Chooser, decidedBy } from '@portcullis/gateway/fixture/random/chooser';
import { randomGraph } from '@portcullis/gateway/fixture/random/graph';
import { createMesh } from '@portcullis/gateway/fixture/random/mesh';
import { type RandomOperation, randomOperation } from '@portcullis/gateway/fixture/random/operation';
import { judge, judgeCrowd, judgeRecords, type Setting } from './oracles.ts';
import { callers, RandomRules } from './rules.ts';
import { openWorld } from './world.ts';

export interface Leaks {
  readonly graphs: number;
  readonly cases: number;
  readonly crossing: number;
  readonly compared: number;
  readonly failures: readonly string[];
}

export interface Searching {
  readonly seed: number;
  /** Graphs are numbered from here. */
  readonly first?: number;
  /** Asked before each graph. */
  readonly isOver: (found: Leaks) => boolean;
  readonly say?: (found: Leaks) => void;
}

/** Of each graph: to compose it takes longer than to ask it. */
const operations = 10;

export async function searchForLeaks({ seed, first = 0, isOver, say }: Searching): Promise<Leaks> {
  const found = { graphs: 0, cases: 0, crossing: 0, compared: 0, failures: [] as string[] };
  while (!isOver(found)) {
    await searchGraph(seed, first + found.graphs, found);
    found.graphs += 1;
    say?.(found);
  }
  return found;
}

type Found = { -readonly [Name in keyof Leaks]: Name extends 'failures' ? string[] : Leaks[Name] };

async function searchGraph(seed: number, number: number, found: Found): Promise<void> {
  const choose = decidedBy('graph', seed, number);
  const setting = await open(choose, seed + number);
  try {
    for (let at = 0; at < operations; at += 1) {
      const operation = withoutReserved(randomOperation(choose, setting.api));
      if (operation === undefined) continue;
      const note = (failure: string, name: string) =>
        found.failures.push(
          `seed ${seed}, graph ${number}, ${name}: ${failure}\n  ${operation.query} ${JSON.stringify(operation.variables)}\n  again: npm run test:leaks -- --seed ${seed} --graph ${number}`,
        );
      for (const caller of callers) {
        const { crosses, isCompared, failures } = await judge(setting, {
          operation,
          caller,
          turn: found.cases + at,
        });
        found.cases += 1;
        found.crossing += Number(crosses);
        found.compared += Number(isCompared);
        for (const failure of failures) note(failure, caller.name);
      }
      for (const failure of await judgeCrowd(setting, operation)) note(failure, 'all');
    }
    for (const failure of await judgeRecords(setting)) {
      found.failures.push(`seed ${seed}, graph ${number}, records: ${failure}`);
    }
  } finally {
    await setting.world.house.close();
  }
}

/** Aliases that begin like introspection are refused before anything is decided. */
function withoutReserved(operation: RandomOperation | undefined): RandomOperation | undefined {
  return operation && { ...operation, query: operation.query.replaceAll('__proto__', 'hasOwnProperty') };
}

async function open(choose: Chooser, seed: number): Promise<Setting> {
  const graph = randomGraph(choose);
  const rules = new RandomRules(choose, graph);
  const { api } = createMesh(graph, seed).engine.snapshot.supergraph;
  return { graph, api, rules, world: await openWorld(graph, rules, seed) };
}
