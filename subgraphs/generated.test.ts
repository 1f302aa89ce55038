/** What the kit generates, as the gateway reads it: which columns inputs use, what carries rows, what belongs to a product. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mediaSdl } from '@portcullis/kit/fixture/media';
import { generateSdl } from '@portcullis/kit/generate/sdl';
import { composeFile } from '@portcullis/schema/compose/compose';
import { readSupergraph } from '@portcullis/schema/supergraph/read';
import type { Element } from '@portcullis/schema/supergraph/supergraph';

async function elementsOf(authored: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Element>> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-generated-'));
  try {
    const entries = Object.keys(authored).map(
      (name) => `  ${name}: { owner: team, schema: ${name}.graphql, url: "http://127.0.0.1:1" }`,
    );
    await writeFile(join(folder, 'supergraph.yaml'), ['subgraphs:', ...entries].join('\n'));
    for (const [name, sdl] of Object.entries(authored))
      await writeFile(join(folder, `${name}.graphql`), generateSdl(sdl));
    const { supergraphSdl, errors } = await composeFile(join(folder, 'supergraph.yaml'), {});
    if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
    return readSupergraph(supergraphSdl).elements;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('of a domain with everything', () => {
  let elements: ReadonlyMap<string, Element>;
  let all: readonly Element[];
  beforeAll(async () => {
    const payments = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Season @key(fields: "titleId number") { titleId: ID! number: Int! currency: String @resolved }`;
    elements = await elementsOf({ media: mediaSdl, payments });
    all = [...elements.values()];
  });
  const names = (found: readonly Element[]) => found.map(({ coordinate }) => coordinate);

  /** Whether all that can be given for it says what it uses. */
  function isLinked(element: Element, seen: readonly string[] = []): boolean {
    if (element.usesNothing || element.uses.length > 0) return true;
    const { type = '' } = element;
    if (seen.includes(type)) return true;
    const inside = all.filter(
      ({ kind, coordinate }) =>
        (kind === 'inputField' || kind === 'enumValue') && coordinate.startsWith(`${type}.`),
    );
    return inside.length > 0 && inside.every((part) => isLinked(part, [...seen, type]));
  }

  test('every generated argument says what it uses, by itself or by what it takes', () => {
    const given = all.filter(
      ({ kind, coordinate }) => kind === 'argument' && !coordinate.startsWith('Query.search('),
    );
    expect(given.length).toBeGreaterThan(25);
    expect(names(given.filter((each) => !isLinked(each)))).toEqual([]);
    const key = (as: string) => [{ field: 'Play.id', as }];
    expect(elements.get('Query.plays(after:)')?.uses).toEqual(key('ORDER'));
    expect(elements.get('Query.playsGrouped(after:)')?.uses).toEqual(key('AGGREGATE'));
    expect(elements.get('Query.playsGrouped(timeZone:)')?.usesNothing).toBe(true);
  });

  test('what carries rows is marked, and nothing else', () => {
    const carriers = names(all.filter(({ carrier }) => carrier));
    const suffixes = ['Connection', 'Edge', 'GroupConnection', 'GroupEdge', 'Group', 'Key'];
    const results = ['Distinct', 'Sum', 'Avg', 'Min', 'Max'];
    expect(carriers.filter((name) => name.startsWith('Play')).sort()).toEqual(
      [...suffixes, ...results].map((suffix) => `Play${suffix}`).sort(),
    );
    expect(carriers).toContain('PageInfo');
    const marked = /^PageInfo$|(Connection|Edge|Group|Key|Distinct|Sum|Avg|Min|Max)$/;
    expect(carriers.filter((name) => !marked.test(name))).toEqual([]);
    expect(elements.get('PlayGroupConnection.suppressed')?.uses).toEqual([]);
  });

  test('a type belongs to the product that publishes its rows, also those of an interface’s table', () => {
    const products = (type: string) => elements.get(type)?.products;
    expect(products('Play')).toEqual(['media.plays']);
    expect(products('Movie')).toEqual(['media.titles']);
    expect(products('Series')).toEqual(['media.titles']);
    expect(products('Listener')).toEqual([]);
  });
});

test('what a hand-written argument states is defined and composed', async () => {
  const media = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query {
      find(text: String @uses(field: "Thing.name", as: FILTER), first: Int @usesNothing): Thing
    }
    type Thing { name: String }`;
  const elements = await elementsOf({ media });
  expect(elements.get('Query.find(text:)')?.uses).toEqual([{ field: 'Thing.name', as: 'FILTER' }]);
  expect(elements.get('Query.find(first:)')?.usesNothing).toBe(true);
});
