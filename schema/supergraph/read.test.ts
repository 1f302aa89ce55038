import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { parse, printSchema } from 'graphql';
import { readSupergraph } from './read.ts';
import { SupergraphError } from './supergraph.ts';

const federation = (imports: readonly string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports.join(', ')}])`;

function compose(subgraphs: Readonly<Record<string, string>>): string {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: parse(sdl) })),
  );
  if (result.errors !== undefined) throw new Error(result.errors.map(String).join('\n'));
  return result.supergraphSdl;
}

const hr = `
  ${federation(['"@key"', '"@tag"', '"@shareable"', '"@inaccessible"', '"@requiresScopes"', '"@authenticated"'])}
  type Query { me: Employee }
  interface Person { id: ID! name: String }
  type Employee implements Person @key(fields: "id org { code }") @authenticated {
    id: ID!
    org: Org!
    name: String @tag(name: "pii")
    salary: Int @requiresScopes(scopes: [["hr:pay", "hr:read"], ["root"]])
    secret: String @inaccessible
    constructor: String
  }
  type Org { code: String! @shareable }
`;
const pay = `
  ${federation(['"@key"', '"@external"', '"@requires"', '"@shareable"', '"@requiresScopes"', '"@authenticated"'])}
  type Employee @key(fields: "id org { code }") {
    id: ID!
    org: Org!
    salary: Int @external
    bonus: Int @requires(fields: "salary") @authenticated @requiresScopes(scopes: [["hr:pay", "hr:read"], ["root"]])
  }
  type Org { code: String! @shareable }
`;
const both = () => readSupergraph(compose({ hr, pay }));

describe('readSupergraph', () => {
  it('keeps what the owners declared, by coordinate', () => {
    const { elements } = both();
    expect(elements.get('Employee.name')?.tags).toEqual(new Set(['pii']));
    expect(elements.get('Employee')?.authenticated).toBe(true);
    expect(elements.get('Employee.salary')?.scopes).toEqual([['hr:pay', 'hr:read'], ['root']]);
    expect(elements.get('Employee.name')?.scopes).toBeUndefined();
  });

  it('knows the inputs of a field that is computed from others, its keys and its owners', () => {
    const supergraph = both();
    expect(supergraph.elements.get('Employee.bonus')?.requires).toEqual(['Employee.salary']);
    expect(supergraph.elements.get('Employee.bonus')?.subgraphs).toEqual(['pay']);
    expect(supergraph.elements.get('Employee.salary')?.subgraphs).toEqual(['hr']);
    expect(supergraph.keys).toEqual(new Set(['Employee.id', 'Employee.org', 'Org.code']));
    expect(supergraph.subgraphs.get('pay')).toEqual({
      name: 'pay',
      url: 'http://pay',
      enforces: new Set(),
    });
  });

  it('shows clients neither what is inaccessible nor how the graph is joined', () => {
    const { api, composed } = both();
    expect(JSON.stringify(composed.getType('Employee')?.astNode)).toContain('secret');
    const names = Object.keys(api.getTypeMap());
    expect(names.filter((name) => /join|link/.test(name))).toEqual([]);
    expect(names).not.toContain('Scope');
    expect(JSON.stringify(api.getType('Employee')?.astNode)).not.toContain('secret');
  });

  it('treats names like `constructor` as data', () => {
    const supergraph = both();
    expect(supergraph.elements.get('Employee.constructor')?.type).toBe('String');
    expect(supergraph.elements.get('Employee.toString')).toBeUndefined();
    expect(supergraph.possibleTypes.get('constructor')).toBeUndefined();
  });

  it.each([
    ['renamed on import', '{name: "@requiresScopes", as: "@only"}', '@only'],
    ['left to its prefix', undefined, '@federation__requiresScopes'],
  ])('B09: finds an access directive that is %s', (_case, entry, name) => {
    const sdl = `${federation(['"@key"', ...(entry === undefined ? [] : [entry])])}
      type Query { a: Int ${name}(scopes: [["s"]]) }`;
    expect(readSupergraph(compose({ a: sdl })).elements.get('Query.a')?.scopes).toEqual([['s']]);
  });

  it('B08: two owners that ask for different scopes are both satisfied', () => {
    const sdl = (scope: string) => `${federation(['"@shareable"', '"@requiresScopes"'])}
      type Query { a: Int @shareable @requiresScopes(scopes: [["${scope}"]]) }`;
    const { elements } = readSupergraph(compose({ a: sdl('x'), b: sdl('y') }));
    expect(elements.get('Query.a')?.scopes?.map((list) => [...list].sort())).toEqual([['x', 'y']]);
  });

  it.each([
    ['renamed on import', '{name: "@policy", as: "@hush"}', '@hush'],
    ['left to its prefix', '"@key"', '@federation__policy'],
  ])(
    'B08, B09: reads the named conditions of every owner by a directive that is %s',
    (_case, entry, name) => {
      const sdl = (condition: string) => `${federation(['"@shareable"', entry])}
      type Query { a: Int @shareable ${name}(policies: [["${condition}"]]) }`;
      const { elements, api } = readSupergraph(compose({ a: sdl('x'), b: sdl('y') }));
      expect(elements.get('Query.a')?.policies?.map((list) => [...list].sort())).toEqual([['x', 'y']]);
      expect(elements.get('Query')?.policies).toBeUndefined();
      expect(Object.keys(api.getTypeMap()).join()).not.toMatch(/policy/i);
    },
  );

  it('B10: refuses an unknown spec that is linked for: SECURITY', () => {
    const sdl = compose({ a: 'type Query { a: Int }' }).replace(
      'schema\n',
      'schema\n  @link(url: "https://example.com/vault/v1.0", for: SECURITY)\n',
    );
    expect(() => readSupergraph(sdl)).toThrow(SupergraphError);
    expect(() => readSupergraph(sdl)).toThrow(/example\.com\/vault\/v1\.0 for: SECURITY/);
  });

  it.each(['policy/v9.0', 'context/v9.0', 'authenticated/v9.0'])(
    'refuses %s, whose meaning it does not carry out',
    (spec) => {
      const sdl = compose({ a: 'type Query { a: Int }' }).replace(
        'schema\n',
        `schema\n  @link(url: "https://specs.apollo.dev/${spec}")\n`,
      );
      expect(() => readSupergraph(sdl)).toThrow(new RegExp(spec.replace('.', '\\.')));
    },
  );

  it('refuses an access directive that is linked from nowhere', () => {
    const sdl = `${compose({ a: 'type Query { a: Int }' })}\ndirective @authenticated on FIELD_DEFINITION`;
    expect(() => readSupergraph(sdl)).toThrow(/not linked/);
  });

  it('reads which column a generated input uses, and refuses one that is not there', () => {
    const sdl = (field: string) => `
      ${federation(['"@composeDirective"'])}
        @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses"])
        @composeDirective(name: "@uses")
      directive @uses(field: String!, as: Use!) repeatable on INPUT_FIELD_DEFINITION | ENUM_VALUE | FIELD_DEFINITION
      enum Use { FILTER ORDER GROUP AGGREGATE }
      type Query { plays(where: Where): [Play] }
      type Play { country: String }
      input Where { country: String @uses(field: "${field}", as: FILTER) }`;
    const { elements } = readSupergraph(compose({ a: sdl('Play.country') }));
    expect(elements.get('Where.country')?.uses).toEqual([{ field: 'Play.country', as: 'FILTER' }]);
    expect(() => readSupergraph(compose({ a: sdl('Play.county') }))).toThrow(/Where\.country.*Play\.county/);
  });

  const spec = (imports: string) => `@link(url: "https://portcullis.dev/spec/v1.0", import: [${imports}])`;
  const shop = `
    ${federation(['"@key"', '"@composeDirective"', '"@shareable"'])}
      ${spec('{name: "@uses", as: "@reads"}, "@usesNothing", "@carrier", "@product", "@declassify"')}
      ${['@reads', '@usesNothing', '@carrier', '@product', '@declassify']
        .map((name) => `@composeDirective(name: "${name}")`)
        .join(' ')}
    directive @reads(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
    directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
    directive @carrier on OBJECT
    directive @product(name: String!) repeatable on OBJECT
    directive @declassify(reason: String!) on FIELD_DEFINITION
    enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }
    type Query {
      search(text: String @reads(field: "Item.price", as: FILTER) @reads(field: "Item.price", as: READ)
        first: Int @usesNothing(reason: "a length")): Items
    }
    type Items @carrier { nodes: [Item] }
    type Item @key(fields: "id") @product(name: "shop.items") {
      id: ID!
      price: Int @declassify(reason: "published as a band")
    }`;

  it('reads what arguments use, what carries rows, what belongs to a product; clients see none of it', () => {
    const { elements, api } = readSupergraph(compose({ shop }));
    const price = (as: string) => ({ field: 'Item.price', as });
    expect(elements.get('Query.search(text:)')?.uses).toEqual([price('FILTER'), price('READ')]);
    expect(elements.get('Query.search(text:)')?.usesNothing).toBe(false);
    expect(elements.get('Query.search(first:)')?.usesNothing).toBe(true);
    expect(elements.get('Items')?.carrier).toBe(true);
    expect(elements.get('Item')?.carrier).toBe(false);
    expect(elements.get('Item.price')?.declassified).toBe(true);
    expect(elements.get('Item.id')?.declassified).toBe(false);
    expect(elements.get('Item')?.products).toEqual(['shop.items']);
    expect(printSchema(api)).not.toMatch(/@(reads|uses|carrier|product|declassify)|enum Use\b/);
    expect(JSON.stringify(api.getQueryType()?.astNode)).not.toContain('reads');
  });

  it('counts a field to the products of the subgraphs that resolve it', () => {
    const stock = `${federation(['"@key"'])} type Item @key(fields: "id") { id: ID! count: Int }`;
    const { elements } = readSupergraph(compose({ shop, stock }));
    expect(elements.get('Item.price')?.products).toEqual(['shop.items']);
    expect(elements.get('Item.count')?.products).toEqual([]);
    const unqualified = readSupergraph(compose({ shop: shop.replace('"shop.items"', '"items"'), stock }));
    expect(unqualified.elements.get('Item')?.products).toEqual(['shop.items', 'stock.items']);
  });

  it('finds the owners of a field: who resolves it, also through an interface object', () => {
    const types = `${federation(['"@key"'])} type Query { item: Item }
      interface Item @key(fields: "id") { id: ID! }
      type Book implements Item @key(fields: "id") { id: ID! pages: Int }`;
    const stock = `${federation(['"@key"', '"@interfaceObject"'])}
      type Item @key(fields: "id") @interfaceObject { id: ID! count(at: String): Int }`;
    const { elements } = readSupergraph(compose({ types, stock }));
    expect(elements.get('Book.pages')?.owners).toEqual(['types']);
    expect(elements.get('Book.count')?.owners).toEqual(['stock']);
    expect(elements.get('Book.count(at:)')?.owners).toEqual(['stock']);
    expect(both().elements.get('Employee.salary')?.owners).toEqual(['hr']);
  });

  it('knows what a subgraph is said to enforce', () => {
    const { subgraphs } = readSupergraph(compose({ hr, pay }), new Map(), new Map([['hr', ['rows']]]));
    expect(subgraphs.get('hr')?.enforces).toEqual(new Set(['rows']));
    expect(subgraphs.get('pay')?.enforces).toEqual(new Set());
  });

  it('says that a subgraph is no supergraph', () => {
    expect(() => readSupergraph('type Query { a: Int }')).toThrow(SupergraphError);
    expect(() => readSupergraph('type Query {')).toThrow(/not GraphQL SDL/);
  });
});
