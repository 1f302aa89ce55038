/** The served SDL: the golden file, what becomes of it in composition, and what is refused. */

import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type NameNode,
  parse,
  type TypeNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { mediaSdl } from '../fixture/media.ts';
import { tableEntities } from '../model/domain.ts';
import { readDomain } from '../model/read.ts';
import { generateSdl } from './sdl.ts';

const golden = (name: string): Promise<string> =>
  readFile(new URL(`golden/${name}`, import.meta.url), 'utf8');

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])';

/** Another domain: it extends `Play` and `Season` and shares scalars, filters and page information. */
const payments = `${link}
  type Play @key(fields: "id") { id: ID! payments: PaymentConnection! @collection(by: ["play_id"]) }
  type Payment @key(fields: "id") @table(name: "payments") @dataProduct {
    id: ID! amount: Decimal! @measure paidAt: DateTime! @dimension play: Play @reference(by: ["play_id"])
  }
  type Season @key(fields: "titleId number") { titleId: ID! number: Int! currency: String @resolved }`;

function supergraph(...domains: readonly string[]): DocumentNode {
  const { supergraphSdl, errors, hints } = composeServices(
    domains.map((sdl, index) => ({
      name: `domain${index}`,
      url: 'http://127.0.0.1',
      typeDefs: parse(generateSdl(sdl)),
    })),
  );
  expect(errors).toBeUndefined();
  expect(hints?.map(({ message }) => message)).toEqual([]);
  return parse(supergraphSdl ?? '');
}

/** `@uses` by the coordinate that carries it, such as `PlayWhere.country`. */
function usesOf(document: DocumentNode): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, readonly unknown[]>();
  const read = (
    parent: string,
    {
      name,
      directives = [],
    }: { readonly name: { readonly value: string }; readonly directives?: readonly ConstDirectiveNode[] },
  ): void => {
    const uses = directives
      .filter((each) => each.name.value === 'uses')
      .map((each) =>
        Object.fromEntries(
          (each.arguments ?? []).map((argument) => [
            argument.name.value,
            valueFromASTUntyped(argument.value),
          ]),
        ),
      );
    if (uses.length > 0) found.set(`${parent}.${name.value}`, uses);
  };
  for (const node of document.definitions) {
    if (/^(Object|Interface|InputObject)Type/.test(node.kind) && 'fields' in node && 'name' in node) {
      for (const field of node.fields ?? []) read(node.name.value, field);
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
      for (const value of node.values ?? []) read(node.name.value, value);
    }
  }
  return found;
}

interface Described {
  readonly coordinate: string;
  readonly description: unknown;
}

/** Everything below definitions that can have a description. */
function described(nodes: readonly object[], owner = ''): readonly Described[] {
  return nodes.flatMap((node) => {
    if (!('name' in node)) return [];
    const coordinate = `${owner}${(node.name as NameNode).value}`;
    const children = ['fields', 'arguments', 'values'].flatMap((part) =>
      part in node ? ((node as Readonly<Record<string, readonly object[]>>)[part] ?? []) : [],
    );
    const own = { coordinate, description: 'description' in node ? node.description : undefined };
    const isDirective = 'kind' in node && node.kind === Kind.DIRECTIVE_DEFINITION;
    return [own, ...(isDirective ? [] : described(children, `${coordinate}.`))];
  });
}

test.each(['feature', 'small'])('golden: %s', async (name) => {
  expect(generateSdl(await golden(`${name}.authored.graphql`))).toBe(await golden(`${name}.served.graphql`));
});

describe('composition', () => {
  const composed = supergraph(mediaSdl, payments);

  test('keeps every @uses as it was served', () => {
    const served = new Map([
      ...usesOf(parse(generateSdl(mediaSdl))),
      ...usesOf(parse(generateSdl(payments))),
    ]);
    expect(served.size).toBeGreaterThan(100);
    expect(usesOf(composed)).toEqual(served);
  });

  test('links generated names to what they expose', () => {
    const uses = usesOf(composed);
    const play = (field: string, as: string): unknown => [{ field: `Play.${field}`, as }];
    expect(uses.get('PlayWhere.country')).toEqual(play('country', 'FILTER'));
    expect(uses.get('PlayOrderField.country')).toEqual(play('country', 'ORDER'));
    expect(uses.get('PlayDimension.country')).toEqual(play('country', 'GROUP'));
    expect(uses.get('PlayTimeDimension.playedAt')).toEqual(play('playedAt', 'GROUP'));
    expect(uses.get('PlayKey.country')).toEqual(play('country', 'GROUP'));
    for (const name of ['PlaySum', 'PlayAvg', 'PlaySumHaving', 'PlayAvgHaving'])
      expect(uses.get(`${name}.amount`)).toEqual(play('amount', 'AGGREGATE'));
    expect(uses.get('PlayGroupOrderField.avg_amount')).toEqual(play('amount', 'AGGREGATE'));
    expect(uses.get('PlayGroupOrderField.key_country')).toEqual(play('country', 'ORDER'));
    expect(uses.get('PlayGroupOrderField.sum_amount')).toEqual(play('amount', 'AGGREGATE'));
    for (const name of [
      'PlayConnection.totalCount',
      'PlayGroup.count',
      'PlayHaving.count',
      'PlayGroupOrderField.count',
    ]) {
      expect(uses.get(name)).toEqual(play('id', 'AGGREGATE'));
    }
    expect(uses.get('SeasonConnection.totalCount')).toEqual([
      { field: 'Season.titleId', as: 'AGGREGATE' },
      { field: 'Season.number', as: 'AGGREGATE' },
    ]);
    expect(uses.get('Query.plays')).toEqual(play('id', 'ORDER'));
    expect(uses.get('Query.playsGrouped')).toEqual(play('id', 'AGGREGATE'));
    expect(uses.get('Query.titles')).toEqual([{ field: 'Title.id', as: 'ORDER' }]);
    expect(uses.get('Play.payments')).toEqual([{ field: 'Payment.id', as: 'ORDER' }]);
    for (const type of ['Title', 'Movie', 'Series'])
      expect(uses.get(`${type}.seasons`)).toEqual([
        { field: 'Season.titleId', as: 'ORDER' },
        { field: 'Season.number', as: 'ORDER' },
      ]);
    expect(uses.get('TitleWhere.name')).toEqual([{ field: 'Title.name', as: 'FILTER' }]);
  });

  test('says that smallest, largest and distinct values show the column itself', () => {
    const uses = usesOf(composed);
    const shown = (field: string) => ['READ', 'AGGREGATE'].map((as) => ({ field: `Play.${field}`, as }));
    for (const name of ['PlayMin', 'PlayMax', 'PlayMinHaving', 'PlayMaxHaving'])
      expect(uses.get(`${name}.amount`)).toEqual(shown('amount'));
    for (const name of ['PlayDistinct', 'PlayDistinctHaving'])
      expect(uses.get(`${name}.country`)).toEqual(shown('country'));
    for (const name of ['min_amount', 'max_amount'])
      expect(uses.get(`PlayGroupOrderField.${name}`)).toEqual(shown('amount'));
    expect(uses.get('PlayGroupOrderField.countDistinct_country')).toEqual(shown('country'));
  });

  test('keeps what scalars are, and has nothing for a hidden column', () => {
    const text = JSON.stringify(visit(composed, {}), (key, value: unknown) =>
      key === 'loc' ? undefined : value,
    );
    for (const scalar of ['long', 'decimal', 'datetime', 'date'])
      expect(text).toContain(`urn:portcullis:scalar:${scalar}`);
    expect([...usesOf(composed).values()].flat()).not.toContainEqual(
      expect.objectContaining({ field: 'Play.hidden' }),
    );
  });
});

/** Cursors hold the key of a row, and a page tells how many there are: also where no field of a row is selected. */
test('nothing generated of a product is reached without a use of its key', async () => {
  const resolved = `${mediaSdl} extend type Query { hits: PlayConnection @resolved }`;
  const doors = [resolved, payments, await golden('feature.authored.graphql')].flatMap((authored) => {
    const keys = new Map(tableEntities(readDomain(authored)).map(({ name, key }) => [name, key]));
    const served = parse(generateSdl(authored));
    const uses = usesOf(served);
    const own = new Set(
      parse(authored).definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])),
    );
    return served.definitions.flatMap((type) => {
      const holdsFields = /^(Object|Interface)Type/.test(type.kind) && 'fields' in type;
      if (!holdsFields || !('name' in type) || type.name === undefined) return [];
      const parent = type.name.value;
      // What stands in a generated type is behind the field that leads to that type.
      if (parent !== 'Query' && !own.has(parent)) return [];
      return (type.fields ?? []).flatMap((field) => {
        const returned = namedType(field.type);
        const product = returned.replace(/(Group)?Connection$/, '');
        if (own.has(returned) || !keys.has(product)) return [];
        const used = (uses.get(`${parent}.${field.name.value}`) ?? []) as readonly { field: string }[];
        const key = keys.get(product)?.map((part) => `${product}.${part.field}`);
        return [{ door: `${parent}.${field.name.value}`, used: used.map((use) => use.field), key }];
      });
    });
  });
  expect(doors.length).toBeGreaterThan(12);
  for (const { door, used, key } of doors) expect([door, used]).toEqual([door, key]);
});

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

describe('the served SDL', () => {
  test('describes every type, field, argument and value that it adds', () => {
    const authored = new Set(
      parse(payments).definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])),
    );
    const undescribed = described(parse(generateSdl(payments)).definitions)
      .filter(({ description }) => description === undefined)
      .map(({ coordinate }) => coordinate);
    // The authored types of this test say nothing, and the root type is everybody's.
    expect(
      undescribed.filter(
        (coordinate) => coordinate !== 'Query' && !authored.has(coordinate.split('.')[0] ?? ''),
      ),
    ).toEqual([]);
  });

  test('is a subgraph to @apollo/subgraph, whatever the link imports', () => {
    for (const imports of [
      '["@key"]',
      '["@key", "@shareable", "@composeDirective"]',
      '["@key", {name: "@shareable", as: "@common"}]',
    ]) {
      const sdl = generateSdl(payments.replace('["@key", "@tag"]', imports));
      expect(buildSubgraphSchema(parse(sdl)).getType('PageInfo')).toBeDefined();
    }
  });

  test('says nothing of guards, which are for the database', () => {
    const type = 'type A @key(fields: "id") @table(name: "a") { id: ID! b: Int @tag(name: "pii") }';
    expect(generateSdl(`${link} extend schema @guard(tags: ["pii"]) ${type}`)).toBe(
      generateSdl(`${link} ${type}`),
    );
  });

  test('has only what is used', () => {
    const sdl = generateSdl(`${link} type T @key(fields: "id") @table(name: "t") { id: ID! n: Int }`);
    expect(sdl).not.toMatch(/PageInfo|Filter|uses|Where|SortDirection/);
    const listed = generateSdl(
      `${link} type T @key(fields: "id") @table(name: "t") @dataProduct { id: ID! n: Int }`,
    );
    expect(listed).toMatch(/input IntFilter/);
    expect(listed).not.toMatch(/Grouped|TimeUnit|DecimalFilter/);
  });

  test('needs the link to federation', () => {
    const sdl = 'type T @key(fields: "id") @table(name: "t") { id: ID! }';
    expect(() => generateSdl(sdl)).toThrow(
      'schema: links no version of federation. Begin with extend schema @link',
    );
  });

  test.each([
    ['scalar Long', 'Long'],
    ['type PageInfo { a: Int }', 'PageInfo'],
    ['input TWhere { a: Int }', 'TWhere'],
  ])('leaves no room for %s', (definition, name) => {
    const sdl = `${link} type T @key(fields: "id") @table(name: "t") @dataProduct { id: ID! } ${definition}`;
    expect(() => generateSdl(sdl)).toThrow(
      `${name}: has the name of a generated definition. Remove or rename it.`,
    );
  });
});
