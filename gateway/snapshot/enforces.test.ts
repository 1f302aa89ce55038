/** What subgraphs carry out, where the supergraph is composed already and cannot say it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { createPrograms } from '../plan/programs.ts';
import { inlineToolchain } from './inline-toolchain.ts';
import { make } from './make.ts';
import { noRules, readGraph } from './source.ts';

let supergraph: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enforces '));
  supergraph = join(folder, 'supergraph.graphql');
  const { supergraphSdl } = composeServices([
    { name: 'live', url: 'http://live', typeDefs: parse('type Query { streams: Int }') },
  ]);
  await writeFile(supergraph, supergraphSdl ?? '');
});
afterAll(() => rm(folder, { recursive: true }));

async function served(enforces: Parameters<typeof readGraph>[0]['enforces']) {
  const graph = await readGraph({ supergraph, enforces }, inlineToolchain);
  return make({ graph, rules: noRules }, {
    open: true,
    named: {},
    bound: [],
    toolchain: inlineToolchain,
    createPrograms: (planner, model) => createPrograms(planner, model),
    warmUp: () => Promise.reject(new Error('there is nothing before it')),
    swapped() {},
    measure: undefined,
  } as Parameters<typeof make>[1]);
}

it('is taken from the configuration, and is nothing by default', async () => {
  const { snapshot } = await served({ live: ['rows'] });
  expect(snapshot.supergraph.subgraphs.get('live')?.enforces).toEqual(new Set(['rows']));
  expect((await served({})).snapshot.supergraph.subgraphs.get('live')?.enforces).toEqual(new Set());
});

it('makes another graph of it', async () => {
  const versions = await Promise.all(
    ([{}, { live: ['rows'] }, { live: ['groups'] }] as const).map(
      async (enforces) => (await readGraph({ supergraph, enforces }, inlineToolchain)).version,
    ),
  );
  expect(new Set(versions).size).toBe(3);
});

it('names subgraphs that there are', async () => {
  await expect(served({ life: ['rows'] })).rejects.toThrow(
    'enforces names life, which is no subgraph. Take one of: live.',
  );
});
