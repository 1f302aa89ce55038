import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readBundle } from '@portcullis/policies/engine/bundle';
import { readPolicyFiles } from '@portcullis/policies/engine/folder';
import type { Circumstances, Subject } from '@portcullis/policies/engine/subject';
import type { AccessView } from '@portcullis/policies/engine/view';
import { createViewBuilder } from '@portcullis/policies/engine/views/build-views';
import { resolveView } from '@portcullis/policies/engine/views/resolve-view';
import { composeFile } from '@portcullis/schema/compose/compose';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { parse, validate } from 'graphql';
import { type Claims, personas } from '../identity/personas.ts';
import { examples, refusals } from './examples.ts';

const house = join(import.meta.dirname, '../..');
const noon: Circumstances = { zone: 'corp', hour: 12, breakGlass: false };

let supergraph: Supergraph;
/** By name, `anonymous` among them. */
let views: ReadonlyMap<string, AccessView>;
beforeAll(async () => {
  const composition = await composeFile(join(house, 'schema/supergraph.yaml'), {});
  if (composition.errors !== undefined) throw new Error(JSON.stringify(composition.errors));
  const enforces = new Map(composition.subgraphs.map((each) => [each.name, each.enforces]));
  supergraph = readSupergraph(composition.supergraphSdl, new Map(), enforces);
  const bundle = readBundle(await readPolicyFiles(join(house, 'policies')), supergraph);
  const builder = createViewBuilder(bundle);
  const guards = builder.guards(noon);
  const viewOf = (subject: Subject) => resolveView(bundle, builder.build(subject), guards);
  views = new Map([
    ['anonymous', viewOf({ ...unknown, kind: 'anonymous' })],
    ...personas.map(({ name, scopes, claims }) => [name, viewOf(subjectOf(scopes, claims))] as const),
  ]);
});

const unknown = {
  purpose: 'none',
  roles: new Set<string>(),
  teams: new Set<string>(),
  scopes: new Set<string>(),
  attributes: new Map<string, number | string>(),
  products: undefined,
};

/** As the gateway sees somebody with these claims who states no purpose. */
function subjectOf(scopes: readonly string[], claims: Claims): Subject {
  const { kind, roles = [], teams = [], purposes, clearance, region } = claims;
  const attributes = new Map<string, number | string>([
    ['clearance', clearance],
    ['region', region ?? 'none'],
  ]);
  return {
    kind,
    purpose: claims.purpose ?? (purposes.length === 1 ? (purposes[0] ?? 'none') : 'none'),
    roles: new Set(roles),
    teams: new Set(teams),
    scopes: new Set(scopes),
    attributes,
    products: undefined,
  };
}

function allows(name: string, coordinate: string): boolean {
  return views.get(name)?.allows(coordinate, 'query') ?? false;
}

test.each(examples)('the graph can answer: $title', ({ query }) => {
  expect(validate(supergraph.api, parse(query))).toEqual([]);
});

describe('what the demo says of', () => {
  test.each(refusals)('$persona is so', ({ persona, coordinates }) => {
    expect(coordinates.filter((each) => allows(persona, each))).toEqual([]);
    for (const each of coordinates) expect([each, supergraph.elements.has(each)]).toEqual([each, true]);
  });

  test('personas is said of all of them', () => {
    expect(refusals.map(({ persona }) => persona)).toEqual([
      'anonymous',
      ...personas.map(({ name }) => name),
    ]);
  });

  test('the steward is that no field is refused, but what would group persons by their city, which is masked', () => {
    const fields = [...supergraph.elements].filter(([, { kind }]) => kind === 'field').map(([each]) => each);
    expect(fields.filter((each) => !allows('steward', each)).sort()).toEqual([
      'PlayDistinct.city',
      'PlayKey.city',
      'SubscriberDistinct.city',
      'SubscriberKey.city',
    ]);
  });
});
