import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readBundle } from '@portcullis/policies/engine/bundle';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { parse, validate } from 'graphql';
import { composeGraph, composeLargeGraph } from './graph/graph.ts';
import { thousandRules, vocabulary } from './graph/rules.ts';
import { directions } from './micro/scaling.ts';
import { modes, workload } from './workloads.ts';

let folder: string;
let graph: Supergraph;
let large: Supergraph;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench graph '));
  const subgraphs = ['accounts', 'inventory', 'products', 'reviews'].map((name) => ({
    name,
    url: 'http://127.0.0.1:9/graphql',
    schema: join(import.meta.dirname, 'graph', `${name}.graphql`),
  }));
  graph = readSupergraph(await readFile(await composeGraph(folder, subgraphs), 'utf8'));
  large = readSupergraph(await readFile(await composeLargeGraph(folder, subgraphs), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

const names = ['W1', 'W2', 'W3'].flatMap((name) => [name, `${name}+denied`]);
const sizes = directions.flat().map(({ name }) => name);

describe.each([...names, ...sizes])('%s', (name) => {
  test.each(modes)('is a valid operation of the graph in mode %s', (mode) => {
    const { query } = JSON.parse(workload(name, mode).body(7));
    expect(validate(graph.api, parse(query))).toEqual([]);
  });
});

describe.each(names)('%s', (name) => {
  test('varies as its mode says', () => {
    const bodies = (mode: (typeof modes)[number]) => {
      const { body } = workload(name, mode);
      return Array.from({ length: 100 }, (_, n) => JSON.parse(body(n)));
    };
    const queries = (mode: (typeof modes)[number]) => new Set(bodies(mode).map(({ query }) => query)).size;
    const variables = bodies('variables').map((body) => JSON.stringify(body.variables));
    expect([queries('same'), queries('auth'), queries('variables'), queries('text')]).toEqual([1, 1, 1, 100]);
    expect(new Set(variables).size).toBe(100);
  });
});

test('the graph of P has a thousand rules and more, on fields that there are', () => {
  const bundle = readBundle(
    [
      { path: 'global/vocabulary.yaml', text: vocabulary },
      { path: 'global/rules.cedar', text: thousandRules() },
    ],
    large,
  );
  expect(bundle.rules.length).toBeGreaterThan(1_000);
  expect(bundle.warnings).toEqual([]);
});
