import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ComposedGraph, composeFile } from './compose.ts';
import { describeProblem } from './problem.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external"])';
const good = {
  'graph.yaml': `subgraphs:
  shop: { owner: shop-team, schema: shop.graphql, url: "http://127.0.0.1:1/graphql" }
  stock:
    owner: stock-team
    schema: stock.graphql
    url: "\${STOCK_URL:-http://127.0.0.1:2/graphql}"
`,
  'shop.graphql': `${link}
type Query { item: Item }
type Item @key(fields: "id") {
  id: ID!
  name: String @shareable
}
`,
  'stock.graphql': `${link}
type Item @key(fields: "id") {
  id: ID!
  count: Int
}
`,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compose test '));
});
afterEach(() => rm(folder, { recursive: true }));

async function compose(
  changed: Record<string, string | undefined> = {},
  environment: NodeJS.ProcessEnv = {},
) {
  for (const [name, text] of Object.entries({ ...good, ...changed })) {
    if (text !== undefined) await writeFile(join(folder, name), text);
  }
  return composeFile(join(folder, 'graph.yaml'), environment);
}

/** The problems as people read them, relative to the folder. */
async function problems(changed: Record<string, string | undefined>, environment?: NodeJS.ProcessEnv) {
  const composition = await compose(changed, environment);
  return (composition.errors ?? []).map((error) => describeProblem(error, folder));
}

describe('a graph that composes', () => {
  test('gives the supergraph and the files it came from', async () => {
    const composition = await compose();
    expect(composition.errors).toBeUndefined();
    expect(composition.supergraphSdl).toContain(
      'STOCK @join__graph(name: "stock", url: "http://127.0.0.1:2/graphql")',
    );
    expect(composition.files).toEqual(
      ['graph.yaml', 'shop.graphql', 'stock.graphql'].map((name) => join(folder, name)),
    );
  });

  test('takes variables from the environment', async () => {
    const composition = await compose({}, { STOCK_URL: 'https://stock.example/graphql' });
    expect(composition.supergraphSdl).toContain('url: "https://stock.example/graphql"');
  });
});

describe('a mistake in the SDL names file, line, owner, code and what to do', () => {
  test('two owners disagree on a type', async () => {
    const [problem] = await problems({
      'stock.graphql': good['stock.graphql'].replace('count: Int', 'count: Int\n  name: Int @shareable'),
    });
    expect(problem).toMatch(/^shop\.graphql:5:3 \(shop, owned by shop-team\) {2}error FIELD_TYPE_MISMATCH$/m);
    expect(problem).toMatch(/see also stock\.graphql:5:3 \(stock, owned by stock-team\)/);
    expect(problem).toMatch(/to do: agree with the other owner on one type/);
  });

  test('a field that no query can reach, although such errors carry no position', async () => {
    const [problem] = await problems({
      'stock.graphql': `${link}\ntype Item @key(fields: "id", resolvable: false) {\n  id: ID!\n  count: Int\n}\n`,
    });
    expect(problem).toMatch(
      /^stock\.graphql:\d+:3 \(stock, owned by stock-team\) {2}error SATISFIABILITY_ERROR$/m,
    );
  });

  test('a syntax error', async () => {
    const [problem] = await problems({ 'stock.graphql': `${link}\ntype Item {{` });
    expect(problem).toMatch(/^stock\.graphql:2:12 \(stock, owned by stock-team\) {2}error SDL_SYNTAX$/m);
  });

  test('a file that is not there, reported where it is named', async () => {
    const [problem] = await problems({
      'graph.yaml': good['graph.yaml'].replace('stock.graphql', 'gone.graphql'),
    });
    expect(problem).toMatch(
      /^graph\.yaml:4:5 \(stock, owned by stock-team\) {2}error SOURCE_FILE\n.*gone\.graphql \(ENOENT\)/,
    );
  });
});

describe('a key that is only ever non-resolvable', () => {
  const hintsOf = async (files: Readonly<Record<string, string>>) => {
    const composition = await compose(files);
    if (composition.errors !== undefined) throw new Error(JSON.stringify(composition.errors));
    return composition.hints.map((hint) => describeProblem(hint, folder));
  };
  const shop = (shopKey: string) =>
    `${link}\ntype Query { item: Item }\ntype Item @key(fields: "id") ${shopKey} {\n  id: ID!\n  code: Int\n  name: Int @shareable\n}\n`;
  const stock = (key: string, field = 'count: Int') =>
    `${link.replace('"@key"', '"@key", "@external", "@requires"')}\ntype Query { stock: Item }\ntype Item\n  ${key} {\n  id: ID!\n  ${field}\n}\n`;

  test('is reported where it is written, with all its owners', async () => {
    const found = await hintsOf({
      'shop.graphql': shop('@key(fields: "code id", resolvable: false)'),
      'stock.graphql': stock(
        '@key(fields: "id") @key(fields: "id code", resolvable: false)',
        'code: Int @shareable',
      ),
    });
    expect(found[0]).toMatch(
      /^shop\.graphql:3:31 \(shop, owned by shop-team\) {2}warning KEY_NEVER_RESOLVABLE\n {4}no subgraph resolves the key "code id" of Item.*\n {4}see also stock\.graphql:4:23 /,
    );
    expect(found[0]).toMatch(/to do: remove `resolvable: false`/);
  });

  test('is reported where its subgraph would have to be entered again', async () => {
    const files = (key: string) => ({
      'shop.graphql': shop('').replace('item: Item', 'size: Int'),
      'stock.graphql': stock(key, 'code: Int @external\n  count: Int @requires(fields: "code")'),
    });
    const [found, ...others] = await hintsOf(files('@key(fields: "id", resolvable: false)'));
    expect(others).toEqual([]);
    expect(found).toMatch(
      /^stock\.graphql:4:4 .* {2}warning KEY_NOT_REENTERED\n {4}stock computes a field of Item/,
    );
    expect(await hintsOf(files('@key(fields: "id")'))).toEqual([]);
  });

  test('is none if somebody resolves it', async () => {
    const files = {
      'shop.graphql': shop(''),
      'stock.graphql': stock('@key(fields: "id", resolvable: false)', ''),
    };
    expect(await hintsOf(files)).toEqual([]);
  });
});

test('a subgraph enforces what the source says, and nothing by default', async () => {
  const enforcing = good['graph.yaml'].replace(
    'schema: stock.graphql',
    'schema: stock.graphql\n    enforces: [groups, rows]',
  );
  const { subgraphs } = (await compose({ 'graph.yaml': enforcing })) as ComposedGraph;
  expect(subgraphs.map(({ name, enforces }) => [name, enforces])).toEqual([
    ['shop', []],
    ['stock', ['rows', 'groups']],
  ]);
});

describe('a mistake in the source file', () => {
  test.each([
    [
      'an unknown key',
      ['schema: stock.graphql', 'schema: stock.graphql\n    color: red'],
      /^graph\.yaml:6:5 .*\n.*unknown key `color` in subgraph "stock"/,
    ],
    [
      'an unknown key at the top',
      ['subgraphs:', 'gateway: {}\nsubgraphs:'],
      /^graph\.yaml:1:1 .*\n.*unknown key `gateway` in the file/,
    ],
    ['a missing owner', ['owner: shop-team, ', ''], /^graph\.yaml:2:9 .*\n.*subgraph "shop" lacks `owner`/],
    [
      'a variable without value',
      [':-http://127.0.0.1:2/graphql}', '}'],
      /^graph\.yaml:6:5 .*\n.*needs the variable STOCK_URL, which is not set/,
    ],
    [
      'an address that is none',
      ['http://127.0.0.1:1/graphql', 'localhost'],
      /"localhost" is no address for "shop"/,
    ],
    [
      'a protocol that is none',
      ['schema: stock.graphql', 'schema: stock.graphql\n    subscriptions: mqtt'],
      /stock\.subscriptions is "mqtt"[\s\S]*write sse or ws/,
    ],
    [
      'an address that its protocol cannot have',
      [
        'schema: stock.graphql',
        'schema: stock.graphql\n    subscriptions: ws\n    subscriptionsUrl: http://127.0.0.1:3/',
      ],
      /"http:\/\/127\.0\.0\.1:3\/" is no address for "stock" to publish at[\s\S]*ws:\/\/ or wss:\/\//,
    ],
    [
      'something that nobody can enforce',
      ['schema: stock.graphql', 'schema: stock.graphql\n    enforces: [rows, colums]'],
      /^graph\.yaml:6:5 .*\n.*stock\.enforces is no list of what[\s\S]*write a list of rows, groups, columns/,
    ],
    [
      'a text for what is enforced',
      ['schema: stock.graphql', 'schema: stock.graphql\n    enforces: rows'],
      /stock\.enforces is no list of what/,
    ],
    [
      'something enforced twice',
      ['schema: stock.graphql', 'schema: stock.graphql\n    enforces: [rows, rows]'],
      /stock\.enforces names something twice/,
    ],
    ['a name that is a trap', ['stock:', '__proto__:'], /"__proto__" cannot name a subgraph/],
    [
      'a subgraph listed twice',
      ['stock:', 'shop:'],
      /^graph\.yaml:3:3 .*SOURCE_YAML\n.*[Mm]ap keys must be unique/,
    ],
    ['YAML that is none', ['subgraphs:', 'subgraphs: ['], /error SOURCE_YAML/],
  ] as const)('%s', async (_, [before, after], expected) => {
    const [problem] = await problems({ 'graph.yaml': good['graph.yaml'].replace(before, after) });
    expect(problem).toMatch(expected);
  });

  test('the configuration of a gateway, which other commands take by the same flag', async () => {
    const [problem] = await problems({ 'graph.yaml': 'supergraph: shops.yaml\npolicies: policies\n' });
    expect(problem).toMatch(
      /^graph\.yaml:1:1 .*\n.*configuration of a gateway[\s\S]*give the file that it names: shops\.yaml/,
    );
  });

  test('a source that does not exist', async () => {
    const composition = await composeFile(join(folder, 'nowhere.yaml'));
    expect(composition.errors).toMatchObject([{ code: 'SOURCE_FILE' }]);
    expect(composition.files).toEqual([join(folder, 'nowhere.yaml')]);
  });
});
