/** A graph's subgraphs, started once, with all that answers over them. */
import { join } from 'node:path';
import { type House, openHouse } from '@portcullis/gateway/fixture/house';
import { composeFile } from '@portcullis/schema/compose/compose';
import { describeProblem } from '@portcullis/schema/compose/problem';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { GraphQLSchema } from 'graphql';
import { inject } from './faults.ts';
import type { ConformanceCase, ConformanceGraph, Outcome, Store } from './graph.ts';
import { createMonolith, type Monolith } from './monolith.ts';
import { outcomeOf } from './outcome.ts';
import { serve } from './serve.ts';
import { type Stock, startStock } from './stock.ts';
import { createStore } from './store.ts';

export interface Engines {
  readonly api: GraphQLSchema;
  readonly house: House;
  ours(asked: ConformanceCase): Promise<Outcome>;
  stock(asked: ConformanceCase): Promise<Outcome>;
  monolith(asked: ConformanceCase): Promise<Outcome>;
  close(): Promise<void>;
}

const limits = {
  depth: 40,
  tokens: 15_000,
  subgraphResponseBytes: 10_000_000,
  // What is compared is answers, and not how soon they come: on a busy machine a thousand entities take their time.
  requestTimeoutMs: 30_000,
  subgraphTimeoutMs: 15_000,
};

export async function startEngines(graph: ConformanceGraph): Promise<Engines> {
  let store: Store | undefined;
  const serving = {
    graph,
    store: () => {
      if (store === undefined) throw new Error('nothing was asked yet');
      return store;
    },
  };
  const house = await openHouse(
    Object.keys(graph.subgraphs).map((name) => serve(name, serving)),
    { open: true, limits },
  );
  const composition = await composeFile(join(house.folder, 'supergraph.yaml'));
  if (composition.errors !== undefined)
    throw new Error(composition.errors.map((each) => describeProblem(each)).join('\n'));
  const { api } = readSupergraph(composition.supergraphSdl);
  const stock: Stock = await startStock(composition.supergraphSdl);
  const monolith: Monolith = createMonolith(graph, api);

  async function over(asked: ConformanceCase, ask: () => Promise<Outcome>): Promise<Outcome> {
    store = createStore(graph.rows(), api);
    house.forget();
    const ends = await startFaults(asked, house);
    try {
      return await ask();
    } finally {
      for (const end of ends) await end();
    }
  }

  return {
    api,
    house,
    ours: (asked) =>
      over(asked, async () =>
        outcomeOf((await house.ask(asked.query, { variables: asked.variables ?? {} })).body),
      ),
    stock: (asked) => over(asked, () => stock.ask(asked)),
    monolith: (asked) => monolith.ask(asked),
    async close() {
      await stock.close();
      await house.close();
    },
  };
}

async function startFaults({ faults = {} }: ConformanceCase, house: House) {
  const ends: (() => Promise<void>)[] = [];
  for (const [name, fault] of Object.entries(faults)) {
    const subgraph = house.subgraphs.get(name);
    if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
    ends.push(await inject(fault, subgraph));
  }
  return ends;
}
