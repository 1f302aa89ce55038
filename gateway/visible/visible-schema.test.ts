import { describe, expect, it } from '@jest/globals';
import type { AccessView, OperationKind } from '@portcullis/policies/engine/view';
import fc from 'fast-check';
import {
  buildSchema,
  type GraphQLSchema,
  introspectionFromSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';
import { visibleSchema } from './visible-schema.ts';

function denying(...denied: readonly string[]): AccessView {
  return denyingBy((coordinate) => denied.includes(coordinate));
}

function denyingBy(isDenied: (coordinate: string, kind: OperationKind) => boolean): AccessView {
  return {
    key: '',
    allows: (coordinate, kind) => !isDenied(coordinate, kind),
    maskOf: () => undefined,
    obligationsFor: () => ({}),
  };
}

function shown(sdl: string, view: AccessView): string {
  const schema = buildSchema(sdl);
  const visible = visibleSchema(schema, view) ?? schema;
  expect(validateSchema(visible)).toEqual([]);
  return printSchema(visible).replaceAll(/\s+/g, ' ').trim();
}

describe('the schema of a view', () => {
  it('is the graph itself where nothing is denied, what no root leads to included', () => {
    const schema = buildSchema('type Query { a: Int } type Alone { b: Int }');
    expect(visibleSchema(schema, denying())).toBeUndefined();
  });

  it('has neither denied fields nor what only they led to', () => {
    const sdl = 'type Query { a: A b: Int } type A { b: B c: Int } type B { d: Color } enum Color { RED }';
    expect(shown(sdl, denying('A.b'))).toBe('type Query { a: A b: Int } type A { c: Int }');
    expect(shown(sdl, denying('Color.RED'))).toBe('type Query { a: A b: Int } type A { c: Int }');
    expect(shown(sdl, denying('A.c', 'B.d'))).toBe('type Query { b: Int }');
    expect(shown(sdl, denying('A'))).toBe('type Query { b: Int }');
  });

  it('says that there is nothing where there is nothing', () => {
    const sdl = 'type Query { a: Int } type Mutation { b: Int } type Subscription { c: Int }';
    const text = shown(sdl, denying('Query.a', 'Mutation.b', 'Subscription.c'));
    expect(text).toBe('type Query { """Nothing of this graph is open to you.""" _: Boolean }');
    expect(shown(sdl, denying('Mutation.b'))).toBe('type Query { a: Int } type Subscription { c: Int }');
  });

  it('asks by the kind of operation that leads somewhere', () => {
    const sdl =
      'type Query { p: P } type Subscription { p: P q: Q } type P { a: Int b: Int } type Q { c: Int d: Int }';
    const view = denyingBy((coordinate, kind) =>
      kind === 'subscription' ? ['P.a', 'Q.c'].includes(coordinate) : ['P.b', 'Q.d'].includes(coordinate),
    );
    expect(shown(sdl, view)).toBe(
      'type Query { p: P } type Subscription { p: P q: Q } type P { a: Int b: Int } type Q { d: Int }',
    );
  });

  it('leaves out arguments, and with them the field where it needs them', () => {
    const sdl = `type Query { a(x: Int): Int b(x: Int!): Int c(x: Int! = 1): Int d(x: Int = 1): Int e: Int }`;
    const view = denying('Query.a(x:)', 'Query.b(x:)', 'Query.c(x:)', 'Query.d(x:)');
    expect(shown(sdl, view)).toBe('type Query { a: Int e: Int }');
  });

  it('leaves out input fields, and with them the type where it needs them', () => {
    const sdl = `type Query { a(x: X): Int b(x: [X!]!): Int c: Int }
      input X { p: Int q: Y and: [X!] } input Y { r: Int! s: Int }`;
    expect(shown(sdl, denying('X.p'))).toContain('input X { q: Y and: [X!] }');
    expect(shown(sdl, denying('Y.s'))).toContain('input Y { r: Int! }');
    expect(shown(sdl, denying('Y.r'))).toBe(
      'type Query { a(x: X): Int b(x: [X!]!): Int c: Int } input X { p: Int and: [X!] }',
    );
    expect(shown(sdl, denying('X.p', 'Y.r'))).toBe('type Query { a: Int c: Int }');
  });

  it('has no default that makes use of what is hidden', () => {
    const sdl = `type Query {
        a(by: [Order!]! = [{ key: SALARY }]): Int
        b(by: Order = { key: NAME }): Int d(by: Key = NAME): Int
        c(key: Key! = SALARY @deprecated(reason: "SALARY goes")): Int
      }
      input Order { key: Key = NAME then: Key = SALARY first: Key! = NAME }
      enum Key { NAME SALARY }`;
    const text = shown(sdl, denying('Key.SALARY'));
    expect(text).not.toContain('SALARY');
    expect(text).toBe(
      'type Query { a(by: [Order!]!): Int b(by: Order): Int d(by: Key = NAME): Int c(key: Key!): Int } ' +
        'input Order { key: Key = NAME then: Key first: Key! = NAME } enum Key { NAME }',
    );
  });

  const interfaces = `type Query { n: Node s: Sub u: U }
    interface Node { id: ID name(x: Int): String }
    interface Sub implements Node { id: ID name(x: Int): String more: Int }
    type A implements Node & Sub { id: ID name(x: Int, y: Int): String more: Int a: Int }
    type B implements Node { id: ID name(x: Int): String b: Int }
    union U = A | B`;

  it('has of an interface what all its types have', () => {
    const text = shown(interfaces, denying('B.id'));
    expect(text).toContain('interface Node { name(x: Int): String }');
    expect(text).toContain('interface Sub implements Node { id: ID name(x: Int): String more: Int }');
    expect(text).toContain('type B implements Node { name(x: Int): String b: Int }');
    const withoutArgument = shown(interfaces, denying('B.name(x:)'));
    expect(withoutArgument).toContain('interface Node { id: ID name: String }');
    expect(withoutArgument).toContain('type A implements Node & Sub { id: ID name(x: Int, y: Int): String');
  });

  it('has no interface of which nothing is left, nor members of which nothing is', () => {
    expect(shown(interfaces, denying('B.id', 'A.name'))).toBe(
      'type Query { s: Sub u: U } interface Sub { id: ID more: Int } ' +
        'type A implements Sub { id: ID more: Int a: Int } ' +
        'type B { name(x: Int): String b: Int } union U = A | B',
    );
    const hidden = shown(interfaces, denying('B'));
    expect(hidden).not.toContain('B');
    expect(hidden).toContain('interface Node { id: ID name(x: Int): String }');
    expect(hidden).toContain('union U = A');
    expect(shown(interfaces, denying('A', 'B', 'Query.n', 'Query.s'))).toContain('_: Boolean');
  });

  it('keeps what its owners say of what is left', () => {
    const text = shown(
      `"The graph" schema { query: Query }
      "Roots" type Query { "One" a("How" x: Int @deprecated(reason: "old")): At @deprecated(reason: "gone") b: Int }
      "When" scalar At @specifiedBy(url: "https://example.org")
      directive @client(a: Int, k: K!) on FIELD
      directive @other(a: Int, k: K) on FIELD
      enum K { L }`,
      denying('Query.b', 'K.L'),
    );
    for (const part of ['The graph', 'Roots', 'One', 'How', 'old', 'gone', 'https://example.org']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('directive @other(a: Int) on FIELD');
    expect(text).not.toContain('@client');
  });
});

describe('whatever is denied, the schema of a view', () => {
  const original = buildSchema(`
    type Query {
      node(id: ID!): Node  things(where: Where, orderBy: [OrderBy!]! = [{ by: NAME }], first: Int = 10): [Thing!]!
      person(key: Key!): Person  loop: Loop  named: Named  count(where: Where = { name: "x" }): Int!
    }
    type Mutation { rename(input: Rename!): Renamed  reset: Boolean }
    type Subscription { renamed(of: ID): Renamed }
    interface Node { id: ID!  self(deep: Int): Node }
    interface Named { name(style: Style = SHORT): String }
    type Person implements Node & Named { id: ID!  self(deep: Int, wide: Style! = LONG): Person  name(style: Style = SHORT): String  friends(where: Where): [Person] grade: Grade }
    type Dog implements Node & Named { id: ID!  self(deep: Int): Node  name(style: Style = SHORT): String  owner: Person }
    type Stone implements Node { id: ID!  self(deep: Int): Stone  weight: Float }
    union Thing = Person | Dog | Stone
    type Loop { loop: Loop  end: End }  type End { x: Int }
    type Renamed { person: Person  previous: String }
    input Where { name: String  grade: Grade = A  and: [Where!]  not: Where  owner: OwnerWhere }
    input OwnerWhere { id: ID!  dog: Where }
    input OrderBy { by: Order!  direction: Direction! = ASC }
    input Key @oneOf { id: ID  name: String }
    input Rename { id: ID!  name: String!  style: Style! = SHORT }
    enum Order { NAME GRADE }  enum Direction { ASC DESC }  enum Style { SHORT LONG }  enum Grade { A B }`);

  const coordinates = [...coordinatesOf(original)];
  const some = fc
    .integer({ min: 1, max: 6 })
    .chain((share) =>
      fc
        .subarray(coordinates)
        .map((denied) => new Set(denied.filter((_, index) => (index * 7) % 6 < share || share === 6))),
    );
  const views = fc
    .tuple(some, some)
    .map(([one, other]) => denyingBy((coordinate, kind) => (kind === 'query' ? one : other).has(coordinate)));
  const kinds: readonly OperationKind[] = ['query', 'mutation', 'subscription'];

  it('is valid, and has nothing that the view does not allow', () => {
    fc.assert(
      fc.property(views, (view) => {
        const visible = visibleSchema(original, view) ?? original;
        expect(validateSchema(visible)).toEqual([]);
        const text = printSchema(visible);
        expect(printSchema(buildSchema(text))).toBe(text);
        introspectionFromSchema(visible);
        const names = coordinatesOf(visible).filter((name) => !isEmpty(visible) || !name.startsWith('Query'));
        for (const name of names) {
          const type = visible.getType(name);
          // Interfaces are judged by their types.
          if (
            isInterfaceType(visible.getType(name.split('.')[0] ?? '')) ||
            isInputObjectType(type) ||
            isEnumType(type)
          )
            continue;
          expect([name, kinds.some((kind) => view.allows(name, kind))]).toEqual([name, true]);
        }
        expect(names.filter((name) => !coordinates.includes(name))).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });

  it('takes only documents that the graph takes too', () => {
    const documents = [
      '{ node(id: 1) { id self { id ... on Person { name } } } }',
      '{ things(where: { name: "a", owner: { id: 1 } }) { ... on Named { name } ... on Stone { weight } } }',
      '{ person(key: { id: 1 }) { friends(where: { not: { grade: B } }) { name(style: LONG) } } }',
      '{ loop { loop { end { x } } } count }',
      'mutation { rename(input: { id: 1, name: "n" }) { previous } }',
      'subscription { renamed { person { id } } }',
    ].map((text) => parse(text));
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(views, (view) => {
        const visible = visibleSchema(original, view) ?? original;
        for (const document of documents) {
          expect(validate(original, document)).toEqual([]);
          if (validate(visible, document).length === 0) taken += 1;
          else refused += 1;
        }
      }),
      { seed: 1, numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });
});

function isEmpty(schema: GraphQLSchema): boolean {
  return schema.getQueryType()?.getFields()['_'] !== undefined;
}

/** Of all that can be denied, types included. */
function coordinatesOf(schema: GraphQLSchema): readonly string[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type) => {
    if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const fields = Object.values(type.getFields()).flatMap(({ name, args }) => [
      `${type.name}.${name}`,
      ...args.map((argument) => `${type.name}.${name}(${argument.name}:)`),
    ]);
    return isObjectType(type) ? [type.name, ...fields] : fields;
  });
}
