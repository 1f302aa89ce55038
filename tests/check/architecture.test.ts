import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { examine, sawEverything } from './architecture.ts';
import { unlawfulMakers } from './makers.ts';
import { root } from './run-command.ts';

/** One violation of each rule, as an import from one file to another. */
const planted: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'no-cycles': ['schema/supergraph/a.ts', 'schema/supergraph/b.ts'],
  'stage-imports-no-other-stage': ['gateway/plan/plan.ts', 'gateway/shape/shape.ts'],
  'stages-share-four-files': ['gateway/parse/parse.ts', 'gateway/config.ts'],
  'only-gateway-wires-stages': ['gateway/pipeline.ts', 'gateway/respond/respond.ts'],
  'gateway-reads-never-makes': ['gateway/snapshot/snapshots.ts', 'policies/engine/views/compile.ts'],
  'schema-stands-alone': ['schema/lint/rules.ts', 'policies/engine/bundle.ts'],
  'policies-know-only-the-supergraph': ['policies/engine/model/needs.ts', 'schema/compose/compose.ts'],
  'deciders-are-pure': ['policies/engine/reference/reference.ts', 'node:fs'],
  'cedar-has-one-door': ['policies/engine/read/validate.ts', '@cedar-policy/cedar-wasm/nodejs'],
  'domain-builds-on-the-kit-only': ['subgraphs/music/resolvers.ts', 'subgraphs/video/resolvers.ts'],
  'kit-stands-alone': ['subgraphs/kit/kit.ts', 'schema/supergraph/supergraph.ts'],
  'observers-are-wired-at-the-top': ['gateway/listen/server.ts', 'gateway/observe/log.ts'],
  'demo-and-cli-are-on-top': ['demo/start/start.ts', 'cli/run.ts'],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted tree '));
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.json'])
    await cp(join(root, file), join(folder, file));
  await mkdir(join(folder, 'node_modules/@portcullis'), { recursive: true });
  for (const room of ['schema', 'policies', 'gateway', 'demo', 'cli']) {
    await cp(join(root, room, 'package.json'), join(folder, room, 'package.json'));
    await symlink(`../../${room}`, join(folder, 'node_modules/@portcullis', room));
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

async function plant(from: string, to: string): Promise<void> {
  if (/^(node:|@)/.test(to)) return write(from, `export * from '${to}';\n`);
  const [room, ...rest] = to.replace('.ts', '').split('/');
  const own = from.startsWith(`${room}/`) || room === 'subgraphs';
  const path = own
    ? `${'../'.repeat(from.split('/').length - 1)}${to}`
    : `@portcullis/${room}/${rest.join('/')}`;
  await write(from, `import type { A } from '${path}';\nexport type B = A;\n`);
  await write(to, 'export type A = 1;\n');
}

describe('the import rules', () => {
  test('each have a planted violation here', async () => {
    const rules = await readFile(join(root, '.dependency-cruiser.mjs'), 'utf8');
    const names = [...rules.matchAll(/name: '([a-z-]+)'/g)].map(([, name]) => name);
    expect(Object.keys(planted).sort()).toEqual(names.sort());
  });

  test('name files of the engine that there are', async () => {
    const rules = await readFile(join(root, '.dependency-cruiser.mjs'), 'utf8');
    const lists = [...rules.matchAll(/policies\/engine\/\(([a-z|/-]+)\)/g)].map(([, names = '']) => names);
    expect(lists).toHaveLength(2);
    const names = lists.flatMap((list) => list.split('|'));
    expect(names.filter((name) => !existsSync(join(root, `policies/engine/${name}.ts`)))).toEqual([]);
  });

  test('catch every one of them, types and imports by package name included', async () => {
    for (const [from, to] of Object.values(planted)) await plant(from, to);
    await write('schema/supergraph/b.ts', `import type { B } from './a.ts';\nexport type A = B;\n`);
    const { violations, modules } = await examine(folder);
    const expected = Object.entries(planted).map(
      ([rule, [from, to]]) => `${rule}: ${from} → ${to.replace('node:', '')}`,
    );
    expect(violations.filter((violation) => !violation.startsWith('no-cycles'))).toEqual(
      expect.arrayContaining(expected.filter((violation) => !violation.startsWith('no-cycles'))),
    );
    expect(violations.filter((violation) => violation.startsWith('no-cycles'))).toHaveLength(1);
    expect(modules).toBeGreaterThanOrEqual(20);
  }, 60_000);

  test('hold for the house itself, all of which was read', async () => {
    const architecture = await examine(root);
    expect(architecture.violations).toEqual([]);
    expect(sawEverything(architecture)).toBe(true);
    expect(architecture.sources).toBeGreaterThan(100);
  }, 60_000);

  test('do not count as checked where files were not read', () => {
    expect(sawEverything({ violations: [], modules: 0, sources: 1 })).toBe(false);
  });
});

describe('an AuthorizedRequest', () => {
  test.each([
    [
      'a value import',
      `import { AuthorizedRequest } from '../request.ts';\nnew AuthorizedRequest();\n`,
      true,
    ],
    [
      'a value import under another name',
      `import { AuthorizedRequest as A } from '../request.ts';\nnew A();\n`,
      true,
    ],
    ['a namespace', `import * as request from '../request.ts';\nnew request.AuthorizedRequest();\n`, true],
    ['a re-export', `export { AuthorizedRequest } from '../request.ts';\n`, true],
    [
      'a type import',
      `import type { AuthorizedRequest } from '../request.ts';\nexport type A = AuthorizedRequest;\n`,
      false,
    ],
    [
      'a type among values',
      `import { type AuthorizedRequest, other } from '../request.ts';\nother;\nexport type A = AuthorizedRequest;\n`,
      false,
    ],
  ])('%s', async (_, text, caught) => {
    await write('gateway/plan/sneaky.ts', text);
    expect(await unlawfulMakers(folder)).toEqual(caught ? ['gateway/plan/sneaky.ts'] : []);
  });

  test('is made in gateway/authorize alone', async () => {
    expect(await unlawfulMakers(root)).toEqual([]);
  });
});
