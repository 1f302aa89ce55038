/** The gateway's signing key is exchanged while it serves: a domain that reads the published keys refuses nothing. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningSubgraph, serve } from '@portcullis/kit';
import { folderOf, repository } from '../mesh/folders.ts';
import { type Mesh, startMesh } from '../mesh/mesh.ts';

let mesh: Mesh;
let music: RunningSubgraph;
beforeAll(async () => {
  mesh = await startMesh();
  const { url } = await mesh.listen();
  await mesh.stop('music');
  music = await serve({
    folder: folderOf('music'),
    resolvers: {},
    port: await portOfMusic(),
    environment: {
      ...mesh.environment,
      MUSIC_DATABASE_URL: mesh.databases.music.appUrl,
      TXN_TOKEN_JWKS: `${url}/.well-known/jwks.json`,
    },
  });
}, 120_000);
afterAll(async () => {
  await music?.close();
  await mesh?.close();
});

async function portOfMusic(): Promise<number> {
  const [, port] = /music: .*127\.0\.0\.1:(\d+)/.exec(await readFile(mesh.source, 'utf8')) ?? [];
  return Number(port);
}

const kids = () => mesh.gateway.jwks().keys.map(({ kid }) => kid);

function rotate(...options: string[]) {
  const file = join(dirname(mesh.source), 'gateway.jwk');
  return promisify(execFile)(process.execPath, [
    join(repository, 'cli/portcullis.mjs'),
    'key',
    'rotate',
    file,
    ...options,
  ]);
}

it('a key is exchanged under load without one refusal, and withdrawn in a moment', async () => {
  const token = await mesh.tokens.token('steward');
  const faults: unknown[] = [];
  const ask = async () => {
    const { errors, data } = await mesh.ask(token, '{ tracks(first: 1) { nodes { title } } }');
    if (errors.length > 0 || data === null) faults.push(errors);
  };
  let isOver = false;
  let asked = 0;
  const load = Promise.all(
    [1, 2, 3, 4].map(async () => {
      for (; !isOver; asked += 1) {
        await ask();
        await sleep(5);
      }
    }),
  );
  const [first] = kids();
  const { stdout } = await rotate();
  const [, next] = /^(\S+) signs in ten seconds/.exec(stdout) ?? [];
  // Published, signed with, and used for a while: each a moment at which a subgraph could be behind.
  await sleep(13_000);
  expect(kids()).toEqual([next, first]);
  expect(faults).toEqual([]);
  await rotate('--withdraw');
  // What was under way with the withdrawn key may be refused: that is what withdrawing is for.
  await sleep(2_000);
  faults.length = 0;
  await sleep(1_000);
  isOver = true;
  await load;
  expect(kids()).toHaveLength(1);
  expect(kids()).not.toContain(next);
  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(100);
}, 60_000);
