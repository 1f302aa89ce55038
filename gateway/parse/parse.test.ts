import { describe, expect, it } from '@jest/globals';
import { openView } from '@portcullis/policies/engine/view';
import type { Supergraph } from '@portcullis/schema/supergraph/supergraph';
import { buildSchema, GraphQLSchema, getIntrospectionQuery, print } from 'graphql';
import { ClientError } from '../errors.ts';
import { accessBy, nobody } from '../fixture/views.ts';
import type { KnownRequest, ParsedRequest, Snapshot } from '../request.ts';
import { Operations } from './operations.ts';
import { createParse } from './parse.ts';

const api = buildSchema(`
  directive @hint on FIELD | QUERY
  type Query { me: Employee  list(where: Where, first: Int = 10): [Employee!]!  node: Node  any: [Any!] }
  type Mutation { rename(id: ID!, name: String!): Employee }
  type Subscription { changed: Employee }
  interface Node { id: ID! }
  union Any = Employee | Robot
  type Employee implements Node { id: ID! name: String salary: Int boss: Employee }
  type Robot implements Node { id: ID! serial: String }
  input Where { name: String  grade: Grade  and: [Where!]  age: Range }
  input Range { from: Int!  to: Int = 99 }
  enum Grade { A B }
`);

/** Only what `parse` reads: it is told nothing of rules or planners. */
const snapshotOf = (): Snapshot => ({
  generation: '1',
  supergraph: { api } as Supergraph,
  access: accessBy(openView),
  programs: {
    drawLabels: () => new Set(),
    possibleDraws: () => [],
    labelsFor: () => [],
    of() {
      throw new Error('not asked for');
    },
  },
});

const known = (query: string, rest: Partial<KnownRequest> = {}): KnownRequest => ({
  context: {
    id: '1',
    traceparent: '',
    signal: new AbortController().signal,
    counts: { subgraphRequests: 0, rows: 0 },
  },
  method: 'POST',
  accept: 'application/json',
  ...nobody,
  breakGlass: undefined,
  query,
  operationName: undefined,
  variables: {},
  extensions: {},
  ...rest,
});

/** Nobody here has to wait for what they may see. */
function parserWithin(depth: number, tokens: number) {
  const parse = createParse(new Operations({ depth, tokens }), nulls);
  return (known: KnownRequest, snapshot: Snapshot): ParsedRequest => {
    const parsed = parse(known, snapshot);
    if (parsed instanceof Promise) throw new Error('it makes us wait');
    return parsed;
  };
}

const nulls = { human: 'null', service: 'null', bi: 'null', anonymous: 'null' } as const;
const parse = parserWithin(8, 600);
const snapshot = snapshotOf();
const printed = (query: string, rest?: Partial<KnownRequest>) =>
  print(parse(known(query, rest), snapshot).operation.definition).replace(/\s+/g, ' ');

function refusal(query: string, rest?: Partial<KnownRequest>): ClientError {
  try {
    parse(known(query, rest), snapshot);
  } catch (error) {
    if (error instanceof ClientError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('parse', () => {
  it('inlines fragments, with the conditions of their spreads', () => {
    const text = printed(`
      query ($s: Boolean = false) { me { ...F @skip(if: $s) } }
      fragment F on Employee { name ...G }
      fragment G on Node { id }`);
    expect(text).toBe(
      'query ($s: Boolean = false) { me { ... on Employee @skip(if: $s) { name ... on Node { id } } } }',
    );
  });

  it('gives equal operations one key, whatever their white space', () => {
    const one = parse(known('{ me { id } }'), snapshot).operation;
    const other = parse(known('{me{id}}'), snapshot).operation;
    expect(one.key).toBe(other.key);
  });

  it('reads a document once for each graph and chosen operation', () => {
    const query = 'query A { me { id } } query B { me { name } }';
    const first = parse(known(query, { operationName: 'A' }), snapshot).operation;
    expect(parse(known(query, { operationName: 'A' }), snapshot).operation).toBe(first);
    expect(parse(known(query, { operationName: 'B' }), snapshot).operation.key).toContain('name');
    const other = { ...snapshot, supergraph: { api: new GraphQLSchema(api.toConfig()) } as Supergraph };
    expect(parse(known(query, { operationName: 'A' }), other).operation).not.toBe(first);
  });

  it('freezes what it gives out', () => {
    const { operation } = parse(known('{ me { id } }'), snapshot);
    expect(Object.isFrozen(operation.definition.selectionSet.selections[0])).toBe(true);
  });

  it('A26: strips directives that mean nothing here and refuses unknown ones', () => {
    expect(printed('query @hint { me @hint { id @include(if: true) } }')).toBe(
      '{ me { id @include(if: true) } }',
    );
    expect(refusal('{ me { salary @_internal @bypass } }').code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('lets Relay alias `__typename`, and nothing else pass for it', () => {
    expect(printed('{ node { __isNode: __typename } }')).toBe('{ node { __isNode: __typename } }');
    expect(refusal('{ me { __typename: name } }').message).toContain('reserved');
  });

  it('says where a document is wrong, without a word about what else there is', () => {
    const error = refusal('{\n  me { salry }\n}');
    expect(error.errors).toEqual([
      {
        message: 'Cannot query field "salry" on type "Employee".',
        locations: [{ line: 2, column: 8 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    expect(refusal('{ me { id').errors[0]).toMatchObject({
      locations: [{ line: 1, column: 10 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED' },
    });
    expect(refusal('query ($g: Grad) { me { id } }').message).not.toContain('Grade');
  });

  it('B13: knows no `_entities` and no `_service`', () => {
    const query =
      '{ _entities(representations: [{__typename: "Employee", id: "2"}]) { ... on Employee { salary } } }';
    expect(refusal(query).code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(refusal('{ _service { sdl } }').code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('A23: validates literals as they are written', () => {
    expect(refusal('{ list(where: {grade: hello}) { id } }').code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it.each([
    ['a list', '{ list @stream { id } }', 8],
    ['a leaf', '{ me { id @stream } }', 11],
    ['a fragment', '{ me { ... @stream { id } } }', 12],
    ['a spread', '{ me { ...F @stream } } fragment F on Employee { id }', 13],
    ['an operation', 'query @stream { me { id } }', 7],
    ['a list, with arguments', 'query ($n: Int) { list @stream(initialCount: $n, label: 1) { id } }', 24],
  ])('refuses `@stream` on %s by name, in one error', (_, query, column) => {
    expect(refusal(query).errors).toEqual([
      {
        message: 'The directive "@stream" is not supported. Leave it out: a list comes as a whole.',
        locations: [{ line: 1, column }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
  });

  it('tells what else is wrong beside `@stream`', () => {
    const messages = refusal('{ me { salry @stream id @other } }').errors.map(({ message }) => message);
    expect(messages).toEqual([
      'Cannot query field "salry" on type "Employee".',
      'The directive "@stream" is not supported. Leave it out: a list comes as a whole.',
      'Unknown directive "@other".',
    ]);
  });

  describe('of a subscription', () => {
    const stream = 'text/event-stream';

    it('takes one field, over POST and GET', () => {
      for (const method of ['POST', 'GET'] as const) {
        expect(printed('subscription { changed { id } }', { stream, method })).toBe(
          'subscription { changed { id } }',
        );
      }
    });

    it.each([
      ['two fields', 'subscription { changed { id } other: changed { id } }'],
      [
        'two in a fragment',
        'subscription { ...F } fragment F on Subscription { changed { id } b: changed { id } }',
      ],
      ['introspection', 'subscription { __typename }'],
      ['introspection beside it', 'subscription { changed { id } __schema { types { name } } }'],
      ['@skip', 'subscription ($a: Boolean!) { changed @skip(if: $a) { id } }'],
      ['@include on a fragment', 'subscription { ... @include(if: true) { changed { id } } }'],
      [
        '@include in a spread fragment',
        'subscription { ...F } fragment F on Subscription { changed @include(if: false) { id } }',
      ],
    ])('refuses %s', (_, query) => {
      expect(refusal(query, { stream }).code).toBe('GRAPHQL_VALIDATION_FAILED');
    });

    it('refuses whoever takes one result only, and says what to accept', () => {
      const error = refusal('subscription { changed { id } }');
      expect([error.code, error.httpStatus]).toEqual(['BAD_USER_INPUT', 406]);
      expect(error.message).toContain('Accept text/event-stream');
    });

    it('looks at fragments that spread each other many times once', () => {
      const fragment = (n: number) => `fragment F${n} on Subscription { ${`...F${n + 1} `.repeat(4)} }`;
      const many = Array.from({ length: 24 }, (_, n) => fragment(n)).join(' ');
      const started = performance.now();
      refusal(`subscription { ...F0 } ${many} fragment F24 on Subscription { changed { id } }`, { stream });
      expect(performance.now() - started).toBeLessThan(1_000);
    });
  });

  it('refuses a mutation over GET', () => {
    const error = refusal('mutation { rename(id: 1, name: "x") { id } }', { method: 'GET' });
    expect([error.httpStatus, error.headers['allow']]).toEqual([405, 'POST']);
  });

  it('wants to know which operation is meant', () => {
    expect(refusal('query A { me { id } } query B { me { id } }').message).toContain('operationName');
    expect(refusal('query A { me { id } }', { operationName: 'C' }).message).toContain('operationName');
  });

  it('limits tokens, depth and what fragments multiply', () => {
    expect(refusal(`{ ${'a '.repeat(700)} }`).code).toBe('COST_LIMIT');
    expect(refusal(`{ ${'me { boss { '.repeat(120)}`).code).toBe('DEPTH_LIMIT');
    const deep = (levels: number) => `{ me ${'{ boss '.repeat(levels)} { id } ${'}'.repeat(levels)} }`;
    expect(refusal(deep(7)).code).toBe('DEPTH_LIMIT');
    expect(printed(deep(5))).toContain('id');
    const levels = Array.from(
      { length: 12 },
      (_, at) => `fragment F${at} on Employee { ...F${at + 1} ...F${at + 1} }`,
    );
    const bomb = `{ me { ...F0 } } ${levels.join(' ')} fragment F12 on Employee { id }`;
    expect(refusal(bomb).code).toBe('COST_LIMIT');
    const generous = parserWithin(8, 20_000);
    const wide = (names: readonly string[]) => () =>
      generous(known(`{ me { ${names.join(' ')} } }`), snapshot);
    const costs = expect.objectContaining({ code: 'COST_LIMIT' });
    expect(wide(Array.from({ length: 3_000 }, (_, at) => `a${at}: name`))).toThrow(costs);
    expect(wide(Array.from({ length: 15_000 }, () => 'name'))).toThrow(costs);
  });

  it('limits the characters of response paths, in which long aliases stand again and again', () => {
    const generous = parserWithin(8, 20_000);
    const asks = (query: string) => () => generous(known(query), snapshot);
    const names = (count: number) => Array.from({ length: count }, (_, at) => `a${at}: name`).join(' ');
    const costs = expect.objectContaining({
      code: 'COST_LIMIT',
      message: expect.stringMatching(/paths .* more than 1000000 characters/),
    });
    const long = 'a'.repeat(2_000);
    expect(asks(`{ ${long}: me { ${names(600)} } }`)).toThrow(costs);
    expect(asks(`{ ${long}: me { ...F } } fragment F on Employee { ${names(600)} }`)).toThrow(costs);
    expect(asks(`{ ${long}: me { ... on Employee { ${names(600)} } } }`)).toThrow(costs);
    expect(asks(`{ ${'a'.repeat(1_000_001)}: me { id } }`)).toThrow(costs);
    expect(asks(`{ ${long}: me { ${names(400)} } }`)).not.toThrow();
    expect(asks(`{ me { boss { boss { ${names(2_400)} } } } }`)).not.toThrow();
  });
});

describe('introspection', () => {
  const generous = parserWithin(20, 20_000);
  const asks = (query: string) => () => generous(known(query), snapshot);
  const aliases = (count: number, selection: string) =>
    Array.from({ length: count }, (_, at) => `a${at}: ${selection}`).join(' ');
  const costs = expect.objectContaining({ code: 'COST_LIMIT' });

  it('is for what tools ask', () => {
    expect(asks(getIntrospectionQuery())).not.toThrow();
    expect(asks(getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true }))).not.toThrow();
    expect(asks(`{ ${aliases(40, '__type(name: "Where") { name inputFields { name } }')} }`)).not.toThrow();
  });

  it.each([
    ['the schema', `{ ${aliases(800, '__schema { types { name fields { name } } }')} }`],
    ['its types', `{ __schema { ${aliases(800, 'types { name fields { name } }')} } }`],
    [
      'in fragments',
      `{ ...F } fragment F on Query { ${aliases(800, '__schema { types { name fields { name } } }')} }`,
    ],
  ])('is refused to whoever asks for %s again and again', (_, query) => {
    expect(asks(query)).toThrow(costs);
  });
});

describe('variables', () => {
  const query = 'query ($where: Where, $first: Int = 5) { list(where: $where, first: $first) { id } }';
  const coerced = (variables: Record<string, unknown>) =>
    parse(known(query, { variables }), snapshot).coerced;
  const mistakes = (variables: Record<string, unknown>) =>
    refusal(query, { variables }).errors.map(({ message, extensions }) => [extensions.code, message]);

  it('are coerced once, with defaults', () => {
    expect(coerced({ where: { age: { from: 1 } } })).toEqual({
      where: { age: { from: 1, to: 99 } },
      first: 5,
    });
    expect(coerced({ where: null, first: 0 })).toEqual({ where: null, first: 0 });
    expect(coerced({ where: { and: { grade: 'A' } } })).toEqual({
      where: { and: [{ grade: 'A' }] },
      first: 5,
    });
  });

  it('that are not declared go nowhere', () => {
    expect(coerced({ other: 'x' })).toEqual({ first: 5 });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a scalar', { first: 'sesame' }, 'Variable "$first" has no value of type "Int".'],
    [
      'deep down',
      { where: { and: [{}, { age: { from: 'sesame' } }] } },
      'Variable "$where.and.1.age.from" has no value of type "Int!".',
    ],
    [
      'an unknown field',
      { where: { nam: 'sesame' } },
      'Variable "$where" has the field "nam", which the type "Where" does not have.',
    ],
    [
      'a missing field',
      { where: { age: { to: 1 } } },
      'Variable "$where.age" lacks the field "from", which the type "Range" requires.',
    ],
    ['an enum', { where: { grade: 'sesame' } }, 'Variable "$where.grade" has no value of type "Grade".'],
    ['an object', { where: 'sesame' }, 'Variable "$where" has no value of type "Where".'],
  ])('G13: mistakes in %s are named by place and never quoted', (_case, variables, message) => {
    expect(mistakes(variables)).toEqual([['BAD_USER_INPUT', message]]);
  });

  it.each([
    ['{ list(first: "Ann Secret") { id } }', 'Int cannot represent non-integer value.'],
    ['{ list(first: 99999999999) { id } }', 'Int cannot represent non 32-bit signed integer value.'],
    ['{ list(where: {grade: "Ann Secret"}) { id } }', 'Enum "Grade" cannot represent non-enum value.'],
    ['{ list(where: {grade: Secret}) { id } }', 'The value does not exist in "Grade" enum.'],
    ['{ list(where: "Ann Secret") { id } }', 'Expected value of type "Where".'],
    ['{ list(where: {name: {a: "Secret: x"}}) { id } }', 'String cannot represent a non string value.'],
    ['query ($n: Int = "Ann Secret") { list(first: $n) { id } }', 'Int cannot represent non-integer value.'],
    ['query "Ann Secret" { me { id } }', 'Syntax Error: Expected "{", found String.'],
    ['{ "Secret \\" String \\"x" }', 'Syntax Error: Expected Name, found String.'],
    ['{ """Ann\nSecret""" }', 'Syntax Error: Expected Name, found BlockString.'],
    ['{ list(first: 99999999999 } }', 'Syntax Error: Expected Name, found "}".'],
    ['{ list 99999999999 }', 'Syntax Error: Expected Name, found Int.'],
    ['{ list(where: {name: "\\Secret"}) }', 'Syntax Error: Invalid character escape sequence.'],
  ])('G13: a literal is never quoted: %s', (query, message) => {
    const { errors } = refusal(query);
    expect(errors[0]?.message).toBe(message);
    expect(errors[0]?.locations).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toMatch(/Secret|Ann|99999/);
  });

  it('are not looked at to the last of a million mistakes', () => {
    const listed = 'query ($wheres: [Where!]!) { list(where: {and: $wheres}) { id } }';
    const started = performance.now();
    const { errors } = refusal(listed, { variables: { wheres: Array(24_000).fill({ nam: 1 }) } });
    expect(errors).toHaveLength(20);
    expect(errors[19]?.message).toContain('"$wheres.19"');
    expect(performance.now() - started).toBeLessThan(200);
    expect(
      parse(known(listed, { variables: { wheres: Array(20_000).fill({ name: 'x' }) } }), snapshot),
    ).toBeDefined();
    for (const variables of [
      { wheres: Array(60_000).fill({ name: 'x' }) },
      { wheres: Array(200).fill({ and: Array(300).fill({}) }) },
      { wheres: [], other: Array(60_000).fill(1) },
    ]) {
      expect(refusal(listed, { variables })).toMatchObject({
        code: 'COST_LIMIT',
        message: 'the variables hold more than 50000 values',
      });
    }
  });

  it('that are required and missing are named', () => {
    const error = refusal('mutation ($id: ID!) { rename(id: $id, name: "x") { id } }');
    expect(error.message).toBe('Variable "$id" of type "ID!" is required.');
  });

  it('may have names of Object.prototype', () => {
    const text =
      'query ($__proto__: Int, $constructor: Int) { a: list(first: $__proto__) { id } b: list(first: $constructor) { id } }';
    const given = JSON.parse('{"__proto__": 3}');
    const result = parse(known(text, { variables: given }), snapshot).coerced;
    expect(Object.entries(result)).toEqual([['__proto__', 3]]);
  });
});
