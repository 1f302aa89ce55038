/** What subgraphs state about access reaches the supergraph, or there is none (attacks C02, C03, B08, B09). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readSupergraph } from '../../supergraph/read.ts';
import { composeFile } from '../compose.ts';
import { describeProblem } from '../problem.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access test '));
});
afterEach(() => rm(folder, { recursive: true }));

async function compose(subgraphs: Readonly<Record<string, string>>) {
  const entries = Object.entries(subgraphs).map(
    ([name]) =>
      `  ${name}: { owner: ${name}-team, schema: ${name}.graphql, url: "http://127.0.0.1:1/${name}" }`,
  );
  await writeFile(join(folder, 'graph.yaml'), `subgraphs:\n${entries.join('\n')}\n`);
  for (const [name, sdl] of Object.entries(subgraphs)) await writeFile(join(folder, `${name}.graphql`), sdl);
  return composeFile(join(folder, 'graph.yaml'), {});
}

async function problems(subgraphs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { errors = [] } = await compose(subgraphs);
  return errors.map((error) => describeProblem(error, folder));
}

async function elementsOf(subgraphs: Readonly<Record<string, string>>) {
  const { supergraphSdl, errors } = await compose(subgraphs);
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return readSupergraph(supergraphSdl).elements;
}

const federation = (...imports: readonly string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${[
    '@key',
    '@shareable',
    '@composeDirective',
    ...imports,
  ]
    .map((each) => (each.startsWith('{') ? each : `"${each}"`))
    .join(', ')}])`;
const ours = (...composed: readonly string[]) => `
  extend schema
    @link(url: "https://portcullis.dev/spec/v1.0", import: ["@uses", "@usesNothing", "@carrier", "@product", "@declassify"])
    ${composed.map((name) => `@composeDirective(name: "@${name}")`).join(' ')}
  directive @uses(field: String!, as: Use!) repeatable on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
  directive @usesNothing(reason: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @carrier on OBJECT
  directive @product(name: String!) repeatable on OBJECT
  directive @declassify(reason: String!) on FIELD_DEFINITION
  enum Use { FILTER ORDER GROUP AGGREGATE READ WRITE }`;
const all = ours('uses', 'usesNothing', 'carrier', 'product', 'declassify');

describe('C03: a statement that composition leaves out', () => {
  test.each([
    ['type Query { a(x: Int @uses(field: "T.n", as: FILTER)): T } type T { n: Int }', '@uses', 'Query.a(x:)'],
    ['type Query { a(x: Int @usesNothing): Int }', '@usesNothing', 'Query.a(x:)'],
    ['type Query { a: T } type T @carrier { n: Int }', '@carrier', 'T'],
    ['type Query { a: T } type T @product(name: "ts") { n: Int }', '@product', 'T'],
    ['type Query { a: Int @declassify(reason: "why not") }', '@declassify', 'Query.a'],
  ])('%s', async (types, name, coordinate) => {
    const subgraph = (composed: string) => ({ a: `${federation()} ${composed} ${types}` });
    const [problem = ''] = await problems(subgraph(ours()));
    expect(problem).toMatch(/^a\.graphql:\d+:\d+ \(a, owned by a-team\) {2}error ACCESS_LOST/);
    expect(problem).toContain(`\`${name}\` on ${coordinate} in a is not in the supergraph`);
    expect(problem).toMatch(/to do: link its spec and add @composeDirective/);
    expect(await problems(subgraph(all))).toEqual([]);
  });

  test('is found wherever it stands: input fields, enum values, arguments, types', async () => {
    const a = `${federation()} ${ours()}
      type Query { a(where: W, order: O): T }
      type T { n: Int }
      input W { n: Int @uses(field: "T.n", as: FILTER) }
      enum O { N @uses(field: "T.n", as: ORDER) }`;
    const found = await problems({ a });
    expect(found.map((text) => /on (\S+) in/.exec(text)?.[1])).toEqual(['W.n', 'O.N']);
  });

  test('is not missed in a subgraph that renames the directive or the types of its operations', async () => {
    const a = `${federation()}
      extend schema { query: Start }
      extend schema @link(url: "https://portcullis.dev/spec/v1.0", import: [{name: "@uses", as: "@reads"}])
      directive @reads(field: String!, as: String!) repeatable on ARGUMENT_DEFINITION
      type Start { a(x: Int @reads(field: "T.n", as: FILTER)): T }
      type T { n: Int }`;
    expect(
      await problems({ a: a.replace('String!) rep', 'Use!) rep').concat(' enum Use { FILTER }') }),
    ).toEqual([expect.stringContaining('`@reads` on Query.a(x:) in a is not in the supergraph')]);
  });

  test.each(['@authenticated', '@requiresScopes(scopes: [["s"]])', '@policy(policies: [["p"]])'])(
    'as one that is linked from nowhere: %s',
    async (applied) => {
      const [name = ''] = applied.split('(');
      const given = /\((\w+):/.exec(applied)?.[1];
      const definition = `directive ${name}${given === undefined ? '' : `(${given}: [[String!]!]!)`} on FIELD_DEFINITION`;
      const found = await problems({ a: `${federation()} ${definition} type Query { a: Int ${applied} }` });
      expect(found).toEqual([expect.stringContaining(`\`${name}\` in a is linked from no spec`)]);
    },
  );

  test('but not one of an input field that not all subgraphs have, which nobody can give', async () => {
    const sdl = (field: string) => `${federation()} ${all}
      type Query { a(where: W): T @shareable }
      type T @shareable { n: Int }
      input W { n: Int @uses(field: "T.n", as: FILTER) ${field} }`;
    expect(await problems({ a: sdl('m: Int @uses(field: "T.n", as: FILTER)'), b: sdl('') })).toEqual([]);
  });
});

describe('B09: what composes is kept under every name', () => {
  test.each([
    ['as it is', '@requiresScopes', '@requiresScopes'],
    ['renamed', '{name: "@requiresScopes", as: "@only"}', '@only'],
    ['left to its prefix', '@tag', '@federation__requiresScopes'],
  ])('%s', async (_, imported, name) => {
    const a = `${federation(imported)} type Query { a: Int ${name}(scopes: "s") }`;
    expect((await elementsOf({ a })).get('Query.a')?.scopes).toEqual([['s']]);
  });

  test('also what an interface object gives to types that it does not know', async () => {
    const a = `${federation()} type Query { i: I }
      interface I @key(fields: "id") { id: ID! }
      type A implements I @key(fields: "id") { id: ID! }`;
    const b = `${federation('@interfaceObject', '@requiresScopes', '@authenticated', '@policy', '@tag')}
      type I @key(fields: "id") @interfaceObject {
        id: ID!
        n: Int @requiresScopes(scopes: [["s"]]) @authenticated @policy(policies: [["p"]]) @tag(name: "pii")
      }`;
    const elements = await elementsOf({ a, b });
    expect(elements.get('A.n')?.scopes).toEqual([['s']]);
    expect(elements.get('A.n')?.policies).toEqual([['p']]);
  });

  test('and what is stated for an interface’s types', async () => {
    const a = `${federation('@requiresScopes')} type Query { i: I }
      interface I { n: Int }
      type A implements I { n: Int @requiresScopes(scopes: [["s"]]) }
      type B implements I @requiresScopes(scopes: [["t"]]) { n: Int }`;
    expect((await elementsOf({ a })).get('A.n')?.scopes).toEqual([['s']]);
  });
});

describe('C02: what opens an element', () => {
  const shared = (who: string, type: string, query: string) =>
    `${federation('@tag')} ${all} type Query { ${who}: T ${query} } ${type}`;
  const plain = 'type T @key(fields: "id") { id: ID! n: Int @shareable }';
  const cases = [
    ['a carrier', plain.replace('{', '@carrier {'), ''],
    [
      'a column of another',
      plain.replace('@shareable', '@shareable @uses(field: "Query.open", as: READ)'),
      'open: Int',
    ],
    ['a declassified input', plain.replace('@shareable', '@shareable @declassify(reason: "mine")'), ''],
  ] as const;

  test.each(cases)('does not by the word of one subgraph alone: %s', async (_, opened, query) => {
    const found = await problems({ hr: shared('a', plain, ''), evil: shared('b', opened, query) });
    expect(found).toEqual([expect.stringMatching(/ACCESS_RELAXED_BY_SOME\n.* in evil, but not in hr: /)]);
    expect(found[0]).toMatch(/see also hr\.graphql/);
    expect(await problems({ hr: shared('a', opened, query), evil: shared('b', opened, '') })).toEqual([]);
  });

  test('does not for an argument of which another owner says nothing', async () => {
    const sdl = (argument: string) => `${federation()} ${all}
      type Query { find(q: String ${argument}): T @shareable }
      type T @shareable { n: Int }`;
    const uses = '@uses(field: "T.n", as: FILTER)';
    expect(await problems({ a: sdl('@usesNothing'), b: sdl('') })).toEqual([
      expect.stringContaining('Query.find(q:) states @uses or @usesNothing in a, but not in b'),
    ]);
    expect(await problems({ a: sdl('@usesNothing'), b: sdl(uses) })).toEqual([]);
    const elements = await elementsOf({ a: sdl('@usesNothing'), b: sdl(uses) });
    expect(elements.get('Query.find(q:)')?.uses).toEqual([{ field: 'T.n', as: 'FILTER' }]);
  });

  test('is not asked of who only refers to it', async () => {
    const a = `${federation()} ${all} type Query { t: T }
      type T @key(fields: "id") { id: ID! n: Int @declassify(reason: "rounded") }`;
    const b = `${federation('@external', '@requires')}
      type T @key(fields: "id") { id: ID! n: Int @external m: Int @requires(fields: "n") }`;
    expect(await problems({ a, b })).toEqual([]);
  });
});

test('data products are their subgraphs’, whoever claims another name', async () => {
  const product = (name: string) => `${federation()} ${all}
    type T @key(fields: "id") @product(name: "${name}") { id: ID! ${name}: Int }`;
  const a = product('plays').concat(' type Query { t: T }');
  const elements = await elementsOf({ a, b: product('a_plays') });
  expect(elements.get('T')?.products).toEqual(['a.plays', 'b.a_plays']);
  expect(elements.get('T.plays')?.products).toEqual(['a.plays']);
  const claimed = await elementsOf({ a, b: product('x').replace('"x"', '"a.plays"') });
  expect(claimed.get('T.x')?.products).toEqual(['b.a.plays']);
});

test('a link that can be read in two ways is a mistake of its owner', async () => {
  const a = `${federation()} extend schema @link(url: "https://portcullis.dev/spec/v1.0")
    @link(url: "https://portcullis.dev/spec/v1.0", as: "other") type Query { a: Int }`;
  expect(await problems({ a })).toEqual([
    expect.stringMatching(/^a\.graphql:1:1 .*INVALID_LINK\n.*portcullis\.dev\/spec is linked twice/),
  ]);
});
