/** Every misuse of the vocabulary is told with its line, its coordinate and what to do; all of them at once. */
import { describe, expect, test } from '@jest/globals';
import { mediaSdl } from '../fixture/media.ts';
import { type TableEntity, tableEntity } from './domain.ts';
import { AuthoringError } from './problems.ts';
import { readDomain } from './read.ts';

/** What is wrong with a schema, as `coordinate: message`. */
function problems(sdl: string): readonly string[] {
  try {
    readDomain(sdl);
    return [];
  } catch (error) {
    if (!(error instanceof AuthoringError)) throw error;
    return error.problems.map(({ coordinate, message }) => `${coordinate}: ${message}`);
  }
}

/** A table with the given fields besides its key. */
const item = (fields: string, directives = ''): string =>
  `type Item @key(fields: "id") @table(name: "items") ${directives} { id: ID! ${fields} }`;

/** An interface over one table, with two types. */
const shared = (kindA: string, fieldsA: string, kindB: string, fieldsB: string): string => `
  interface I @key(fields: "id") @table(name: "t") { id: ID! }
  type A implements I @key(fields: "id") @table(name: "t", kind: "${kindA}") { id: ID! ${fieldsA} }
  type B implements I @key(fields: "id") @table(name: "t", kind: "${kindB}") { id: ID! ${fieldsB} }`;

const other = 'type Other @key(fields: "a b") @table(name: "others") { a: ID! b: Int! }';

describe('a correct schema', () => {
  const domain = readDomain(mediaSdl);
  const play: TableEntity = tableEntity(domain, 'Play');

  test('gives columns their SQL names, types and roles', () => {
    expect(play.columns.get('playedAt')).toEqual({
      alias: 'playedAt',
      column: 'played_at',
      scalar: 'DateTime',
      list: false,
      nullable: false,
      field: 'playedAt',
      type: 'DateTime',
      dimension: true,
      measure: true,
      inaccessible: false,
      tags: [],
      description: undefined,
    });
    expect(play.columns.get('device')).toMatchObject({ scalar: 'String', type: 'Device', nullable: true });
    expect(play.columns.get('labels')).toMatchObject({ scalar: 'String', list: true });
    const [renamed] = tableEntity(
      readDomain(item('isoURL2: String @column(name: "weird name")')),
      'Item',
    ).columns.values();
    expect(renamed?.column).toBe('id');
    expect(tableEntity(readDomain(item('isoURL2: String')), 'Item').columns.get('isoURL2')?.column).toBe(
      'iso_url2',
    );
  });

  test('knows keys, kinds, relations and products', () => {
    expect(play.keys.map((key) => key.map(({ field, scalar }) => [field, scalar]))).toEqual([
      [['id', 'ID']],
      [['sequence', 'Long']],
    ]);
    expect([...tableEntity(domain, 'Title').kinds]).toEqual([
      ['MOVIE', 'Movie'],
      ['SERIES', 'Series'],
    ]);
    expect(play.references.get('media')).toMatchObject({
      target: 'Media',
      typename: { alias: '@media_type', scalar: 'String' },
      values: [{ alias: '@media_id', scalar: 'ID' }],
    });
    expect(play.references.get('season')?.values.map(({ column, scalar }) => [column, scalar])).toEqual([
      ['title_id', 'ID'],
      ['season_number', 'Int'],
    ]);
    expect(domain.entities.get('Listener')?.collections.get('plays')).toEqual({
      field: 'plays',
      target: 'Play',
      by: ['listener_id'],
    });
    expect(play.product).toMatchObject({ list: 'plays', grouped: 'playsGrouped' });
    expect(
      tableEntity(readDomain(item('', '@dataProduct').replaceAll('items', 'old_items')), 'Item').product
        ?.list,
    ).toBe('oldItems');
    expect(domain.entities.get('Song')).toMatchObject({ source: 'stub', keys: [] });
    expect([...(domain.roots.get('Query') ?? [])].map(([name]) => name)).toEqual(['search']);
  });

  test('may spread a type over extensions', () => {
    const extended = readDomain(`${item('')} extend type Item @dataProduct { name: String }`);
    expect([...tableEntity(extended, 'Item').columns.keys()]).toEqual(['id', 'name']);
  });
});

test('a minimum size of groups counts the field that says whom rows are about, or else the key', () => {
  const subjects = (sdl: string, type: string) =>
    tableEntity(readDomain(sdl), type).product?.subject.map(({ field }) => field);
  expect(subjects(mediaSdl, 'Play')).toEqual(['id']);
  expect(subjects(mediaSdl, 'Season')).toEqual(['titleId', 'number']);
  expect(subjects(item('who: ID', '@dataProduct(subject: "who")'), 'Item')).toEqual(['who']);
});

test('guards columns by their tags, but for those that join rows', () => {
  const guarded = readDomain(`extend schema @guard(tags: ["pii", "secret"])
    interface Owner @key(fields: "id") @table(name: "owners") { id: ID! name: String @tag(name: "pii") }
    type Person implements Owner @key(fields: "id") @table(name: "owners", kind: "P") {
      id: ID! @tag(name: "pii") name: String born: Date @tag(name: "secret") @column(name: "birth")
      items: ItemConnection! @collection(by: ["owner_id"])
    }
    type Item @key(fields: "id") @table(name: "items") {
      id: ID! label: String @tag(name: "other") note: String @tag(name: "pii")
      ownerId: ID @tag(name: "pii") partId: ID @tag(name: "pii") part: Item @reference(by: ["part_id"])
    }`).guarded;
  expect(guarded).toEqual(
    new Map([
      ['owners', new Set(['name', 'birth'])],
      ['items', new Set(['note'])],
    ]),
  );
});

describe('misuse is told', () => {
  test.each<[string, string, string]>([
    [
      'an unknown type',
      item('x: Strin'),
      'Item.x: is of the unknown type Strin. Define it, or use a scalar the kit knows',
    ],
    [
      'an unknown type of a resolved field',
      item('x: Thing @resolved'),
      'Item.x: is of the unknown type Thing',
    ],
    [
      'an unknown type of a root',
      `${item('')} type Query { a: Thing }`,
      'Query.a: is of the unknown type Thing',
    ],
    [
      'a type that no column holds',
      `${item('x: Money')} type Money { amount: Int }`,
      'Item.x: is of type Money, which no column can hold. Add @reference',
    ],
    [
      'a scalar that no column holds',
      `${item('x: JSON')} scalar JSON`,
      'Item.x: is of type JSON, which no column can hold. Add @resolved',
    ],
    ['a bare connection', item('x: ItemConnection!'), 'Item.x: is a connection. Add @collection'],
    [
      'a subject that is no column',
      item('who: ID', '@dataProduct(subject: "whom")'),
      'Item: counts persons by "whom", which is no column of a single value. Name one, as in @dataProduct(',
    ],
    [
      'a subject of many values',
      item('who: [ID!]', '@dataProduct(subject: "who")'),
      'Item: counts persons by "who", which is no column of a single value',
    ],
    [
      'a guard of nothing',
      `extend schema @guard(tags: ["pi"]) ${item('a: Int @tag(name: "pii")')}`,
      'schema: guards "pi", which tags no column',
    ],
    ['a guard without tags', `extend schema @guard ${item('')}`, 'schema: @guard needs tags'],
    ['a dimension on a list', item('x: [String!] @dimension'), 'Item.x: @dimension is on a list'],
    ['a measure on a list', item('x: [Int!] @measure'), 'Item.x: @measure is on a list'],
    ['a measure on a text', item('x: String @measure'), 'Item.x: @measure is on a String. Measures are'],
    [
      'a dimension on what is no column',
      item('x: Int @resolved @dimension'),
      'Item.x: @dimension is for columns',
    ],
    [
      'two origins',
      item('x: Int @resolved @external'),
      "Item.x: has @resolved and @external. A field's value has one origin",
    ],
    [
      'a computed column',
      item('x: Int @requires(fields: "y") y: Int @external'),
      'Item.x: has @requires, so it is computed. Add @resolved',
    ],
    ['a column without a name', item('x: Int @column'), 'Item.x: @column needs the column'],
    ['a reserved name', item('not: Int'), 'Item.not: has a name that filters use'],
    ['a name too long', item(`${'x'.repeat(63)}: Int`), 'is too long for PostgreSQL (62 bytes)'],
    ['a field defined twice', item('x: Int x: Int'), 'Item.x: is defined twice'],

    ['a table without a name', 'type T @key(fields: "id") @table { id: ID! }', 'T: @table needs the table'],
    ['a table without a key', 'type T @table(name: "t") { id: ID! }', 'T: has a @table but no @key'],
    ['a key without fields', 'type T @key @table(name: "t") { id: ID! }', 'T: @key needs fields'],
    [
      'a key of nested fields',
      `type T @key(fields: "o { a }") @table(name: "t") { o: Other @resolved } ${other}`,
      'T: @key names nested fields',
    ],
    [
      'a key of no field',
      'type T @key(fields: "x") @table(name: "t") { id: ID! }',
      'T: @key names "x", which is no field of T',
    ],
    [
      'a nullable key',
      'type T @key(fields: "id") { id: ID }',
      'T.id: is a key field, so its type must be a non-null scalar',
    ],
    [
      'a key of a list',
      'type T @key(fields: "id") { id: [ID!]! }',
      'T.id: is a key field, so its type must be',
    ],
    ['an inexact key', 'type T @key(fields: "id") { id: Decimal! }', 'T.id: is a key field of type Decimal'],
    [
      'a key that is not stored',
      'type T @key(fields: "id") @table(name: "t") { id: ID! @resolved }',
      'T.id: is a key field of a type with a @table, so it must be a column',
    ],

    [
      'a reference to an unknown type',
      item('x: Nobody @reference(by: ["x"])'),
      'Item.x: @reference leads to the unknown type Nobody',
    ],
    [
      'a reference to a type without a key',
      `${item('x: Plain @reference(by: ["x"])')} type Plain { a: Int }`,
      'Item.x: @reference leads to Plain, which has no @key. Give it one.',
    ],
    [
      'a reference with too few columns',
      `${item('x: Other @reference(by: ["x"])')} ${other}`,
      'Item.x: @reference names 1 column(s), but Other is found by a, b. Name one column for each',
    ],
    [
      'a reference to many',
      `${item('x: [Other!] @reference(by: ["x", "y"])')} ${other}`,
      'Item.x: @reference leads to one. Use @collection',
    ],
    [
      'an abstract reference without the type',
      `${item('x: Any @reference(by: ["x"])')} union Any = Item`,
      'Any is found by __typename, id',
    ],
    [
      'an abstract reference to unlike keys',
      `${item('x: Any @reference(by: ["k", "x"])')} union Any = Item | Other ${other}`,
      'Item.x: @reference leads to Any, which has no @key that all its types share',
    ],
    [
      'a reference from a stub',
      `type S @key(fields: "id") { id: ID! x: Other @reference(by: ["x"]) } ${other}`,
      'S.x: @reference reads columns, and S has no @table here',
    ],

    [
      'a collection that is no connection',
      item('x: [Item!] @collection(by: ["x"])'),
      'Item.x: @collection needs the type <Target>Connection',
    ],
    [
      'a collection of a type without a table',
      'type S @key(fields: "id") { id: ID! x: SConnection @collection(by: ["x"]) }',
      'S.x: @collection leads to S, which has no @table here',
    ],
    [
      'a collection with too many columns',
      item('x: ItemConnection @collection(by: ["x", "y"])'),
      'Item.x: @collection names 2 column(s), but the key of Item is id',
    ],

    [
      'a stub field without a source',
      'type S @key(fields: "id") { id: ID! x: Int }',
      'S.x: has no source: S has no @table here',
    ],
    [
      'a product without a table',
      'type S @key(fields: "id") @dataProduct { id: ID! }',
      'S: @dataProduct publishes rows, so the type needs a @table',
    ],
    [
      'a need that is not stored',
      item('x: Int @resolved(needs: ["y"]) y: Int @resolved'),
      'Item.x: @resolved needs "y", which is no column of Item',
    ],
    [
      'a stray directive on a type',
      'type Plain @dataProduct { a: Int }',
      'Plain: @dataProduct belongs to a type with @key and @table',
    ],
    [
      'a stray directive on a field',
      'type Plain { a: Int @measure }',
      'Plain.a: @measure belongs to a type with @key and @table',
    ],
    [
      'two products of one name',
      `${item('', '@dataProduct')} ${other.replace('@table', '@dataProduct(list: "items") @table')}`,
      'Other: publishes the root field "items", and so does Item',
    ],
    [
      "a product of a written root's name",
      `${item('', '@dataProduct')} type Query { itemsGrouped: Int }`,
      'Item: publishes the root field "itemsGrouped", and so does type Query',
    ],

    [
      'a type without a kind',
      `interface I @key(fields: "id") @table(name: "t") { id: ID! } type A implements I @key(fields: "id") @table(name: "t") { id: ID! }`,
      'A: implements I, whose rows are in "t". Give it @table(name: "t", kind: "...")',
    ],
    ['two types of one kind', shared('K', '', 'K', ''), 'B: has the same kind "K" as A'],
    [
      'one column under two fields (F27)',
      `type T @key(fields: "id") @table(name: "t") { id: ID! pay: Int  wage: Int @column(name: "pay") }`,
      'T.wage: is the column "pay", and so is pay: what a rule says of one it would not say of the other',
    ],
    [
      'one field with two columns',
      shared('A', 'x: Int @column(name: "one")', 'B', 'x: Int @column(name: "two")'),
      'B.x: is the column "two" here and "one" in another type of the table "t"',
    ],
  ])('%s', (_, sdl, expected) => {
    expect(problems(sdl)).toEqual([expect.stringContaining(expected)]);
  });

  test('all at once, each with its line', () => {
    const sdl = `type T @key(fields: "id") @table(name: "t") {\n  id: ID!\n  a: Strin\n  b: String @measure\n}`;
    expect(() => readDomain(sdl)).toThrow(
      [
        'schema.graphql cannot be served:',
        '  line 3, T.a: is of the unknown type Strin. Define it, or use a scalar the kit knows (ID, String, Boolean, Int, Float, Long, Decimal, DateTime, Date).',
        '  line 4, T.b: @measure is on a String. Measures are Int, Long, Decimal, Float, DateTime or Date.',
      ].join('\n'),
    );
  });
});
