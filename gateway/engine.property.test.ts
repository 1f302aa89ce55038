/** The engine on random graphs: its two paths give one answer, which is the right one where subgraphs are well. */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc, { type GeneratorValue } from 'fast-check';
import { isObjectType, parse } from 'graphql';
import type { SubgraphReply } from './execute/client/call.ts';
import type { Answering, Engine, EngineAnswer } from './fixture/engine.ts';
import { type Chooser, decidedBy, drawn } from './fixture/random/chooser.ts';
import { spoilt } from './fixture/random/faults.ts';
import { randomGraph } from './fixture/random/graph.ts';
import { createMesh, type Mesh } from './fixture/random/mesh.ts';
import { type RandomOperation, randomOperation } from './fixture/random/operation.ts';
import { unfitRepresentations } from './fixture/random/representations.ts';
import type { Mask } from './program.ts';

/** Of each graph: to compose it takes longer than to ask it. */
const operations = 8;

function draw(generate: GeneratorValue, seed: number): { mesh: Mesh; asked: readonly RandomOperation[] } {
  const choose = drawn(generate);
  const mesh = createMesh(randomGraph(choose), seed);
  const { api } = mesh.engine.snapshot.supergraph;
  const drafts = Array.from({ length: operations }, () => randomOperation(choose, api));
  return { mesh, asked: drafts.filter((each) => each !== undefined) };
}

/** Whatever order replies come in. */
async function wait(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}

type Change = (text: string, words: readonly unknown[]) => SubgraphReply;

const unchanged: Change = (text) => ({ outcome: 'answered', status: 200, body: Buffer.from(text) });

/** The same reply to the same request, whoever sends it. */
function answering({ ask }: Mesh, seed: number, change: Change): Answering {
  return async ({ subgraph }, { query, variables }) => {
    const words = [seed, subgraph, query, variables];
    await wait(decidedBy('wait', ...words).below(40));
    return change(await ask(subgraph, query, variables), words);
  };
}

interface Both {
  readonly bytes: EngineAnswer;
  readonly tree: EngineAnswer;
}

type Asking = Pick<RandomOperation, 'query' | 'variables'> & { readonly masks?: ReadonlyMap<string, Mask> };

async function ask(
  engine: Engine,
  { query, variables, masks = new Map() }: Asking,
  reply: Answering,
): Promise<Both> {
  const options = { variables, decision: { masks } };
  return {
    bytes: await engine.answer(query, reply, options),
    tree: await engine.answer(query, reply, { ...options, splices: false }),
  };
}

/** Some of the fields of object types, keys among them. */
function coordinates({ engine }: Mesh, choose: Chooser): readonly string[] {
  const { api } = engine.snapshot.supergraph;
  const types = Object.values(api.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  );
  const all = types.flatMap((type) =>
    isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
  );
  return choose.some(all, 20);
}

const masks: readonly Mask[] = [
  () => null,
  (value) => value,
  (value) => (typeof value === 'string' ? `${value.slice(0, 1)}…` : value),
  () => 'é',
  () => 7,
];

/** What was sent: to whom, in whatever order, with the representations in whatever order. */
function requestsOf({ calls }: EngineAnswer): readonly string[] {
  return calls
    .map(({ subgraph, body }) => {
      const { variables, ...rest } = JSON.parse(String(body));
      const sorted = Object.entries(variables).map(([name, value]) => [
        name,
        name.startsWith('representations')
          ? (value as unknown[]).map((each) => JSON.stringify(each)).sort()
          : value,
      ]);
      return JSON.stringify([subgraph, rest, sorted]);
    })
    .sort();
}

const told = ({ errors }: EngineAnswer): readonly string[] =>
  errors.map((error) => JSON.stringify(error)).sort();

describe('a random operation on a random graph', () => {
  const paths = { bytes: 0, tree: 0, fallback: 0 };

  it('is answered on both paths as by one schema over all data', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat(), async (generate, seed) => {
        const { mesh, asked } = draw(generate, seed);
        for (const operation of asked) {
          const { data, errors } = mesh.expected(parse(operation.query), operation.variables);
          expect(errors).toBeUndefined();
          const { bytes, tree } = await ask(mesh.engine, operation, answering(mesh, seed, unchanged));
          expect(tree.text).toBe(JSON.stringify(data));
          expect(bytes.text).toBe(tree.text);
          expect([...told(bytes), ...told(tree)]).toEqual([]);
          expect(requestsOf(bytes)).toEqual(requestsOf(tree));
          paths[bytes.path ?? 'tree'] += 1;
        }
      }),
      // The same graphs in every run, since it is counted how each operation went.
      { numRuns: 20, seed: 1, endOnFailure: true },
    );
  }, 300_000);

  it('took the bytes of replies in most cases, and began with them in vain in few', () => {
    const all = paths.bytes + paths.tree + paths.fallback;
    expect(all).toBeGreaterThan(100);
    expect(paths.bytes / all).toBeGreaterThan(0.6);
    expect(paths.fallback / all).toBeLessThan(0.05);
  });

  it('is answered alike on both paths, whatever subgraphs reply', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat(), async (generate, seed) => {
        const { mesh, asked } = draw(generate, seed);
        const choose = decidedBy('rights', seed);
        const denied = choose.chance(50) ? coordinates(mesh, choose) : [];
        const engine = mesh.engine.denying(new Set(denied));
        for (const each of asked) {
          const masked = coordinates(mesh, choose).map((name) => [name, choose.pick(masks)] as const);
          const operation = { ...each, masks: new Map(masked) };
          for (let fault = 0; fault < 4; fault += 1) {
            const change: Change = (text, words) => {
              const choose = decidedBy('fault', fault, ...words);
              return choose.chance(60) ? spoilt(text, choose) : unchanged(text, words);
            };
            const { bytes, tree } = await ask(engine, operation, answering(mesh, seed, change));
            expect(bytes.text).toBe(tree.text);
            expect(told(bytes)).toEqual(told(tree));
            expect(requestsOf(bytes)).toEqual(requestsOf(tree));
            const { composed } = engine.snapshot.supergraph;
            expect(bytes.calls.flatMap((call) => unfitRepresentations(call, composed))).toEqual([]);
          }
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  }, 300_000);

  it('is answered alike whether or not it is shared with others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat(), async (generate, seed) => {
        const { mesh, asked } = draw(generate, seed);
        const change: Change = (text, words) => {
          const choose = decidedBy('shared', ...words);
          return choose.chance(20) ? spoilt(text, choose) : unchanged(text, words);
        };
        const reply = answering(mesh, seed, change);
        const crowd = [...asked, ...asked, ...asked];
        const [alone, shared] = [
          await mesh.engine.together(crowd, reply, false),
          await mesh.engine.together(crowd, reply, true),
        ];
        expect(shared.texts).toEqual(alone.texts);
        expect(shared.calls).toBeLessThanOrEqual(alone.calls);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  }, 300_000);
});
