import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AccessRules, buildAccessRules, readTags } from '@portcullis/policies/engine/bundle';
import { evaluate } from '@portcullis/policies/engine/evaluate';
import { composeFile } from '@portcullis/schema/compose/compose';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { parse, validate } from 'graphql';
import { personas } from '../identity/personas.ts';
import { examples, refusals } from './examples.ts';

const house = join(import.meta.dirname, '../..');
let supergraph: Supergraph;
let rules: AccessRules;
beforeAll(async () => {
  const composition = await composeFile(join(house, 'schema/supergraph.yaml'), {});
  supergraph = readSupergraph(composition.supergraphSdl ?? '');
  const tags = await readFile(join(house, 'policies/global/tags.yaml'), 'utf8');
  rules = buildAccessRules(supergraph, readTags(tags));
});

function callerNamed(name: string) {
  const persona = personas.find((candidate) => candidate.name === name);
  if (persona === undefined) return { kind: 'anonymous' } as const;
  return { kind: 'authenticated', scopes: new Set(persona.scopes) } as const;
}

test.each(examples)('the graph can answer: $title', ({ query }) => {
  expect(validate(supergraph.api, parse(query))).toEqual([]);
});

describe('what the demo says of', () => {
  test.each(refusals)('$persona is so', ({ persona, coordinates }) => {
    const allowed = coordinates.filter(
      (each) => evaluate(rules, callerNamed(persona), each).effect === 'allow',
    );
    expect(allowed).toEqual([]);
    for (const each of coordinates) expect([each, supergraph.elements.has(each)]).toEqual([each, true]);
  });

  test('personas is said of all of them', () => {
    expect(refusals.map(({ persona }) => persona)).toEqual([
      'anonymous',
      ...personas.map(({ name }) => name),
    ]);
  });

  test('the steward is that nothing is refused that anybody else may read', () => {
    const others = personas.filter(({ name }) => name !== 'steward');
    const withheld = [...supergraph.elements.keys()].filter(
      (each) =>
        evaluate(rules, callerNamed('steward'), each).effect === 'deny' &&
        others.some(({ name }) => evaluate(rules, callerNamed(name), each).effect === 'allow'),
    );
    expect(withheld).toEqual([]);
  });
});
