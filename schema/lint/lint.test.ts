import { describe, expect, test } from '@jest/globals';
import { parse, Source } from 'graphql';
import type { SubgraphSource } from '../compose/locate.ts';
import { lint } from './lint.ts';

function subgraph(name: string, sdl: string): SubgraphSource {
  const schemaFile = `/${name}.graphql`;
  const place = { file: '/graph.yaml', line: 1, column: 1, subgraph: name, owner: `${name}-team` };
  const document = parse(new Source(sdl, schemaFile));
  return { name, owner: `${name}-team`, schemaFile, url: 'http://127.0.0.1', place, sdl, document };
}

/** The findings as `rule message`, of a shop and optionally a second domain. */
function findings(shop: string, stock = ''): string[] {
  const subgraphs = [subgraph('shop', shop), ...(stock === '' ? [] : [subgraph('stock', stock)])];
  const tags = new Map([
    ['public', { protects: false }],
    ['pii', { protects: true }],
  ]);
  return lint(subgraphs, { tags }).map(({ code, message }) => `${code} ${message}`);
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

describe('a field that is sensitive in another way than its type', () => {
  const email = (directives: string, ofType = '"public"') =>
    item.replace('name: String', `name: String @tag(name: "pii") ${directives}`).replace('"public"', ofType);

  test('states itself who may read it, whatever its type states', () => {
    expect(findings(email('', '"public") @requiresScopes(scopes: [["shop"]]'))).toEqual([
      'dp-states-who Item.name is tagged "pii", which Item is not, and does not state who may read it',
    ]);
    expect(findings(email('@requiresScopes(scopes: [["shop:pii"]])'))).toEqual([]);
    expect(findings(email('@federation__authenticated'))).toEqual([]);
  });

  test('may leave it to a type that is sensitive in the same way', () => {
    expect(findings(email('', '"pii") @requiresScopes(scopes: [["shop"]]'))).not.toContainEqual(
      expect.stringContaining('dp-states-who'),
    );
  });

  test('states it where the type is an object, not on the interface, which may not', () => {
    const interfaceItem = email('').replace('type Item', 'interface Item');
    expect(findings(interfaceItem)).toEqual([]);
    const colour = (who: string) =>
      `type Item @key(fields: "id") @interfaceObject { id: ID! "Its owner." owner: String @tag(name: "pii") ${who} }`;
    expect(findings(interfaceItem, colour(''))).toEqual([
      expect.stringMatching(/^dp-states-who Item.owner /),
    ]);
    expect(findings(interfaceItem, colour('@requiresScopes(scopes: [["shop:pii"]])'))).toEqual([]);
  });

  test('is told by its owner for all who extend the type', () => {
    const stub = 'type Item @key(fields: "id") { id: ID! name: String @external @tag(name: "pii") }';
    expect(findings(email('@requiresScopes(scopes: [["shop:pii"]])'), stub)).toEqual([]);
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
