/** The limit to products on the graph of the demo: where the rules allow everything to everybody, it is all that holds. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { visibleSchema } from '@portcullis/gateway/visible/visible-schema';
import { readBundle } from '@portcullis/policies/engine/bundle';
import type { Decidable } from '@portcullis/policies/engine/decidable';
import { compare } from '@portcullis/policies/engine/fixture/differences';
import { moments, subject } from '@portcullis/policies/engine/fixture/media';
import { ruleOf } from '@portcullis/policies/engine/fixture/rules';
import { readPolicyFiles } from '@portcullis/policies/engine/folder';
import { createViewBuilder } from '@portcullis/policies/engine/views/build-views';
import { resolveView } from '@portcullis/policies/engine/views/resolve-view';
import { composeFile } from '@portcullis/schema/compose/compose';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

const house = join(import.meta.dirname, '../..');
const products = ['video', 'music', 'podcasts', 'live', 'audience', 'billing'] as const;
const operations = ['query', 'mutation', 'subscription'] as const;

let supergraph: Supergraph;
let bundle: Decidable;
beforeAll(async () => {
  const composition = await composeFile(join(house, 'schema/supergraph.yaml'), {});
  if (composition.errors !== undefined) throw new Error(JSON.stringify(composition.errors));
  const enforces = new Map(composition.subgraphs.map((each) => [each.name, each.enforces]));
  supergraph = readSupergraph(composition.supergraphSdl, new Map(), enforces);
  const read = readBundle(await readPolicyFiles(join(house, 'policies')), supergraph);
  bundle = { ...read, rules: [ruleOf({ id: 'global.all' })] };
});

const limitedTo = (of: readonly string[] | undefined) =>
  subject({ scopes: bundle.model.scopes, products: of });

function viewOf(of: readonly string[] | undefined) {
  const builder = createViewBuilder(bundle);
  return resolveView(bundle, builder.build(limitedTo(of)), builder.guards(moments.noon));
}

/** Of everything that has owners, what a caller may use. */
function allowedTo(of: readonly string[] | undefined): readonly string[] {
  const view = viewOf(of);
  const coordinates = bundle.model.fields.map(({ coordinate }) => coordinate);
  return coordinates.filter((each) => operations.some((operation) => view.allows(each, operation)));
}

const isOf = (product: string) => (coordinate: string) =>
  supergraph.elements.get(coordinate)?.owners.includes(product) === true;

/** Of what a schema has: all but its types. */
function coordinatesOf(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) => [
      `${type.name}.${name}`,
      ...args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
    ]);
  });
}

describe.each(products)('of the demo, limited to %s', (product) => {
  it('nothing is allowed that is not resolved there, and something is', () => {
    const allowed = allowedTo([product]);
    expect(allowed.length).toBeGreaterThan(30);
    expect(allowed.filter((each) => !isOf(product)(each))).toEqual([]);
    expect(allowedTo(undefined)).toEqual(expect.arrayContaining([...allowed]));
  });

  it('nothing is shown that is not resolved there', () => {
    const schema = visibleSchema(supergraph.api, viewOf([product]));
    if (schema === undefined) throw new Error('everything is shown');
    const shown = coordinatesOf(schema);
    expect(shown.length).toBeGreaterThan(20);
    // Nobody resolves a field of an interface: it is what it is on each type that is shown.
    const stood = (coordinate: string) => {
      const [name = '', rest] = coordinate.split('.');
      const type = schema.getType(name);
      if (!isInterfaceType(type)) return [coordinate];
      const possible = schema.getPossibleTypes(type).map((each) => `${each.name}.${rest}`);
      return possible.length === 0 ? [coordinate] : possible;
    };
    expect(shown.flatMap(stood).filter((each) => !isOf(product)(each))).toEqual([]);
  });

  it('nothing is computed of what is not resolved there, unless its owner has declassified it', () => {
    const computed = allowedTo([product]).flatMap((each) => supergraph.elements.get(each)?.requires ?? []);
    const inputs = computed.filter((each) => supergraph.elements.get(each)?.declassified !== true);
    expect(inputs.filter((each) => !isOf(product)(each))).toEqual([]);
  });

  it('the reference says the same', () => {
    const asking = { bundle, subject: limitedTo([product]), circumstances: moments.noon };
    const { differences } = compare(viewOf([product]), asking);
    expect(differences).toEqual([]);
  });
});
