import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { timeByPart } from './read.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench profile '));
});
afterAll(() => rm(folder, { recursive: true }));

/** A stack of frames, the outermost first. */
async function profileOf(
  frames: readonly (readonly [url: string, functionName: string])[],
  deltas: number[],
) {
  const nodes = [['', '(root)'] as const, ...frames].map(([url, functionName], at, all) => ({
    id: at + 1,
    callFrame: { url, functionName },
    children: at + 1 < all.length ? [at + 2] : [],
  }));
  const file = join(folder, 'a.cpuprofile');
  const samples = deltas.map(() => nodes.length);
  await writeFile(file, JSON.stringify({ nodes, startTime: 1_000, samples, timeDeltas: deltas }));
  return file;
}

const stage = 'file:///house/dist/gateway/parse/parse.js';
const library = 'file:///house/node_modules/graphql/language/parser.js';

test('time in a library is its own, and caused by the stage that calls it', async () => {
  const parts = timeByPart(
    await profileOf(
      [
        [stage, 'parse'],
        [library, 'lex'],
      ],
      [10, 10],
    ),
    [0, 9_999],
  );
  expect(Object.fromEntries(parts)).toEqual({
    graphql: { self: 20, caused: 0 },
    'gateway/parse': { self: 0, caused: 20 },
  });
});

test('a built-in function works for its caller, and a package without one of ours for itself', async () => {
  const undici = 'file:///house/node_modules/undici/lib/client.js';
  const parts = timeByPart(
    await profileOf(
      [
        [undici, 'onData'],
        ['', 'push'],
      ],
      [5],
    ),
    [0, 9_999],
  );
  expect(Object.fromEntries(parts)).toEqual({ undici: { self: 5, caused: 5 } });
});

test('a package that was built into one file is that package', async () => {
  const undici = 'file:///house/dist/gateway/packages/undici.js';
  const execute = 'file:///house/dist/gateway/execute/client/client.js';
  const parts = timeByPart(
    await profileOf(
      [
        [execute, 'send'],
        [undici, 'dispatch'],
      ],
      [5],
    ),
    [0, 9_999],
  );
  expect(Object.fromEntries(parts)).toEqual({
    undici: { self: 5, caused: 0 },
    'gateway/execute': { self: 0, caused: 5 },
  });
});

test('what is outside of the time that was measured does not count', async () => {
  const file = await profileOf([[stage, 'parse']], [10, 20, 40, 80]);
  expect(timeByPart(file, [1_020, 1_100]).get('gateway/parse')).toEqual({ self: 60, caused: 60 });
});

test('garbage collection is nobody’s', async () => {
  const parts = timeByPart(await profileOf([['', '(garbage collector)']], [5]), [0, 9_999]);
  expect([...parts.keys()]).toEqual(['(garbage collector)']);
});
