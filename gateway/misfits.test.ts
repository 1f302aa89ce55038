/** What a subgraph gives for others to be asked by: it is looked at before it is sent on, on both paths alike. */
import { describe, expect, it } from '@jest/globals';
import type { ResponseError } from './errors.ts';
import type { SubgraphCall } from './execute/client/call.ts';
import { answered, createEngine, type Engine } from './fixture/engine.ts';

const graph = createEngine({
  catalog: `scalar JSON enum Kind { FILM SONG @inaccessible }
    type Query { titles: [Title] media: [Media] pairs: [Pair] }
    interface Media { id: ID! }
    type Title implements Media @key(fields: "id") {
      id: ID! name: String price(currency: String): Int tags: [String!] kind: Kind meta: JSON ref: Ref size: Size
    }
    type Size @shareable { height: Int! }
    type Ref @key(fields: "maker { code } n") { maker: Maker! n: Int! }
    type Maker @shareable { code: String! }
    type Pair @key(fields: "one two") { one: String! two: Boolean! }`,
  billing: `scalar JSON enum Kind { FILM SONG @inaccessible }
    type Title @key(fields: "id") {
      id: ID! name: String @external price(currency: String): Int @external tags: [String!] @external
      kind: Kind @external meta: JSON @external size: Size @external
      revenue: Int earned: Int!
      named: String @requires(fields: "name") priced: String @requires(fields: "price(currency: \\"EUR\\")")
      tagged: String @requires(fields: "tags") kinded: String @requires(fields: "kind")
      described: String @requires(fields: "meta") sized: String @requires(fields: "size { height }")
    }
    type Size @shareable { height: Int! }
    type Ref @key(fields: "maker { code } n") { maker: Maker! n: Int! stock: Int }
    type Maker @shareable { code: String! }
    type Pair @key(fields: "one two") { one: String! two: Boolean! sum: Int }`,
});

interface Asked {
  readonly data: unknown;
  readonly errors: readonly ResponseError[];
  /** What others than the catalog were asked by. */
  readonly sent: readonly unknown[];
}

/** On both paths: they have to agree. */
async function ask(engine: Engine, query: string, data: unknown, options = {}): Promise<Asked> {
  const run = (splices: boolean) =>
    engine.answer(
      query,
      ({ subgraph }, { variables }) =>
        subgraph === 'catalog' ? answered({ data }) : answered({ data: entitiesFor(variables) }),
      { ...options, splices },
    );
  const [bytes, tree] = [await run(true), await run(false)];
  expect([bytes.text, bytes.errors, bytes.calls.map(sentIn)]).toEqual([
    tree.text,
    tree.errors,
    tree.calls.map(sentIn),
  ]);
  return { data: tree.data, errors: tree.errors, sent: tree.calls.flatMap(sentIn) };
}

const everything = {
  ...{ revenue: 1, earned: 1, stock: 1, sum: 1 },
  ...{ named: 'n', priced: 'p', tagged: 't', kinded: 'k', described: 'd', sized: 's' },
};

function entitiesFor({ representations }: { readonly representations: readonly unknown[] }): unknown {
  return { _entities: representations.map(() => everything) };
}

function sentIn({ body }: SubgraphCall): readonly unknown[] {
  return JSON.parse(String(body)).variables.representations ?? [];
}

const title = (more: object) => ({ __typename: 'Title', id: '1', ...more });
const unusable = (...path: (string | number)[]) => ({
  message: 'A subgraph gave no value that this field can have.',
  path,
  extensions: { code: 'SUBGRAPH_ERROR', service: 'catalog' },
});

describe('a key that the client has not asked for', () => {
  it.each<[string, unknown]>([
    ['an object', { $ne: '' }],
    ['a list', ['1', '2']],
    ['a fraction', 1.5],
    ['true', true],
    ['null, which it cannot be', null],
    ['left out', undefined],
  ])('is %s: nothing is asked by it, and one error says so', async (_, id) => {
    const titles = [title({ id }), title({ id: '2' })];
    const { data, errors, sent } = await ask(graph, '{ titles { revenue } }', { titles });
    expect(sent).toEqual([{ __typename: 'Title', id: '2' }]);
    expect(data).toEqual({ titles: [{ revenue: null }, { revenue: 1 }] });
    expect(errors).toEqual([unusable('titles', 0)]);
  });

  it('can be a number, as some services have it', async () => {
    const { errors, sent } = await ask(graph, '{ titles { revenue } }', { titles: [title({ id: 7 })] });
    expect([errors, sent]).toEqual([[], [{ __typename: 'Title', id: 7 }]]);
  });

  it('makes its object null with one error, where the field that is fetched by it cannot be null', async () => {
    const { data, errors } = await ask(graph, '{ titles { earned } }', { titles: [title({ id: {} })] });
    expect(data).toEqual({ titles: [null] });
    expect(errors).toEqual([unusable('titles', 0)]);
  });

  it('has several parts, and still one error', async () => {
    const pairs = [{ __typename: 'Pair', one: {}, two: 'no' }];
    const { data, errors, sent } = await ask(graph, '{ pairs { sum } }', { pairs });
    expect([data, sent]).toEqual([{ pairs: [{ sum: null }] }, []]);
    expect(errors).toEqual([unusable('pairs', 0)]);
  });

  it.each<[string, unknown]>([
    ['an object in the place of a leaf', { maker: { code: {} }, n: 1 }],
    ['a list in the place of an object', { maker: [{ code: 'c' }], n: 1 }],
    ['a leaf in the place of an object', { maker: 'c', n: 1 }],
    ['a number that is too large', { maker: { code: 'c' }, n: 2 ** 40 }],
  ])('is nested, and holds %s', async (_, ref) => {
    const titles = [title({ ref: { __typename: 'Ref', ...(ref as object) } })];
    const { data, errors, sent } = await ask(graph, '{ titles { ref { stock } } }', { titles });
    expect([data, sent]).toEqual([{ titles: [{ ref: { stock: null } }] }, []]);
    expect(errors).toEqual([unusable('titles', 0, 'ref')]);
  });

  it.each<[string, unknown]>([
    ['of no object', 1],
    ['that no schema knows', 'Zzz'],
    ['of another type', 'Pair'],
  ])('is the name of a type %s', async (_, __typename) => {
    const titles = [{ __typename, id: '1' }];
    const { data, errors, sent } = await ask(graph, '{ titles { revenue } }', { titles });
    expect([data, sent]).toEqual([{ titles: [null] }, []]);
    expect(errors).toEqual([unusable('titles', 0)]);
  });
});

it('of an interface, the name of a type is one that implements it', async () => {
  const media = [title({ id: '1' }), { __typename: 'Pair', id: '2' }, { __typename: 'Media', id: '3' }];
  const { data, errors, sent } = await ask(graph, '{ media { id ... on Title { revenue } } }', { media });
  expect(data).toEqual({ media: [{ id: '1', revenue: 1 }, null, null] });
  expect(errors.map(({ path }) => path)).toEqual([
    ['media', 1],
    ['media', 2],
  ]);
  expect(sent).toEqual([{ __typename: 'Title', id: '1' }]);
});

describe('what is left out', () => {
  const tree = createEngine({
    catalog: `type Query { tops: [Top] top: Top } interface Top { low: Low }
      type One implements Top { low: Low } type Two implements Top { low: Low } type Low { a: Int b: Int }`,
  });
  const query = '{ tops { ... on One { low { a } } ... on Two { low { b } } } }';

  it('has not been asked for where its object is of another type', async () => {
    const tops = [
      { __typename: 'One', low: { a: 1 } },
      { __typename: 'Two', low: { b: 2 } },
    ];
    const { data, errors } = await ask(tree, query, { tops });
    expect([data, errors]).toEqual([{ tops: [{ low: { a: 1 } }, { low: { b: 2 } }] }, []]);
  });

  it('is null with an error', async () => {
    const top = { __typename: 'One', low: {} };
    const { data, errors } = await ask(tree, '{ top { low { a } } }', { top });
    expect([data, errors]).toEqual([{ top: { low: { a: null } } }, [unusable('top', 'low', 'a')]]);
  });
});

describe('a key that the client has asked for, too', () => {
  it('has the error where it stands', async () => {
    const { data, errors, sent } = await ask(graph, '{ titles { id revenue } }', {
      titles: [title({ id: {} })],
    });
    expect([data, sent]).toEqual([{ titles: [null] }, []]);
    expect(errors).toEqual([unusable('titles', 0, 'id')]);
  });

  it('is no better for being masked', async () => {
    const masks = new Map([['Title.id', () => '…']]);
    const query = '{ titles { id revenue } }';
    const { sent } = await ask(graph, query, { titles: [title({ id: [] })] }, { decision: { masks } });
    expect(sent).toEqual([]);
  });
});

describe('what a field requires', () => {
  it.each<[string, object]>([
    ['named', { name: { first: 'x' } }],
    ['named', { name: ['x'] }],
    ['named', { name: 1 }],
    ['priced', { price__given1: '1' }],
    ['priced', { price__given1: { amount: 1 } }],
    ['tagged', { tags: 'x' }],
    ['tagged', { tags: [['x']] }],
    ['tagged', { tags: ['x', null] }],
    ['kinded', { kind: 'BOOK' }],
    ['sized', { size: [{ height: 1 }] }],
    ['sized', { size: { height: '1' } }],
    ['sized', { size: { height: null } }],
    ['sized', { size: 1 }],
  ])('%s is not sent on as %j', async (name, given) => {
    const { data, errors, sent } = await ask(graph, `{ titles { ${name} } }`, { titles: [title(given)] });
    expect([data, sent]).toEqual([{ titles: [{ [name]: null }] }, []]);
    expect(errors).toEqual([unusable('titles', 0)]);
  });

  it.each<[string, object, object]>([
    ['named', { name: null }, { name: null }],
    ['priced', { price__given1: 3 }, { price: 3 }],
    ['tagged', { tags: [] }, { tags: [] }],
    ['kinded', { kind: 'SONG' }, { kind: 'SONG' }],
    ['described', { meta: { any: [1, { thing: true }] } }, { meta: { any: [1, { thing: true }] } }],
    ['sized', { size: { height: 1 } }, { size: { height: 1 } }],
  ])('%s is sent on as %j', async (name, given, expected) => {
    const { errors, sent } = await ask(graph, `{ titles { ${name} } }`, { titles: [title(given)] });
    expect([errors, sent]).toEqual([[], [{ __typename: 'Title', id: '1', ...expected }]]);
  });
});

describe('what depends on a value that is not there', () => {
  it('has an error of its own where the value has one beside it', async () => {
    const { data, errors, sent } = await ask(graph, '{ titles { name named } }', {
      titles: [title({ name: 1 })],
    });
    expect([data, sent]).toEqual([{ titles: [{ name: null, named: null }] }, []]);
    expect(errors).toEqual([unusable('titles', 0, 'name'), unusable('titles', 0, 'named')]);
  });

  it('has none where nothing is left that could have one', async () => {
    const titles = [title({ id: {} })];
    const { data, errors } = await ask(graph, '{ titles { revenue id } }', { titles });
    expect(data).toEqual({ titles: [null] });
    expect(errors).toEqual([unusable('titles', 0, 'id')]);
  });

  it('has the error of the subgraph that failed, however far that is', async () => {
    const chain = createEngine({
      a: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      b: 'type Item @key(fields: "id") { id: ID! price: Int weight: Int }',
      c: 'type Item @key(fields: "id") { id: ID! price: Int @external tax: Int @requires(fields: "price") }',
      d: 'type Item @key(fields: "id") { id: ID! tax: Int @external sum: Int @requires(fields: "tax") }',
    });
    const item = { __typename: 'Item', id: '1' };
    const answer = await chain.answer('{ item { price tax sum } }', ({ subgraph }) =>
      subgraph === 'a' ? answered({ data: { item } }) : { outcome: 'timeout', status: undefined },
    );
    expect(answer.data).toEqual({ item: { price: null, tax: null, sum: null } });
    expect(answer.errors.map(({ path, extensions: { code, service } }) => [path, code, service])).toEqual(
      ['price', 'tax', 'sum'].map((name) => [['item', name], 'SUBGRAPH_TIMEOUT', 'b']),
    );
    expect(answer.calls.map(({ subgraph }) => subgraph)).toEqual(['a', 'b']);
  });

  it('is null without an error where the entity before is rightly null', async () => {
    const none = { data: { _entities: [null] } };
    const { data, errors } = await graph.answer('{ titles { revenue } }', ({ subgraph }) =>
      answered(subgraph === 'catalog' ? { data: { titles: [title({})] } } : none),
    );
    expect([data, errors]).toEqual([{ titles: [{ revenue: null }] }, []]);
  });
});

it('what a subgraph explains itself is not explained once more', async () => {
  const reply = { data: { titles: [title({ id: null })] } };
  const errors = [{ message: 'gone', path: ['titles', 0, 'id'], extensions: { code: 'NOT_FOUND' } }];
  const answer = await graph.answer('{ titles { revenue } }', () => answered({ ...reply, errors }));
  expect(answer.errors.map(({ message, path }) => [message, path])).toEqual([['gone', ['titles', 0]]]);
});

it('as many errors are told of a reply as can be read', async () => {
  const titles = Array.from({ length: 5_000 }, () => title({ id: {} }));
  const { errors } = await ask(graph, '{ titles { revenue } }', { titles });
  expect(errors).toHaveLength(100);
});
