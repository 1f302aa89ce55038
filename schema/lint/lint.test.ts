import { describe, expect, test } from '@jest/globals';
import { parse, Source } from 'graphql';
import type { SubgraphSource } from '../compose/locate.ts';
import { lint } from './lint.ts';

function subgraph(name: string, sdl: string): SubgraphSource {
  const schemaFile = `/${name}.graphql`;
  const place = { file: '/graph.yaml', line: 1, column: 1, subgraph: name, owner: `${name}-team` };
  const document = parse(new Source(sdl, schemaFile));
  return {
    name,
    owner: `${name}-team`,
    schemaFile,
    url: 'http://127.0.0.1',
    enforces: [],
    place,
    sdl,
    document,
  };
}

/** The findings as `rule message`, of a shop and optionally a second domain. */
function findings(shop: string, stock = ''): string[] {
  const subgraphs = [subgraph('shop', shop), ...(stock === '' ? [] : [subgraph('stock', stock)])];
  const tags = new Map([
    ['public', { classification: 'public' }],
    ['pii', { classification: 'restricted' }],
  ]);
  const classification = ['public', 'internal', 'restricted'];
  return lint(subgraphs, { tags, classification }).map(({ code, message }) => `${code} ${message}`);
}

const item = `
"A thing." type Item @key(fields: "id") @tag(name: "public") {
  "Its key." id: ID!
  "Its name." name: String
}
`;

test('a described, classified type passes', () => {
  expect(findings(item)).toEqual([]);
});

describe('descriptions', () => {
  test('are asked of types, fields, input fields and enum values', () => {
    const sdl = `${item} enum Size { BIG } input Where { size: Size }`;
    expect(findings(sdl)).toEqual([
      'dp-description Size has no description',
      'dp-description Where has no description',
      'dp-description Size.BIG has no description',
      'dp-description Where.size has no description',
    ]);
  });

  test('of one owner serve the others', () => {
    expect(findings(item, 'type Item @key(fields: "id") { id: ID! }')).toEqual([]);
  });
});

describe('classification', () => {
  test('is missing without a tag on field or type', () => {
    expect(findings(item.replace('@tag(name: "public")', ''))).toEqual([
      'dp-classified Item.id is not classified',
      'dp-classified Item.name is not classified',
    ]);
  });

  test('comes from the column that a field uses', () => {
    expect(
      findings('"A sum." type Sum { "Of it." cost: Int @uses(field: "Item.cost", as: AGGREGATE) }'),
    ).toEqual([]);
  });

  test('knows a closed list of tags', () => {
    expect(findings(item.replace('"public"', '"pubic"'))).toContain(
      'dp-tag Item carries the tag "pubic", which is not in the list',
    );
  });

  test('is not asked of what only leads to data', () => {
    const edge = '"An edge." type ItemEdge { "The thing." node: Item! "Its place." cursor: String! }';
    expect(findings(item + edge)).toEqual([]);
  });

  test('forbids secrets as keys', () => {
    expect(findings(item.replace('id: ID!', 'id: ID! @tag(name: "pii")'))).toContain(
      'dp-key-clear Item.id is a key and tagged "pii"',
    );
  });
});

describe('arguments', () => {
  const asked = (argument: string) =>
    `${item} type Query { "Items." items("Which." where: ${argument}): [Item] }`;

  test('say which columns they use, or that they use none', () => {
    expect(findings(asked('String'))).toEqual([
      'dp-argument Query.items(where:) does not say which columns it uses',
    ]);
    expect(findings(asked('String @uses(field: "Item.name", as: FILTER)'))).toEqual([]);
    expect(findings(asked('String @usesNothing(reason: "A page size.")'))).toEqual([]);
  });

  test('may leave it to what stands within their type, however deep', () => {
    const inputs = `
      "Which." input Where { "Both." and: [Where!] "One." one: One }
      "One." input One { "By." by: By }
      "By." enum By { "Name." NAME LINK }`;
    const linked = inputs.replace('LINK', '@uses(field: "Item.name", as: FILTER)');
    expect(findings(asked('Where') + linked)).toEqual([]);
    expect(findings(asked('Where') + inputs.replace('LINK', ''))).toEqual([
      'dp-argument Query.items(where:) does not say which columns it uses',
    ]);
  });
});

describe('nullability', () => {
  test('is asked of a protected field', () => {
    const secret = 'name: String! @tag(name: "pii") @requiresScopes(scopes: [["shop:pii"]])';
    expect(findings(item.replace('name: String', secret))).toEqual([
      'dp-nullable-protected Item.name is protected but non-null: refusing it would refuse its parent',
    ]);
  });

  test('is asked of what a domain adds to another domain’s type', () => {
    const stock = 'type Item @key(fields: "id") { id: ID! "How many." count: Int! }';
    expect(findings(item.replace('name: String', 'name: String "Its colour." color: String'), stock)).toEqual(
      [
        'dp-nullable-link Item.count adds a non-null field to a type of shop: Item would vanish whenever stock is down',
      ],
    );
  });

  test('is asked of a link to another domain’s type, and not of one within a domain', () => {
    const shelf =
      '"A shelf." type Shelf @key(fields: "id") @tag(name: "public") { "Key." id: ID! "What lies on it." item: Item! }';
    expect(findings(item + shelf)).toEqual([]);
    expect(findings(item, `${shelf} type Item @key(fields: "id", resolvable: false) { id: ID! }`)).toEqual([
      'dp-nullable-link Shelf.item links to a type of shop and is non-null: it would vanish whenever that is down',
    ]);
  });
});
