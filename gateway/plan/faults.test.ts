/** The planner's faults, each shown on the planner alone and mended around it. */
import { Supergraph as FederatedSupergraph, operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { describe, expect, it } from '@jest/globals';
import { federate } from '@portcullis/schema/supergraph/federate';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { Kind, parse } from 'graphql';
import { createOperation, type Operation } from '../program.ts';
import { uncoveredPath } from './coverage.ts';
import { coverageTypes } from './coverage-types.ts';
import { composed } from './fixture/graphs.ts';
import { mapFetches } from './map-fetches.ts';
import { createPlanner } from './planner.ts';

function operationOf(text: string): Operation {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return createOperation(definition);
}

/** The planner as it comes, for the supergraph as it was composed. */
function stock({ sdl }: Supergraph, text: string): QueryPlan {
  const federated = FederatedSupergraph.build(sdl, { supportedFeatures: null });
  const operation = operationFromDocument(federated.apiSchema(), parse(text));
  return new QueryPlanner(federated).buildQueryPlan(operation);
}

function fetchesOf({ node }: QueryPlan): readonly FetchNode[] {
  const fetches: FetchNode[] = [];
  if (node === undefined || node.kind === 'Subscription') return fetches;
  mapFetches(node, (fetch) => {
    fetches.push(fetch);
    return [fetch];
  });
  return fetches;
}

const mended = (supergraph: Supergraph, text: string) =>
  fetchesOf(createPlanner(supergraph.sdl).plan(operationOf(text)));
const textsOf = (fetches: readonly FetchNode[]) =>
  fetches.map(({ serviceName, operation }) => `${serviceName}: ${operation}`);
const entities = (selection: string) =>
  `query($representations:[_Any!]!){_entities(representations:$representations){...on ${selection}}}`;

const shop = composed({
  products: `type Query { product: Product }
    type Product @key(fields: "id") { id: ID! name: String owner: ID weight: Int price(currency: String = "CHF"): Int box: Box }
    type Box { size(unit: String): Int label: String }`,
  shipping: `type Product @key(fields: "id") {
      id: ID!
      price(currency: String = "CHF"): Int @external
      box: Box @external
      weight: Int @external
      postage: Int @requires(fields: "weight")
      eur: Int @requires(fields: "price(currency: \\"EUR\\")")
      usd: Int @requires(fields: "price(currency: \\"USD\\")")
      chf: Int @requires(fields: "price")
      volume: Int @requires(fields: "box { size(unit: \\"cm\\") }")
      stock: Int
    }
    type Box { size(unit: String): Int @external }`,
});

const shopTypes = coverageTypes(federate(shop.sdl), shop);

describe('selections that differ in their arguments alone', () => {
  const text = '{ product { price(currency: "USD") eur } }';

  it('are one to the planner', () => {
    const [first] = textsOf(fetchesOf(stock(shop, text)));
    expect(first).toBe('products: {product{__typename id price(currency:"USD")}}');
    expect(uncoveredPath(stock(shop, text), operationOf(text), shopTypes)).toEqual(['product', 'eur']);
  });

  it('are told apart, and renamed for the subgraph that requires one', () => {
    const [first, second] = mended(shop, text);
    expect(first?.operation).toBe(
      '{product{__typename id price(currency:"USD")price__given1:price(currency:"EUR")}}',
    );
    expect(second?.requires?.[0]).toMatchObject({
      selections: [{ name: '__typename' }, { name: 'id' }, { name: 'price__given1' }],
    });
    expect(second?.inputRewrites).toEqual([
      { kind: 'KeyRenamer', path: ['... on Product', 'price__given1'], renameKeyTo: 'price' },
    ]);
  });

  it('are told apart also where one has its arguments by default', () => {
    const [first] = mended(shop, '{ product { price(currency: "USD") chf } }');
    expect(first?.operation).toBe('{product{__typename id price(currency:"USD")price__given3:price}}');
  });

  it('go to a subgraph in two fetches where it requires both', () => {
    expect(textsOf(mended(shop, '{ product { eur usd stock } }')).slice(1)).toEqual([
      `shipping: ${entities('Product{eur stock}')}`,
      `shipping: ${entities('Product{usd}')}`,
    ]);
  });

  it('are renamed inside of an object', () => {
    const [, second] = mended(shop, '{ product { volume } }');
    expect(second?.inputRewrites).toEqual([
      { kind: 'KeyRenamer', path: ['... on Product', 'box', 'size__given4'], renameKeyTo: 'size' },
    ]);
  });

  it('leave no trace in what clients see', () => {
    expect(Object.keys(shop.api.getTypeMap()['Product'] ? productFields(shop) : {})).toEqual([
      'id',
      'name',
      'owner',
      'weight',
      'price',
      'box',
      'postage',
      'eur',
      'usd',
      'chf',
      'volume',
      'stock',
    ]);
    expect([...shop.elements.keys()].filter((name) => name.includes('__given'))).toEqual([]);
  });
});

function productFields({ api }: Supergraph): object {
  const type = api.getType('Product');
  return type && 'getFields' in type ? type.getFields() : {};
}

describe('what is fetched on a condition', () => {
  it('does not keep from being fetched what has none', () => {
    const text = 'query ($on: Boolean!) { product { stock volume @include(if: $on) } }';
    expect(uncoveredPath(stock(shop, text), operationOf(text), shopTypes)).toBeDefined();
    const fetches = mended(shop, text);
    expect(textsOf(fetches).at(-2)).toBe(`shipping: ${entities('Product{stock}')}`);
    expect(fetches.at(-2)?.requires?.[0]).toMatchObject({
      selections: [{ name: '__typename' }, { name: 'id' }],
    });
  });

  it('leaves the object that it is asked of', () => {
    const text =
      'query ($on: Boolean!, $off: Boolean!) { product @include(if: $on) { ... on Product @skip(if: $off) { name } } }';
    expect(uncoveredPath(stock(shop, text), operationOf(text), shopTypes)).toEqual(['product']);
    expect(textsOf(mended(shop, text))).toEqual([
      'products: query($off:Boolean!){product{__typename ...on Product@skip(if:$off){name}}}',
    ]);
  });
});

const twoKeys = '@key(fields: "code", resolvable: false) @key(fields: "id")';
const owner = '@key(fields: "id") @key(fields: "code")';
const fields = 'id: ID! code: ID! x: Int';

describe('a subgraph that is entered again', () => {
  it.each([
    [
      'for what it computes',
      `type A ${owner} { ${fields} }`,
      `type Query { a: A } type A ${twoKeys} { ${fields} @external y: Int @requires(fields: "x") }`,
      '{ a { y } }',
    ],
    [
      'for what it computes of a member of a union',
      `type A ${owner} { ${fields} }`,
      `union U = A | B type B { z: Int } type Query { a: U }
       type A ${twoKeys} { ${fields} @external y: Int @requires(fields: "x") }`,
      '{ a { ... on A { y } } }',
    ],
    [
      'for what it computes of an interface object',
      `interface I ${owner} { ${fields} } type A implements I ${owner} { ${fields} }`,
      `type Query { a: I } type I @interfaceObject ${twoKeys} { ${fields} @external y: Int @requires(fields: "x") }`,
      '{ a { y } }',
    ],
    [
      'when the type of an interface object is known',
      `interface I ${owner} { ${fields} } type A implements I ${owner} { ${fields} }`,
      `type Query { a: I } type I @interfaceObject ${twoKeys} { id: ID! code: ID! y: Int }`,
      '{ a { ... on A { y } } }',
    ],
  ])('%s is entered by a key that it resolves', (_when, home, other, text) => {
    const supergraph = composed({ home, other });
    const keys = (fetches: readonly FetchNode[]) => JSON.stringify(fetches.at(-1)?.requires);
    expect(keys(fetchesOf(stock(supergraph, text)))).toContain('"name":"code"');
    expect(keys(mended(supergraph, text))).toContain('"name":"id"');
    expect(keys(mended(supergraph, text))).not.toContain('"name":"code"');
  });
});
