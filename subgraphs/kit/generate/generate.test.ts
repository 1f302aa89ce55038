/** Writing and checking what follows from a schema, in a folder of its own. */

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { mediaSdl } from '../fixture/media.ts';
import { checkDomain, generateDomain } from './generate.ts';
import { generateSdl } from './sdl.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portcullis-generate-'));
  await write('schema.graphql', mediaSdl);
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

const before = `# Our contract; nobody else's.
apiVersion: v3.1.0
tags: [a,   b]   # as we like it
roles:
  - { name: reader }

`;
const after = `# What we promise.
slaProperties: [ ]
`;

test('the served SDL is written once, and is stale when the schema or the file changes', async () => {
  expect(await checkDomain(folder)).toEqual(['subgraph.graphql']);
  expect(await generateDomain(folder)).toEqual(['subgraph.graphql']);
  expect(await read('subgraph.graphql')).toBe(generateSdl(mediaSdl));
  expect(await checkDomain(folder)).toEqual([]);
  const { mtimeMs } = await stat(join(folder, 'subgraph.graphql'));
  expect(await generateDomain(folder)).toEqual([]);
  expect((await stat(join(folder, 'subgraph.graphql'))).mtimeMs).toBe(mtimeMs);
  await write('schema.graphql', mediaSdl.replace('"A film."', '"A motion picture."'));
  expect(await checkDomain(folder)).toEqual(['subgraph.graphql']);
});

describe('the contract', () => {
  test.each([
    ['without the section', before + after, before + after],
    ['with the section last', `${before}${after}schema: []\n`, before + after],
    [
      'with a section of many lines in between',
      `${before}schema:\n  - name: Old\n    properties:\n      - a # gone\n${after}`,
      before + after,
    ],
    ['with an empty section in between', `${before}schema:\n${after}`, before + after],
    ['that ends without a newline', `${before}schema: null`, before],
  ])('%s keeps all the rest to the byte', async (_, contract, rest) => {
    await write('contract.yaml', contract);
    expect(await generateDomain(folder)).toEqual(['subgraph.graphql', 'contract.yaml']);
    expect(await checkDomain(folder)).toEqual([]);
    const written = await read('contract.yaml');
    const section = /^schema:\n(?:[ -].*\n|\n)*/m.exec(written)?.[0] ?? '';
    expect(written.replace(section, '')).toBe(rest);
    expect(Object.keys(parseYaml(section) as object)).toEqual(['schema']);
  });

  test('says of each table what the schema says', async () => {
    await write('contract.yaml', before);
    await generateDomain(folder);
    const { schema } = parseYaml(await read('contract.yaml')) as {
      readonly schema: readonly {
        readonly name: string;
        readonly properties: readonly { readonly name: string }[];
      }[];
    };
    expect(schema.map(({ name }) => name)).toEqual(['Title', 'Movie', 'Series', 'Season', 'Play']);
    const [, , , season, play] = schema;
    expect(season).toEqual({
      name: 'Season',
      physicalName: 'seasons',
      physicalType: 'table',
      logicalType: 'object',
      description: 'A season, found by its series and number.',
      tags: ['internal'],
      properties: [
        {
          name: 'titleId',
          physicalName: 'title_id',
          logicalType: 'string',
          physicalType: 'text',
          required: true,
          primaryKey: true,
          primaryKeyPosition: 1,
          classification: 'internal',
        },
        {
          name: 'number',
          physicalName: 'number',
          logicalType: 'integer',
          logicalTypeOptions: { format: 'i32' },
          physicalType: 'integer',
          required: true,
          primaryKey: true,
          primaryKeyPosition: 2,
          classification: 'internal',
        },
      ],
    });
    const property = (name: string): unknown => play?.properties.find((each) => each.name === name);
    expect(property('playedAt')).toEqual({
      name: 'playedAt',
      physicalName: 'played_at',
      logicalType: 'timestamp',
      logicalTypeOptions: { timezone: true },
      physicalType: 'timestamptz',
      required: true,
      classification: 'internal',
    });
    expect(property('labels')).toMatchObject({
      logicalType: 'array',
      physicalType: 'text[]',
      items: { logicalType: 'string', physicalType: 'text' },
    });
    expect(property('country')).toMatchObject({
      classification: 'internal',
      tags: ['internal'],
      required: false,
    });
    expect(property('hidden')).toBeUndefined();
  });

  test('that is no YAML is refused, and nothing is written', async () => {
    await write('contract.yaml', 'a: [');
    await expect(generateDomain(folder)).rejects.toThrow('contract.yaml is no YAML');
    await expect(read('subgraph.graphql')).rejects.toThrow('ENOENT');
  });
});
